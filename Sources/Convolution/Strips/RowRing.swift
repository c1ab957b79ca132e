/// The rows that windows still need, in slots that are used again and again.
///
/// It owns the memory and knows which row lies where; what is in a slot is its owner's business.
///
/// Unsafe code relies on this:
/// - `storage` holds `slotCount` slots (and one more for the border's constant, where the schedule uses it) of `runCount × channelStride` elements;
/// - the schedule's capacity, plus the rows of a batch less one, is the most rows held at a time, so that a free slot is always there;
/// - slots are written in the filling step alone, and only those handed to it.
@safe
final class RowRing<Element: BitwiseCopyable> {
  /// The sizes.
  let memory: RingMemory
  private let storage: UnsafeMutablePointer<Element>
  private let constantSlot: UnsafePointer<Element>?

  /// The slot of each input row that is held; -1 for the others.
  private var slots: [Int32]
  private var free: [Int32]
  private var held: [Int] = []
  private var arrived = 0
  private var done = 0

  /// A row that came, and the slot it is to be laid in.
  @unsafe
  struct Arrival {
    /// Its place among the rows that were handed in.
    let row: Int
    /// The slot's first element.
    let slot: UnsafeMutablePointer<Element>
  }

  /// Creates a ring at the top of an image of `height` rows.
  ///
  /// Slots begin as `padding`. `constantRuns` are the values of the runs of a row that lies outside the image; `nil` where such rows are left out.
  init(height: Int, memory: RingMemory, padding: Element, constantRuns: [Element]?) {
    precondition(constantRuns == nil || constantRuns?.count == memory.runCount, "one constant a run")
    self.memory = memory
    let slotLength = memory.runCount * memory.channelStride
    let count = (memory.slotCount + (constantRuns == nil ? 0 : 1)) * slotLength
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
    unsafe storage = bytes.bindMemory(to: Element.self, capacity: count)
    unsafe storage.initialize(repeating: padding, count: count)
    let constantStart = unsafe storage + memory.slotCount * slotLength
    for (run, value) in (constantRuns ?? []).enumerated() {
      unsafe (constantStart + run * memory.channelStride).update(repeating: value, count: memory.channelStride)
    }
    unsafe constantSlot = constantRuns == nil ? nil : UnsafePointer(constantStart)
    slots = Array(repeating: -1, count: height)
    free = (0..<Int32(memory.slotCount)).reversed()
  }

  deinit { unsafe storage.deallocate() }

  /// The output rows that become computable when `rowCount` more rows have come.
  func outputs(afterTaking rowCount: Int) -> Range<Int> {
    precondition(arrived + rowCount <= slots.count, "more rows came than the \(slots.count) of the input")
    return done..<memory.schedule.computable(arrived: arrived + rowCount, after: done)
  }

  /// Takes rows in, some at a time: `fill` lays those that an output needs, `compute` makes the output rows that are then computable.
  func take(_ rowCount: Int, fill: ([Arrival]) -> Void, compute: (Range<Int>) -> Void) {
    var taken = 0
    repeat {
      let next = min(taken + memory.batchRowCount, rowCount)
      unsafe fill(arrivals(taken..<next))
      arrived += next - taken
      taken = next
      let computable = memory.schedule.computable(arrived: arrived, after: done)
      compute(done..<computable)
      done = computable
      release()
    } while taken < rowCount
  }

  /// Finds slots for the rows that an output needs.
  private func arrivals(_ range: Range<Int>) -> [Arrival] {
    let offset = arrived - range.lowerBound
    return unsafe range.filter { memory.schedule.lastUse(of: $0 + offset) >= 0 }.map { row in
      guard let index = free.popLast() else { preconditionFailure("the ring holds as many rows as are needed") }
      slots[row + offset] = index
      held.append(row + offset)
      return unsafe Arrival(row: row, slot: slot(Int(index)))
    }
  }

  private func slot(_ index: Int) -> UnsafeMutablePointer<Element> {
    unsafe storage + index * memory.runCount * memory.channelStride
  }

  /// The row under a tap row of a window, which is held; `nil` where it lies outside and there is no constant row.
  func row(output: Int, tapRow: Int) -> UnsafePointer<Element>? {
    guard let source = memory.schedule.source(output: output, tapRow: tapRow) else { return unsafe constantSlot }
    return unsafe UnsafePointer(slot(Int(slots[source])))
  }

  /// Calls `body` with the rows under the windows of some outputs, all held: those of the first window from top to bottom, then the last row of
  /// each window that follows or, where windows do not share rows, all of its rows.
  ///
  /// A row is `nil` where it lies outside and there is no constant row.
  func forEachRow(of outputs: Range<Int>, windowsShareRows: Bool, _ body: (UnsafePointer<Element>?) -> Void) {
    let schedule = memory.schedule
    for (index, output) in outputs.enumerated() {
      let isWhole = index == 0 || !windowsShareRows
      for tapRow in isWhole ? schedule.tapRows[...] : schedule.tapRows.suffix(1) {
        if let source = schedule.source(output: output, tapRow: tapRow) {
          unsafe body(slot(Int(slots[source])))
        } else {
          unsafe body(constantSlot)
        }
      }
    }
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
