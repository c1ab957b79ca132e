import Tensors

/// The rows that windows still need, and the loop that all stages share: take rows in, compute the output rows they complete, forget.
///
/// Unsafe code of the strips lives here and in the closures passed to `push`; it relies on this:
/// - `storage` holds `slotCount` slots (and one more for the border's constant, where the schedule uses it) of
///   `channelCount × channelStride` samples; a row is written to a slot by one thread, in the filling step, before any reads it;
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

  /// The slot of each input row that is held; -1 for the others.
  private var slots: [Int32]
  private var free: [Int32]
  private var held: [Int] = []
  private var arrived = 0
  private var done = 0

  /// Creates windows over an image that has not begun.
  init(
    input: StageShape, output: StageShape, memory: RingMemory, constant: Double, holdsConstantRow: Bool,
    operations: EngineOperations<Scalar>, threadCount: Int
  ) {
    precondition(threadCount >= 1, "at least one thread computes")
    self.input = input
    self.output = output
    self.memory = memory
    self.operations = operations
    self.threadCount = threadCount
    self.constant = Scalar(constant)
    let slotLength = input.channelCount * memory.channelStride
    let slotCount = memory.slotCount + (holdsConstantRow ? 1 : 0)
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: slotCount * slotLength * MemoryLayout<Scalar>.stride, alignment: 64)
    unsafe storage = bytes.bindMemory(to: Scalar.self, capacity: slotCount * slotLength)
    unsafe storage.initialize(repeating: self.constant, count: slotCount * slotLength)
    unsafe constantSlot = holdsConstantRow ? Run(storage + memory.slotCount * slotLength) : nil
    slots = Array(repeating: -1, count: input.height)
    free = (0..<Int32(memory.slotCount)).reversed()
  }

  deinit { unsafe storage.deallocate() }

  /// Takes rows and computes all output rows that they complete.
  ///
  /// `compute(outputs, rows, rowCount, channel, run)` writes one channel of a band of output rows, the first to `run`, the others one
  /// output row (of all channels) after the other. `rows` are the rows of the first window from top to bottom, then the last row of each
  /// window that follows. A row begins with channel 0; channels are `channelStride` apart. Rows outside the input are the
  /// border's constant or, without a constant row, left out. It is called on several threads at once.
  ///
  /// Bands hold `bandHeight` output rows, or fewer at the end of what is computable; more than 1 only where windows follow one another
  /// row by row.
  func push(
    _ rows: PlanarRows<Scalar>, bandHeight: Int = 1,
    compute: (Range<Int>, UnsafePointer<Run>, Int, Int, MutableRun) -> Void
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
            unsafe self.compute(
              done..<computable, bandHeight: bandHeight,
              to: start + (done - first) * output.channelCount * output.width, compute)
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
    ParallelStrips.run(count: used.count * channels, threadCount: threadCount) { items in
      for item in items {
        let (row, channel) = (used[item / channels], item % channels)
        unsafe fillRun(
          slot(Int(slots[row + offset])) + channel * memory.channelStride,
          from: source + (row * channels + channel) * input.width)
      }
    }
  }

  private func fillRun(_ run: MutableRun, from source: Run) {
    for piece in memory.columns.pieces {
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
    unsafe storage + index * input.channelCount * memory.channelStride
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
      if let source = schedule.source(output: band.lowerBound + below, tapRow: schedule.tapRows[place - below]) {
        unsafe (pointers + count).initialize(to: Run(slot(Int(slots[source]))))
      } else if let constantSlot = unsafe constantSlot {
        unsafe (pointers + count).initialize(to: constantSlot)
      } else {
        continue
      }
      count += 1
    }
    return count
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
