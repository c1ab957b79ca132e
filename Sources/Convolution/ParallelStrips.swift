import Dispatch

/// Work that is split over threads; the only place of this module where threads are used.
enum ParallelStrips {
  /// Calls `body` with disjoint ranges that cover `0..<count`, at most `threadCount` of them at a time, and returns when all are done.
  ///
  /// The calling thread takes part. The ranges depend on both counts alone; as no result of the callers' depends on how items are
  /// grouped, none depends on the number of threads. `body` runs on several threads at once: it may write only to what belongs
  /// to its own items, and may read what nobody writes.
  static func run(count: Int, threadCount: Int, _ body: (Range<Int>) -> Void) {
    let parts = min(threadCount, count)
    guard parts > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // Shared by threads on the condition above: every range writes to memory of its own.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        unsafe body(part * count / parts..<(part + 1) * count / parts)
      }
    }
  }
}
