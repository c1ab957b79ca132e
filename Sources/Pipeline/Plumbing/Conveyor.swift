import Synchronization

/// Three stations in a line: one makes parts, one changes them, one uses them up.
///
/// With `isConcurrent` each station has a thread of its own, where the system has one, and short queues between them, so that the time is the slowest
/// station's and no more than a few parts exist at once; otherwise they take turns on the caller's thread. The order of parts, and
/// so every result, is the same either way.
enum Conveyor {
  /// Parts waiting between two stations.
  static let queueCapacity = 6

  /// Runs the stations until `produce` gives `nil`.
  ///
  /// - Parameters:
  ///   - isConcurrent: whether the stations run at the same time.
  ///   - produce: makes the next part, or `nil` after the last.
  ///   - transform: changes a part; `nil` when nothing is to be passed on yet.
  ///   - consume: uses up a part.
  /// - Throws: the error of the first station that failed; the others stop soon after it.
  static func run<Part: Sendable, Product: Sendable>(
    isConcurrent: Bool,
    produce: @escaping () throws(JobError) -> Part?,
    transform: (Part) throws(JobError) -> Product?,
    consume: @escaping (Product) throws(JobError) -> Void
  ) throws(JobError) {
    guard isConcurrent else {
      while let part = try produce() {
        if let product = try transform(part) { try consume(product) }
      }
      return
    }

    let parts = BoundedQueue<Part>(capacity: queueCapacity)
    let products = BoundedQueue<Product>(capacity: queueCapacity)
    let failure = FirstError()

    // Each closure is used by one thread alone until it is joined.
    nonisolated(unsafe) let produce = produce
    nonisolated(unsafe) let consume = consume
    let producer = WorkerThread {
      failure.recording(cancelling: { parts.cancel() }) { () throws(JobError) in
        while let part = try unsafe produce() {
          guard parts.push(part) else { return }
        }
        parts.close()
      }
    }
    let consumer = WorkerThread {
      failure.recording(cancelling: { products.cancel() }) { () throws(JobError) in
        while let product = products.pop() { try unsafe consume(product) }
      }
    }
    // Where the system has no thread left, this one does the station's work too.
    failure.recording(cancelling: {}) { () throws(JobError) in
      while let part = try unsafe (producer == nil ? produce() : parts.pop()) {
        guard let product = try transform(part) else { continue }
        if consumer == nil {
          try unsafe consume(product)
        } else if !products.push(product) {
          break
        }
      }
    }
    if failure.isSet { products.cancel() } else { products.close() }
    parts.cancel()
    producer?.join()
    consumer?.join()
    try failure.rethrow()
  }
}

/// The first error that any of several threads met.
private final class FirstError: Sendable {
  private let first = Mutex<JobError?>(nil)

  var isSet: Bool { first.withLock { $0 != nil } }

  func recording(cancelling cancel: () -> Void, _ body: () throws(JobError) -> Void) {
    do {
      try body()
    } catch {
      first.withLock { $0 = $0 ?? error }
      cancel()
    }
  }

  func rethrow() throws(JobError) {
    if let error = first.withLock({ $0 }) { throw error }
  }
}
