import CMicrokernels
import Tensors

/// Weighted sums of the runs in a ring of rows: the direct path, and both passes of the separable one.
///
/// The unsafe code relies on what `RowWindows` says of its pointers, and on tap tables that fit them: places of rows are below the count
/// of a window's rows, offsets leave an output width of samples in a slot.
final class DirectRows<Scalar: EngineScalar> {
  private let windows: RowWindows<Scalar>
  private let operations: EngineOperations<Scalar>
  private let sums: [WeightedRuns<Scalar>]
  /// What a sweep needs beside the sums; `nil` where rows are computed one at a time.
  private let grid: Grid?
  /// Columns in halves; `nil` where they are summed tap by tap.
  private let halves: Halves?
  /// The columns that are summed at a time: the part of the rows they reach over stays in a core's cache.
  private let pieceWidth: Int

  /// The extents of a sweep's windows.
  private struct Grid {
    let channelStride: Int
    let height: Int
    let rowsPerGroup: Int
    let columns: [Int]
    /// For each output channel, the run it begins at, the runs it reaches over, and their weights in `runs × rows × columns`, holes included.
    let sums: [(firstRunOffset: Int, runCount: Int, weights: [Scalar])]
  }

  /// What sums of columns in halves need beside the sums.
  private struct Halves {
    let height: Int
    let tapsPerGroup: Int
    /// The output rows that are computed together.
    let groupSize: Int
    /// For each output channel, the run that it sums and its weights, as `ColumnHalves` groups them.
    let sums: [(runOffset: Int, weights: [Scalar])]
  }

  /// Creates the stage's path at the top of an image.
  init(plan: StripPlan, rows: WeightedRows, operations: EngineOperations<Scalar>, threadCount: Int) {
    self.operations = operations
    let stride = plan.memory.channelStride
    let height = plan.memory.schedule.tapRows.count
    let columns = rows.columns
    let tapsPerGroup = Scalar.self == Float.self ? rows.tapsPerGroup : .max
    grid =
      rows.sweeps && (tapsPerGroup == .max || rows.sweepsInGroups)
      ? Grid(
        channelStride: stride, height: height,
        rowsPerGroup: tapsPerGroup == .max ? .max : tapsPerGroup / columns.tapColumns.count,
        columns: columns.tapColumns.map { columns.offsets[$0] },
        sums: rows.sums.map {
          ($0.firstRun * stride, $0.runCount, Self.grid(of: $0, height: height, columns.tapColumns))
        })
      : nil
    halves =
      if Scalar.self == Float.self, let size = rows.tapsPerHalfGroup {
        Halves(
          height: height, tapsPerGroup: size, groupSize: plan.memory.schedule.groupSize,
          sums: rows.sums.map {
            ($0.firstRun * stride, ColumnHalves($0.sum, height: height).grouped(tapsPerGroup: size))
          })
      } else {
        nil
      }
    let rowBytes =
      (height + plan.memory.batchRowCount) * (rows.sums.map(\.runCount).max() ?? 1) * MemoryLayout<Scalar>.stride
    // Whole blocks of the inner loops, which take 96 or 128 columns along a row and 80 in a sweep.
    pieceWidth = min(max((512 << 10) / rowBytes / 480 * 480, 480), 960)
    sums = rows.sums.map { channel in
      WeightedRuns(channel.sum, tapsPerGroup: tapsPerGroup) {
        (channel.firstRun + $0.channel) * stride + columns.offsets[$0.column]
      }
    }
    windows = RowWindows(
      input: plan.input, output: plan.output, memory: plan.memory, constant: plan.borderConstant,
      constantRuns: plan.memory.schedule.usesConstant ? rows.constantRuns(plan.borderConstant) : nil,
      filter: rows.filter.map { Self.filter($0, operations) }, operations: operations,
      threadCount: threadCount)
  }

