import Tensors

/// The rows of bytes that windows still need, all channels of a pixel side by side, borders included.
///
/// The unsafe code relies on what `RowRing` says of its slots, and on this: a slot holds 64 bytes beyond what windows reach, which are always the
/// same; `write` fills all the rows that were asked for, and no more.
@safe
final class ByteRing {
  /// The rows.
  let rows: RowRing<UInt8>
  private let plan: StripPlan
  private let threadCount: Int

  /// Creates a ring at the top of an image.
  init(plan: StripPlan, threadCount: Int) {
    (self.plan, self.threadCount) = (plan, threadCount)
    let constant = UInt8(plan.borderConstant)
    rows = RowRing(
      height: plan.input.height, memory: plan.memory, padding: constant,
      constantRuns: plan.memory.schedule.usesConstant ? [constant] : nil)
  }

  /// The output rows that become computable when some more rows have come, which are to be of the input.
  func outputs(afterTaking source: PixelRows) -> Range<Int> {
    precondition(
      source.format.depth == .eight && source.width * source.format.channelCount == plan.input.width,
      "rows of \(source.width) pixels in \(source.format) are not of the input \(plan.input)")
    return rows.outputs(afterTaking: source.rowCount)
  }

  /// Takes the next rows in; `compute` makes the output rows that are then computable, some at a time.
  func take(_ source: PixelRows, compute: (Range<Int>) -> Void) {
    unsafe source.bytes.withUnsafeBufferPointer { bytes in
      guard let from = bytes.baseAddress else { return }
      unsafe rows.take(source.rowCount, fill: { unsafe fill($0, from: from) }, compute: compute)
    }
  }

  /// Rows of output pixels in the format of `source`; `write` fills them in.
  func pixels(
    like source: PixelRows, rowCount: Int, write: (UnsafeMutablePointer<UInt8>) -> Void
  ) -> PixelRows {
    let byteCount = rowCount * plan.output.width
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(byteCount, 1)) { result, initialized in
      guard let start = result.baseAddress else { return }
      unsafe write(start)
      initialized = byteCount
    }
    return PixelRows(
      format: source.format, width: plan.output.width / source.format.channelCount, rowCount: rowCount, bytes: bytes)
  }

  /// Lays rows column by column: whoever computes some columns then finds them in its own cache.
  private func fill(_ arrivals: [RowRing<UInt8>.Arrival], from source: UnsafePointer<UInt8>) {
    let columns = plan.memory.columns
    // One part a thread: memory is read fastest in long runs.
    let pieceCount = min(threadCount, columns.length / 1024 + 1)
    ParallelStrips.run(count: pieceCount, threadCount: threadCount) { pieces in
      let range = pieces.lowerBound * columns.length / pieceCount..<pieces.upperBound * columns.length / pieceCount
      for index in unsafe arrivals.indices {
        let arrival = unsafe arrivals[index]
        unsafe columns.lay(
          range, in: arrival.slot + range.lowerBound, from: source + arrival.row * plan.input.width,
          constant: UInt8(plan.borderConstant)
        ) { to, from, count in
          unsafe to.update(from: from, count: count)
        } sample: {
          $0
        }
      }
    }
  }

  /// Collects the rows that the windows of some outputs reach over, one after another where windows share rows, in `pointers`.
  func collect(
    _ outputs: Range<Int>, windowsShareRows: Bool = true, in pointers: UnsafeMutableBufferPointer<UnsafePointer<UInt8>>
  ) {
    var count = 0
    unsafe rows.forEachRow(of: outputs, windowsShareRows: windowsShareRows) { row in
      guard let row = unsafe row else { preconditionFailure("outside the rows that are held is a constant row") }
      unsafe pointers.initializeElement(at: count, to: row)
      count += 1
    }
    // Beyond what is needed the last row stands again.
    for place in count..<pointers.count { unsafe pointers.initializeElement(at: place, to: pointers[count - 1]) }
  }
}
