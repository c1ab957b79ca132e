import Synchronization
import Tensors

/// The loop that all stages share: take rows in, compute the output rows they complete, forget.
///
/// Rows come as sums or as pixels, whose channels then are one run; and results leave as sums or as pixels.
///
/// Unsafe code of the strips lives here and in the closures passed to `push`; it relies on what `RowRing` says of its slots, and on this:
/// in the filling step each slot is written by one thread, in the computing step slots are only read; each band of the result is written by
/// one thread; rows that are handed in hold `channelCount × width` samples each.
@safe
final class RowWindows<Scalar: EngineScalar> {
  typealias Run = UnsafePointer<Scalar>
  typealias MutableRun = UnsafeMutablePointer<Scalar>

  private let input: StageShape
  private let output: StageShape
  private let ring: RowRing<Scalar>
  private let operations: EngineOperations<Scalar>
  private let threadCount: Int
  private let constant: Scalar
  private let filter: RowFilter<Scalar>?
  /// What is known of the sums that left as pixels.
  private(set) var statistics = SumStatistics()

  /// A part of the output that one thread computes at a time.
  @unsafe
  struct Band {
    /// The output rows.
    let outputs: Range<Int>
    /// The columns of them.
    let columns: Range<Int>
    /// The output channel.
    let channel: Int
    /// Where the first row's sums go.
    let run: MutableRun
    /// The elements from one row's sums to the next row's.
    let rowStride: Int
  }

  /// Rows that come in.
  @unsafe
  private enum Source {
    case sums(Run)
    case pixels(UnsafeRawPointer, SampleDepth, rowCount: Int)
  }

  /// Rows that go out.
  @unsafe
  private enum Target {
    case sums(MutableRun)
    case pixels(UnsafeMutableRawPointer, SampleDepth)
  }

  /// Creates windows over an image that has not begun.
  ///
  /// `constant` is what a row's padded samples hold where the border has one. `constantRuns` are the values of the runs of a row that lies
  /// outside the image; `nil` where such rows are left out.
  init(
    input: StageShape, output: StageShape, memory: RingMemory, constant: Double, constantRuns: [Double]?,
    filter: RowFilter<Scalar>? = nil, operations: EngineOperations<Scalar>, threadCount: Int
  ) {
    precondition(threadCount >= 1, "at least one thread computes")
    precondition(memory.runCount == input.channelCount * (filter?.runCount ?? 1), "a slot holds a row")
    self.input = input
    self.output = output
    self.operations = operations
    self.threadCount = threadCount
    self.constant = Scalar(constant)
    self.filter = filter
    ring = RowRing(
      height: input.height, memory: memory, padding: self.constant, constantRuns: constantRuns?.map { Scalar($0) })
  }

