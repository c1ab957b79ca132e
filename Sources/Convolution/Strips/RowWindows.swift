import Tensors

/// The rows that windows still need, and the loop that all stages share: take rows in, compute the output rows they complete, forget.
///
/// Unsafe code of the strips lives here and in the closures passed to `push`; it relies on this:
/// - `storage` holds `slotCount` slots (and one more for the border's constant, where the schedule uses it) of
///   `runCount × channelStride` samples; a row is written to a slot by one thread, in the filling step, before any reads it;
/// - the schedule's capacity, plus the rows of a batch less one, is the most rows held at a time, so that a free slot is always there;
/// - in the computing step slots are only read, and each run of the result is written by one thread.
@safe
final class RowWindows<Scalar: EngineScalar> {
  typealias Run = UnsafePointer<Scalar>
  typealias MutableRun = UnsafeMutablePointer<Scalar>

  private let input: StageShape
  private let output: StageShape
  private let memory: RingMemory
  private let operations: EngineOperations<Scalar>
  private let threadCount: Int
  private let constant: Scalar
  private let storage: MutableRun
  private let constantSlot: Run?
  private let filter: RowFilter<Scalar>?

  /// The slot of each input row that is held; -1 for the others.
  private var slots: [Int32]
  private var free: [Int32]
  private var held: [Int] = []
  private var arrived = 0
  private var done = 0

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
    precondition(constantRuns == nil || constantRuns?.count == memory.runCount, "one constant a run")
    self.input = input
    self.output = output
    self.memory = memory
    self.operations = operations
    self.threadCount = threadCount
    self.constant = Scalar(constant)
    self.filter = filter
    let slotLength = memory.runCount * memory.channelStride
    let count = (memory.slotCount + (constantRuns == nil ? 0 : 1)) * slotLength
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64)
    unsafe storage = bytes.bindMemory(to: Scalar.self, capacity: count)
    unsafe storage.initialize(repeating: self.constant, count: count)
    let constantStart = unsafe storage + memory.slotCount * slotLength
    for (run, value) in (constantRuns ?? []).enumerated() {
      unsafe (constantStart + run * memory.channelStride).update(
        repeating: Scalar(value), count: memory.channelStride)
    }
    unsafe constantSlot = constantRuns == nil ? nil : Run(constantStart)
    slots = Array(repeating: -1, count: input.height)
    free = (0..<Int32(memory.slotCount)).reversed()
  }

  deinit { unsafe storage.deallocate() }

  /// Takes rows and computes all output rows that they complete.
  ///
  /// `compute(outputs, rows, rowCount, channel, run)` writes one channel of a band of output rows, the first to `run`, the others one
  /// output row (of all channels) after the other. `rows` are the rows of the first window from top to bottom, then the last row of each
  /// window that follows. A row begins with run 0; runs are `channelStride` apart. Rows outside the input are the
  /// border's constant or, without a constant row, left out. It is called on several threads at once.
  ///
  /// Bands hold `bandHeight` output rows, or fewer at the end of what is computable; more than 1 only where windows follow one another
  /// row by row.
  func push(
    _ rows: PlanarRows<Scalar>, bandHeight: Int = 1,
    compute: (Range<Int>, UnsafePointer<Run>, Int, Int, MutableRun) -> Void
  ) -> PlanarRows<Scalar> {
    unsafe push(rows) { outputs, start in
      unsafe self.compute(outputs, bandHeight: bandHeight, to: start, compute)
    }
  }

  /// Takes rows; `computeAll(outputs, start)` computes all the output rows that they complete, in order, on the caller's thread.
  ///
  /// It finds the rows of windows by `row(output:tapRow:)`, and may share its work among threads.
  func push(
    _ rows: PlanarRows<Scalar>, computeAll: (Range<Int>, MutableRun) -> Void
  ) -> PlanarRows<Scalar> {
    precondition(
      rows.channelCount == input.channelCount && rows.width == input.width,
      "rows of \(rows.channelCount)×\(rows.width) are not of the input \(input)")
    precondition(arrived + rows.rowCount <= input.height, "more rows came than the \(input.height) of the input")
    let schedule = memory.schedule
    let first = done
    let end = schedule.computable(arrived: arrived + rows.rowCount, after: done)
    let count = (end - first) * output.channelCount * output.width
    let samples = unsafe [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      unsafe rows.samples.withUnsafeBufferPointer { source in
        var taken = 0
        repeat {
          let next = min(taken + memory.batchRowCount, rows.rowCount)
          if let source = source.baseAddress { unsafe fill(taken..<next, from: source) }
          arrived += next - taken
          taken = next
          let computable = schedule.computable(arrived: arrived, after: done)
          if let start = result.baseAddress {
            unsafe computeAll(done..<computable, start + (done - first) * output.channelCount * output.width)
          }
          done = computable
          release()
        } while taken < rows.rowCount
      }
      initialized = count
    }
    return PlanarRows(
      channelCount: output.channelCount, width: output.width, rowCount: end - first, samples: samples)
  }

  /// Copies the rows that an output needs into free slots, with their borders.
  private func fill(_ range: Range<Int>, from source: Run) {
    let offset = arrived - range.lowerBound
    let used = range.filter { memory.schedule.lastUse(of: $0 + offset) >= 0 }
    for row in used {
      guard let slot = free.popLast() else { preconditionFailure("the ring holds as many rows as are needed") }
      slots[row + offset] = slot
      held.append(row + offset)
    }
    let channels = input.channelCount
    let runs = filter?.runCount ?? 1
    ParallelStrips.run(count: used.count * channels, threadCount: threadCount) { items in
      unsafe withUnsafeTemporaryAllocation(of: Scalar.self, capacity: filter?.columns.length ?? 0) { scratch in
        for item in items {
          let (row, channel) = (used[item / channels], item % channels)
          let target = unsafe slot(Int(slots[row + offset])) + channel * runs * memory.channelStride
          let source = unsafe source + (row * channels + channel) * input.width
          if let filter {
            guard let laid = scratch.baseAddress else { continue }
            unsafe lay(filter.columns, in: laid, from: source)
            unsafe filter.apply(laid, target, memory.channelStride)
          } else {
            unsafe lay(memory.columns, in: target, from: source)
          }
        }
      }
    }
  }

  private func lay(_ layout: ColumnLayout, in run: MutableRun, from source: Run) {
    for piece in layout.pieces {
      switch piece {
      case .copy(let to, let from, let count): unsafe (run + to).update(from: source + from, count: count)
      case .gather(let to, let columns):
        unsafe columns.withUnsafeBufferPointer { columns in
          guard let indices = columns.baseAddress else { return }
          unsafe operations.gather(run + to, source, indices, columns.count, constant)
        }
      }
    }
  }

  private func slot(_ index: Int) -> MutableRun {
    unsafe storage + index * memory.runCount * memory.channelStride
  }

  /// Computes output rows; the rows of their windows are all held.
  private func compute(
    _ outputs: Range<Int>, bandHeight: Int, to start: MutableRun,
    _ compute: (Range<Int>, UnsafePointer<Run>, Int, Int, MutableRun) -> Void
  ) {
    let channels = output.channelCount
    let bandCount = (outputs.count + bandHeight - 1) / bandHeight
    ParallelStrips.run(count: bandCount * channels, threadCount: threadCount) { items in
      unsafe withUnsafeTemporaryAllocation(of: Run.self, capacity: memory.schedule.tapRows.count + bandHeight - 1) {
        rows in
        var (band, rowCount) = (outputs.lowerBound..<outputs.lowerBound, 0)
        guard let pointers = rows.baseAddress else { return }
        for item in items {
          let first = outputs.lowerBound + item / channels * bandHeight
          if first != band.lowerBound || band.isEmpty {
            band = first..<min(first + bandHeight, outputs.upperBound)
            rowCount = unsafe gatherRows(of: band, into: pointers)
          }
          let channel = item % channels
          unsafe compute(
            band, pointers, rowCount, channel,
            start + ((first - outputs.lowerBound) * channels + channel) * output.width)
        }
      }
    }
  }

  /// Points at the rows of a band's windows; returns how many there are.
  private func gatherRows(of band: Range<Int>, into pointers: UnsafeMutablePointer<Run>) -> Int {
    let schedule = memory.schedule
    var count = 0
    for place in 0..<schedule.tapRows.count + band.count - 1 {
      let below = max(place - schedule.tapRows.count + 1, 0)
      guard let row = unsafe row(output: band.lowerBound + below, tapRow: schedule.tapRows[place - below]) else {
        continue
      }
      unsafe (pointers + count).initialize(to: row)
      count += 1
    }
    return count
  }

  /// The row under a tap row of a window, which is held; `nil` where it lies outside and there is no constant row.
  func row(output: Int, tapRow: Int) -> Run? {
    guard let source = memory.schedule.source(output: output, tapRow: tapRow) else { return unsafe constantSlot }
    return unsafe Run(slot(Int(slots[source])))
  }

  /// Frees the slots of rows that no further output needs.
  private func release() {
    held.removeAll { row in
      guard memory.schedule.lastUse(of: row) < done else { return false }
      free.append(slots[row])
      slots[row] = -1
      return true
    }
  }
}

/// What is done to each channel of a row before it enters a ring.
///
/// `apply(laid, first, stride)` uses up one channel, laid out as `columns` say, and writes its `runCount` runs, `stride` samples apart from `first`. It
/// is called on several threads at once.
@safe
struct RowFilter<Scalar: EngineScalar> {
  let columns: ColumnLayout
  let runCount: Int
  let apply: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void
}
