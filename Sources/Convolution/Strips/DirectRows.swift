import CMicrokernels
import Tensors

/// The direct path: each output run is one weighted sum of runs in the ring.
///
/// The unsafe code relies on what `RowWindows` says of its pointers, and on tap tables that fit them: places of rows are below the count
/// of a window's rows, offsets leave an output width of samples in a slot.
final class DirectRows<Scalar: EngineScalar> {
  private let windows: RowWindows<Scalar>
  private let operations: EngineOperations<Scalar>
  private let output: StageShape
  private let tapsPerGroup: Int
  private let sums: [WeightedSum]
  /// What a sweep needs beside the sums; `nil` where rows are computed one at a time.
  private let grid: Grid?

  /// What one output channel adds up: parallel arrays, as the inner loops take them, each with a zero after the last tap.
  private struct WeightedSum {
    let tapCount: Int
    let weights: [Scalar]
    let rows: [Int32]
    let offsets: [Int]
    /// The weights of a sweep, holes included, in the order of the taps; empty without one.
    let grid: [Scalar]
    let firstChannelOffset: Int
    let divisor: Scalar
    let bias: Scalar
  }

  /// The extents of a sweep's windows.
  private struct Grid {
    let channelCount: Int
    let channelStride: Int
    let height: Int
    let columns: [Int]
  }

  /// Creates the stage's path at the top of an image.
  init(plan: ConvolutionPlan, operations: EngineOperations<Scalar>, threadCount: Int) {
    self.operations = operations
    output = plan.outputShape
    let columns = plan.memory.columns
    let channelStride = plan.memory.channelStride
    let height = plan.memory.schedule.tapRows.count
    tapsPerGroup = Scalar.self == Float.self ? plan.tapsPerGroup : .max
    let sweeps = plan.sweeps && tapsPerGroup == .max
    grid =
      sweeps
      ? Grid(
        channelCount: plan.bank.inputCount, channelStride: channelStride, height: height,
        columns: columns.tapColumns.map { columns.offsets[$0] })
      : nil
    let firstChannels = plan.bank.isDepthwise ? Array(0..<plan.input.channelCount) : [0]
    sums = firstChannels.flatMap { firstChannel in
      plan.sums.map { sum in
        WeightedSum(
          tapCount: sum.taps.count, weights: sum.taps.map { Scalar($0.weight) } + [0],
          rows: sum.taps.map { Int32($0.tapRow) } + [0],
          offsets: sum.taps.map { (firstChannel + $0.channel) * channelStride + columns.offsets[$0.column] } + [0],
          grid: sweeps ? Self.grid(of: sum, plan.bank.inputCount, height, columns.tapColumns) : [],
          firstChannelOffset: firstChannel * channelStride, divisor: Scalar(sum.divisor), bias: Scalar(sum.bias))
      }
    }
    windows = RowWindows(
      input: plan.input, output: plan.outputShape, memory: plan.memory, constant: plan.borderConstant,
      holdsConstantRow: plan.memory.schedule.usesConstant, operations: operations, threadCount: threadCount)
  }

  /// The weights of a sum in `I×kh×kw` over the rows and columns that count.
  private static func grid(
    of sum: PlannedSum, _ channelCount: Int, _ height: Int, _ tapColumns: [Int]
  ) -> [Scalar] {
    var grid = [Scalar](repeating: 0, count: channelCount * height * tapColumns.count)
    for tap in sum.taps {
      guard let column = tapColumns.firstIndex(of: tap.column) else { preconditionFailure("a tap's column counts") }
      grid[(tap.channel * height + tap.tapRow) * tapColumns.count + column] = Scalar(tap.weight)
    }
    return grid
  }

  /// Takes the next rows and returns every output row that they make computable.
  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    let bandHeight = grid == nil ? 1 : Int(imgconv_rows_per_sweep)
    return unsafe windows.push(rows, bandHeight: bandHeight) { outputs, sources, rowCount, channel, run in
      if let grid, outputs.count == bandHeight {
        unsafe sweep(grid, sums[channel], sources, rowCount, run)
      } else {
        for row in 0..<outputs.count {
          unsafe correlate(sums[channel], sources + row, run + row * output.channelCount * output.width)
        }
      }
    }
  }

  private func correlate(
    _ sum: WeightedSum, _ sources: UnsafePointer<UnsafePointer<Scalar>>, _ run: UnsafeMutablePointer<Scalar>
  ) {
    // The arrays are never empty, so that they have addresses.
    unsafe sum.weights.withUnsafeBufferPointer { weights in
      unsafe sum.rows.withUnsafeBufferPointer { tapRows in
        unsafe sum.offsets.withUnsafeBufferPointer { offsets in
          guard let weights = weights.baseAddress, let tapRows = tapRows.baseAddress, let offsets = offsets.baseAddress
          else { return }
          unsafe operations.correlate(
            run, output.width, sources, tapRows, offsets, weights, sum.tapCount, tapsPerGroup, sum.divisor,
            sum.bias)
        }
      }
    }
  }

  private func sweep(
    _ grid: Grid, _ sum: WeightedSum, _ sources: UnsafePointer<UnsafePointer<Scalar>>, _ rowCount: Int,
    _ run: UnsafeMutablePointer<Scalar>
  ) {
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: rowCount) { moved in
      for row in 0..<rowCount { unsafe moved.initializeElement(at: row, to: sources[row] + sum.firstChannelOffset) }
      unsafe grid.columns.withUnsafeBufferPointer { columns in
        unsafe sum.grid.withUnsafeBufferPointer { weights in
          guard let rows = moved.baseAddress, let weights = weights.baseAddress, let start = columns.baseAddress
          else { return }
          var grid = unsafe imgconv_grid(
            channels: grid.channelCount, channel_stride: grid.channelStride, height: grid.height, width: columns.count,
            columns: start)
          unsafe operations.sweep(
            run, output.channelCount * output.width, output.width, UnsafePointer(rows), &grid, weights, sum.divisor,
            sum.bias)
        }
      }
    }
  }
}
