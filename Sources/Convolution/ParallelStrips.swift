import Synchronization

/// Work that is split over threads.
enum ParallelStrips {
  /// How many ranges a thread gets on average: a thread that the system keeps waiting leaves its share to the others.
  private static let rangesPerThread = 8

  /// Calls `body` with disjoint ranges that cover `0..<count`, at most `threadCount` of them at a time, and returns when all are done.
  ///
  /// The calling thread takes part, and does everything where the system gives no other thread, or where the others are at work for
  /// another caller. The ranges depend on both counts alone; as no result of the callers' depends on how items are
  /// grouped, none depends on the number of threads. `body` runs on several threads at once: it may write only to what belongs
  /// to its own items, and may read what nobody writes.
  static func run(count: Int, threadCount: Int, _ body: (Range<Int>) -> Void) {
    let rangeCount = min(threadCount * rangesPerThread, count)
    guard threadCount > 1 && rangeCount > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(body) { body in
      // Shared by threads on the condition above: every range writes to memory of its own.
      nonisolated(unsafe) let body = body
      StripWorkers.shared.run(helperCount: min(threadCount, rangeCount) - 1) {
        while true {
          let range = next.add(1, ordering: .relaxed).oldValue
          guard range < rangeCount else { return }
          unsafe body(range * count / rangeCount..<(range + 1) * count / rangeCount)
        }
      }
    }
  }
}
