import Synchronization

/// Work that is split over threads.
package enum ParallelStrips {
  /// How many ranges a thread gets on average: a thread that the system keeps waiting leaves its share to the others.
  private static let rangesPerThread = 8

  /// Calls `body` with disjoint ranges that cover `0..<count`, at most `threadCount` of them at a time, and returns when all are done.
  ///
  /// The calling thread takes part, and does everything where the system gives no other thread, or where the others are at work for
  /// another caller. The ranges depend on both counts alone; as no result of the callers' depends on how items are
  /// grouped, none depends on the number of threads. `body` runs on several threads at once: it may write only to what belongs
  /// to its own items, and may read what nobody writes.
  package static func run(count: Int, threadCount: Int, _ body: (Range<Int>) -> Void) {
    let rangeCount = min(threadCount * rangesPerThread, count)
    guard threadCount > 1 && rangeCount > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    let workers = min(threadCount, rangeCount)
    let taken = Shares(count: workers)
    withoutActuallyEscaping(body) { body in
      // Shared by threads on the condition above: every range writes to memory of its own.
      nonisolated(unsafe) let body = body
      StripWorkers.shared.run(helperCount: workers - 1) { worker in
        // A thread begins with its own share, which is the same from call to call, so that what it has written is in its cache still.
        for turn in 0..<workers {
          let share = (worker + turn) % workers
          let ranges = share * rangeCount / workers..<(share + 1) * rangeCount / workers
          while true {
            let range = ranges.lowerBound + taken.next(in: share)
            guard range < ranges.upperBound else { break }
            unsafe body(range * count / rangeCount..<(range + 1) * count / rangeCount)
          }
        }
      }
    }
  }

  /// How many ranges of each share are taken.
  private final class Shares: Sendable {
    private let counters: [Counter]

    private final class Counter: Sendable {
      let value = Atomic(0)
    }

    init(count: Int) {
      counters = (0..<count).map { _ in Counter() }
    }

    /// The place of the next range of a share.
    func next(in share: Int) -> Int { counters[share].value.add(1, ordering: .relaxed).oldValue }
  }
}