  /// Takes rows of sums and computes all output rows that they complete.
  ///
  /// `compute` writes one band; it is called on several threads at once. Where rows are filtered, the bands of some columns come from top to
  /// bottom, one after another. Bands hold `bandHeight` output rows and `pieceWidth` columns, or fewer
  /// at the end of what there is.
  func push(
    _ rows: PlanarRows<Scalar>, bandHeight: Int = 1, pieceWidth: Int = .max, compute: (Band) -> Void
  ) -> PlanarRows<Scalar> {
    precondition(
      rows.channelCount == input.channelCount && rows.width == input.width,
      "rows of \(rows.channelCount)×\(rows.width) are not of the input \(input)")
    let outputs = ring.outputs(afterTaking: rows.rowCount)
    let count = outputs.count * output.channelCount * output.width
    let samples = unsafe [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      unsafe rows.samples.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let start = result.baseAddress else { return }
        unsafe take(rows.rowCount, .sums(from), .sums(start), outputs, bandHeight, pieceWidth, compute)
      }
      initialized = count
    }
    return PlanarRows(
      channelCount: output.channelCount, width: output.width, rowCount: outputs.count, samples: samples)
  }

  /// Takes rows of pixels, and computes all output rows that they complete as pixels of the same format; sums are rounded as `SamplePacking` does.
  ///
  /// The windows' input and output have one channel, whose samples are those of all channels side by side.
  func push(_ rows: PixelRows, bandHeight: Int = 1, pieceWidth: Int, compute: (Band) -> Void) -> PixelRows {
    let (channels, depth) = (rows.format.channelCount, rows.format.depth)
    precondition(
      input.channelCount == 1 && output.channelCount == 1 && rows.width * channels == input.width,
      "rows of \(rows.width) pixels in \(rows.format) are not of the input \(input)")
    let outputs = ring.outputs(afterTaking: rows.rowCount)
    let byteCount = outputs.count * output.width * depth.byteCount
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { result, initialized in
      unsafe rows.withBytes { source in
        guard let from = source.baseAddress, let start = result.baseAddress else { return }
        unsafe take(
          rows.rowCount, .pixels(from, depth, rowCount: rows.rowCount), .pixels(start, depth), outputs, bandHeight,
          pieceWidth, compute)
      }
      initialized = byteCount
    }
    return PixelRows(
      format: rows.format, width: output.width / channels, rowCount: outputs.count, bytes: bytes)
  }

  private func take(
    _ rowCount: Int, _ source: Source, _ target: Target, _ outputs: Range<Int>, _ bandHeight: Int, _ pieceWidth: Int,
    _ compute: (Band) -> Void
  ) {
    var waiting: [RowRing<Scalar>.Arrival] = unsafe []
    unsafe ring.take(rowCount) { arrivals in
      // Rows that are filtered are laid piece by piece, by whom the sums of a piece are computed.
      if filter == nil { unsafe fill(arrivals, from: source) } else { unsafe waiting = arrivals }
    } compute: { computable in
      let row = computable.lowerBound - outputs.lowerBound
      let moved =
        switch unsafe target {
        case .sums(let start): unsafe Target.sums(start + row * output.channelCount * output.width)
        case .pixels(let start, let depth): unsafe Target.pixels(start + row * output.width * depth.byteCount, depth)
        }
      unsafe self.compute(computable, bandHeight, pieceWidth, waiting, from: source, to: moved, compute)
    }
  }

  /// Lays rows in their slots as they are, with their borders.
  private func fill(_ arrivals: [RowRing<Scalar>.Arrival], from source: Source) {
    let channels = input.channelCount
    unsafe ParallelStrips.run(count: arrivals.count * channels, threadCount: threadCount) { items in
      for item in items {
        let (arrival, channel) = unsafe (arrivals[item / channels], item % channels)
        let columns = ring.memory.columns
        unsafe lay(
          columns, 0..<columns.length, in: arrival.slot + channel * ring.memory.channelStride, from: source,
          (arrival.row * channels + channel) * input.width)
      }
    }
  }

  /// Filters some columns of a channel of rows into their slots; `scratch` holds them and what the filter reaches over.
  private func fill(
    _ arrivals: [RowRing<Scalar>.Arrival], _ filter: RowFilter<Scalar>, channel: Int, columns: Range<Int>,
    from source: Source, scratch: MutableRun
  ) {
    let stride = ring.memory.channelStride
    let range = columns.lowerBound..<columns.upperBound + filter.columns.reach
    for index in unsafe arrivals.indices {
      let arrival = unsafe arrivals[index]
      let offset = unsafe (arrival.row * input.channelCount + channel) * input.width
      let target = unsafe arrival.slot + channel * filter.runCount * stride + columns.lowerBound
      if let applyToBytes = unsafe filter.applyToBytes, case .pixels(let start, .eight, let rowCount) = unsafe source {
        let row = unsafe (start + offset).assumingMemoryBound(to: UInt8.self)
        // Where other rows follow, bytes can be read where they are.
        if unsafe arrival.row < rowCount - 1 - 64 / input.width, let first = filter.columns.source(of: range) {
          unsafe applyToBytes(row + first, target, stride, columns.count)
          continue
        }
        let bytes = unsafe UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: UInt8.self)
        unsafe filter.columns.lay(range, in: bytes, from: row, constant: UInt8(constant)) { to, from, count in
          unsafe to.update(from: from, count: count)
        } sample: {
          $0
        }
        unsafe applyToBytes(bytes, target, stride, columns.count)
      } else {
        unsafe lay(filter.columns, range, in: scratch, from: source, offset)
        unsafe filter.apply(scratch, target, stride, columns.count)
      }
    }
  }

  private func lay(
    _ layout: ColumnLayout, _ range: Range<Int>, in run: MutableRun, from source: Source, _ offset: Int
  ) {
    switch unsafe source {
    case .sums(let start):
      unsafe layout.lay(range, in: run, from: start + offset, constant: constant) { to, from, count in
        unsafe to.update(from: from, count: count)
      } sample: {
        $0
      }
    case .pixels(let start, .eight, _):
      unsafe layout.lay(range, in: run, from: (start + offset).assumingMemoryBound(to: UInt8.self), constant: constant)
      { to, from, count in
        unsafe operations.unpack8(to, from, count, 1)
      } sample: {
        Scalar($0)
      }
    case .pixels(let start, .sixteen, _):
      unsafe layout.lay(
        range, in: run, from: (start + 2 * offset).assumingMemoryBound(to: UInt16.self), constant: constant
      ) { to, from, count in
        unsafe operations.unpack16(to, from, count, 1)
      } sample: {
        Scalar($0)
      }
    }
  }

  /// Filters the rows that wait for it, and computes output rows; the rows of their windows are then all held.
  private func compute(
    _ outputs: Range<Int>, _ bandHeight: Int, _ pieceWidth: Int, _ waiting: [RowRing<Scalar>.Arrival],
    from source: Source, to target: Target, _ compute: (Band) -> Void
  ) {
    guard unsafe !outputs.isEmpty || !waiting.isEmpty else { return }
    let (inputs, channels, width) = (input.channelCount, output.channelCount, output.width)
    let pieceWidth = min(pieceWidth, width)
    let pieceCount = (width + pieceWidth - 1) / pieceWidth
    let height = max(min(bandHeight, outputs.count), 1)
    let bandCount = (outputs.count + height - 1) / height
    let isPixels = if case .pixels = unsafe target { true } else { false }
    let filteredLength = filter.map { pieceWidth + $0.columns.reach + 64 } ?? 0
    let gathered = Mutex(SumStatistics())
    // The bands of a piece follow one another: what their windows share stays in a core's cache. Where rows are filtered, an item is all
    // bands of all outputs of an input channel, else it is one band.
    let perItem = filter == nil ? 1 : bandCount * channels / inputs
    let itemCount = filter == nil ? pieceCount * channels * bandCount : pieceCount * inputs
    ParallelStrips.run(count: itemCount, threadCount: threadCount) { items in
      unsafe withUnsafeTemporaryAllocation(
        of: Scalar.self, capacity: (isPixels ? height * pieceWidth : 0) + filteredLength
      ) { scratch in
        var statistics = SumStatistics()
        for item in items {
          if let filter, let scratch = scratch.baseAddress {
            let piece = item / inputs
            unsafe fill(
              waiting, filter, channel: item % inputs,
              columns: piece * pieceWidth..<min((piece + 1) * pieceWidth, width), from: source, scratch: scratch)
          }
          for place in item * perItem..<(item + 1) * perItem {
            let (piece, channel) = (place / bandCount / channels, place / bandCount % channels)
            let columns = piece * pieceWidth..<min((piece + 1) * pieceWidth, width)
            let first = outputs.lowerBound + place % bandCount * height
            let rows = first..<min(first + height, outputs.upperBound)
            let row = first - outputs.lowerBound
            switch unsafe target {
            case .sums(let start):
              let run = unsafe start + (row * channels + channel) * width + columns.lowerBound
              unsafe compute(
                Band(outputs: rows, columns: columns, channel: channel, run: run, rowStride: channels * width))
            case .pixels(let start, let depth):
              guard let run = scratch.baseAddress else { continue }
              unsafe compute(
                Band(outputs: rows, columns: columns, channel: channel, run: run, rowStride: columns.count))
              let out = unsafe start + (row * width + columns.lowerBound) * depth.byteCount
              unsafe store(run, rows.count, columns.count, to: out, depth, &statistics)
            }
          }
        }
        if isPixels { gathered.withLock { $0.merge(statistics) } }
      }
    }
    statistics.merge(gathered.withLock { $0 })
  }

  /// Rounds the sums of some rows to pixels.
  private func store(
    _ run: MutableRun, _ rowCount: Int, _ count: Int, to out: UnsafeMutableRawPointer, _ depth: SampleDepth,
    _ statistics: inout SumStatistics
  ) {
    for row in 0..<rowCount {
      let sums = unsafe run + row * count
      let pixels = unsafe out + row * output.width * depth.byteCount
      switch depth {
      case .eight: unsafe operations.pack8(pixels.assumingMemoryBound(to: UInt8.self), sums, count, 1)
      case .sixteen: unsafe operations.pack16(pixels.assumingMemoryBound(to: UInt16.self), sums, count, 1)
      }
      unsafe operations.survey(sums, count, fullRange: Double(depth.maximum), &statistics)
    }
  }

  /// Calls `body` with the rows of a band's windows: those of the first window from top to bottom, then the last row of each window that follows.
  ///
  /// A row begins with run 0, at the band's first column; runs are `channelStride` apart. Rows outside the input are the border's constant
  /// or, without a constant row, left out.
  func withRows(of band: Band, _ body: (UnsafePointer<Run>, Int) -> Void) {
    let (outputs, column) = unsafe (band.outputs, band.columns.lowerBound)
    let capacity = ring.memory.schedule.tapRows.count + outputs.count - 1
    unsafe withUnsafeTemporaryAllocation(of: Run.self, capacity: capacity) { rows in
      guard let pointers = rows.baseAddress else { return }
      var count = 0
      unsafe ring.forEachRow(of: outputs, windowsShareRows: true) { row in
        guard let row = unsafe row else { return }
        unsafe (pointers + count).initialize(to: row + column)
        count += 1
      }
      unsafe body(pointers, count)
    }
  }

  /// The row under a tap row of a window, which is held; `nil` where it lies outside and there is no constant row.
  func row(output: Int, tapRow: Int) -> Run? { unsafe ring.row(output: output, tapRow: tapRow) }
}

/// What is done to each channel of a row before it enters a ring.
///
/// `apply(laid, first, stride, count)` uses up some columns of one channel, laid out as `columns` say, and writes `count` samples of its `runCount`
/// runs, `stride` samples apart from `first`. `applyToBytes` does the same for bytes, and may read 64 bytes beyond them. Both are called on several
/// threads at once.
@safe
struct RowFilter<Scalar: EngineScalar> {
  let columns: ColumnLayout
  let runCount: Int
  let apply: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int, Int) -> Void
  var applyToBytes: ((UnsafePointer<UInt8>, UnsafeMutablePointer<Scalar>, Int, Int) -> Void)?
}