  /// The sums along a row, as a ring takes them.
  private static func filter(
    _ filter: WeightedRows.Filter, _ operations: EngineOperations<Scalar>
  ) -> RowFilter<Scalar> {
    let tapsPerGroup = Scalar.self == Float.self ? filter.tapsPerGroup : .max
    let sums = filter.sums.map { sum in
      WeightedRuns<Scalar>(sum, tapsPerGroup: tapsPerGroup) { filter.columns.offsets[$0.column] }
    }
    var rowFilter = unsafe RowFilter<Scalar>(columns: filter.columns, runCount: sums.count) {
      laid, first, stride, count in
      unsafe withUnsafePointer(to: UnsafePointer(laid)) { rows in
        for (index, sum) in sums.enumerated() {
          unsafe sum.correlate(rows, first + index * stride, count: count, operations)
        }
      }
    }
    if let filters = filter.bytes, let filterBytes = unsafe operations.filterBytes {
      unsafe rowFilter.applyToBytes = { bytes, first, stride, count in
        for (index, filter) in filters.enumerated() {
          unsafe filterBytes(filter, bytes, first + index * stride, count)
        }
      }
    }
    return rowFilter
  }

  /// The weights of a sum in `runs × rows × columns` over the rows and columns that count.
  private static func grid(of channel: WeightedRows.ChannelSum, height: Int, _ tapColumns: [Int]) -> [Scalar] {
    var grid = [Scalar](repeating: 0, count: channel.runCount * height * tapColumns.count)
    for tap in channel.sum.taps {
      guard let column = tapColumns.firstIndex(of: tap.column) else { preconditionFailure("a tap's column counts") }
      grid[(tap.channel * height + tap.tapRow) * tapColumns.count + column] = Scalar(tap.weight)
    }
    return grid
  }

  /// Takes the next rows and returns every output row that they make computable.
  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    unsafe windows.push(rows, bandHeight: bandHeight, pieceWidth: pieceWidth, compute: compute)
  }

  /// The same from pixels to pixels.
  func push(_ rows: PixelRows) -> PixelRows {
    unsafe windows.push(rows, bandHeight: bandHeight, pieceWidth: pieceWidth, compute: compute)
  }

  /// What is known of the sums that left as pixels.
  var statistics: SumStatistics { windows.statistics }

  /// The output rows whose windows are looked up together: whole sweeps, few enough that their sums stay in a core's first cache.
  private static var sweptHeight: Int { 4 * Int(imgconv_rows_per_sweep) }

  private var bandHeight: Int { halves?.groupSize ?? (grid == nil ? 1 : Self.sweptHeight) }

  private func compute(_ band: RowWindows<Scalar>.Band) {
    let (channel, count) = unsafe (band.channel, band.columns.count)
    unsafe windows.withRows(of: band) { sources, rowCount in
      if let halves { return unsafe sum(halves, band, sources, rowCount) }
      var row = 0
      if let grid { row = unsafe sweep(grid, band, sources, rowCount) }
      for row in unsafe row..<band.outputs.count {
        unsafe sums[channel].correlate(sources + row, band.run + row * band.rowStride, count: count, operations)
      }
    }
  }

  /// Sums a band of a group of output rows, which begins with an even one as groups do.
  private func sum(
    _ halves: Halves, _ band: RowWindows<Scalar>.Band, _ sources: UnsafePointer<UnsafePointer<Scalar>>, _ rowCount: Int
  ) {
    let sum = unsafe halves.sums[band.channel]
    let outputCount = unsafe band.outputs.count
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: rowCount + 2) { rows in
      // The last row stands twice more, for weights of 0.
      for row in 0..<rowCount + 2 {
        unsafe rows.initializeElement(at: row, to: sources[min(row, rowCount - 1)] + sum.runOffset)
      }
      let scratchCount = ColumnHalves.scratchCount(outputCount: outputCount, height: halves.height)
      unsafe withUnsafeTemporaryAllocation(of: Scalar.self, capacity: scratchCount) { scratch in
        unsafe sum.weights.withUnsafeBufferPointer { weights in
          guard let rows = rows.baseAddress, let weights = weights.baseAddress, let scratch = scratch.baseAddress
          else { return }
          var extents = imgconv_columns(
            output_count: outputCount, height: halves.height, taps_per_group: halves.tapsPerGroup)
          unsafe operations.columns(
            band.run, band.rowStride, band.columns.count, UnsafePointer(rows), &extents, weights,
            sums[band.channel].divisor, sums[band.channel].bias, scratch)
        }
      }
    }
  }

  /// Sums as many output rows of a band as whole sweeps take, and returns their number.
  private func sweep(
    _ grid: Grid, _ band: RowWindows<Scalar>.Band, _ sources: UnsafePointer<UnsafePointer<Scalar>>, _ rowCount: Int
  ) -> Int {
    let sum = unsafe grid.sums[band.channel]
    let height = Int(imgconv_rows_per_sweep)
    let count = unsafe band.outputs.count / height * height
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: rowCount) { moved in
      for row in 0..<rowCount { unsafe moved.initializeElement(at: row, to: sources[row] + sum.firstRunOffset) }
      unsafe grid.columns.withUnsafeBufferPointer { columns in
        unsafe sum.weights.withUnsafeBufferPointer { weights in
          guard let rows = moved.baseAddress, let weights = weights.baseAddress, let start = columns.baseAddress
          else { return }
          var extents = unsafe imgconv_grid(
            channels: sum.runCount, channel_stride: grid.channelStride, height: grid.height, width: columns.count,
            rows_per_group: grid.rowsPerGroup, columns: start)
          for row in stride(from: 0, to: count, by: height) {
            unsafe operations.sweep(
              band.run + row * band.rowStride, band.rowStride, band.columns.count, UnsafePointer(rows + row), &extents,
              weights, sums[band.channel].divisor, sums[band.channel].bias)
          }
        }
      }
    }
    return count
  }
}

extension WeightedRows {
  /// The values of the runs of a row that lies outside the image, where the border has a constant.
  func constantRuns(_ constant: Double) -> [Double] {
    guard let filter else { return Array(repeating: constant, count: runCount) }
    return (0..<runCount).map { run in
      filter.sums[run % filter.sums.count].taps.reduce(0) { $0 + $1.weight * constant }
    }
  }
}

/// One weighted sum of runs: parallel arrays, as the inner loops take them, each with a zero after the last tap.
struct WeightedRuns<Scalar: EngineScalar> {
  private let tapCount: Int
  private let tapsPerGroup: Int
  private let weights: [Scalar]
  private let rows: [Int32]
  private let offsets: [Int]
  let divisor: Scalar
  let bias: Scalar

  /// Takes a sum whose taps lie at offsets from the beginning of their rows.
  init(_ sum: PlannedSum, tapsPerGroup: Int, offset: (PlannedSum.Tap) -> Int) {
    tapCount = sum.taps.count
    self.tapsPerGroup = tapsPerGroup
    weights = sum.taps.map { Scalar($0.weight) } + [0]
    rows = sum.taps.map { Int32($0.tapRow) } + [0]
    offsets = sum.taps.map(offset) + [0]
    (divisor, bias) = (Scalar(sum.divisor), Scalar(sum.bias))
  }

  /// Writes `count` sums; every tap's row holds as many samples from its offset on.
  func correlate(
    _ sources: UnsafePointer<UnsafePointer<Scalar>>, _ run: UnsafeMutablePointer<Scalar>, count: Int,
    _ operations: EngineOperations<Scalar>
  ) {
    // The arrays are never empty, so that they have addresses.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe rows.withUnsafeBufferPointer { tapRows in
        unsafe offsets.withUnsafeBufferPointer { offsets in
          guard let weights = weights.baseAddress, let tapRows = tapRows.baseAddress, let offsets = offsets.baseAddress
          else { return }
          unsafe operations.correlate(
            run, count, sources, tapRows, offsets, weights, tapCount, tapsPerGroup, divisor, bias)
        }
      }
    }
  }
}
