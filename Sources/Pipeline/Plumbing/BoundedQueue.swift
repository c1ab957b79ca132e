#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A first-in, first-out queue between two threads that holds a few elements at most.
///
/// Whoever pushes into a full queue waits, as does whoever pops from an empty one, until the other side moves or the queue is closed.
///
/// Unsafe here: the mutex and the condition live at one address from `init` to `deinit`, and `elements` and `isClosed` are touched only
/// while the mutex is held; that makes the class safe to share.
@safe
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private let capacity: Int
  private var elements: [Element] = []
  private var isClosed = false
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  /// Creates an empty queue that holds up to `capacity` elements.
  init(capacity: Int) {
    precondition(capacity >= 1, "a queue holds at least one element")
    self.capacity = capacity
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe pthread_cond_destroy(changed)
    unsafe mutex.deallocate()
    unsafe changed.deallocate()
  }

  /// Appends an element, waiting for room; `false` when the queue was closed instead.
  func push(_ element: Element) -> Bool {
    locked {
      while elements.count >= capacity && !isClosed { wait() }
      guard !isClosed else { return false }
      elements.append(element)
      return true
    }
  }

  /// Removes the oldest element, waiting for one; `nil` when the queue is closed and empty.
  func pop() -> Element? {
    locked {
      while elements.isEmpty && !isClosed { wait() }
      return elements.isEmpty ? nil : elements.removeFirst()
    }
  }

  /// Ends the queue: what it holds can still be popped, nothing more is taken.
  func close() {
    locked { isClosed = true }
  }

  /// Ends the queue and drops what it holds.
  func cancel() {
    locked {
      isClosed = true
      elements.removeAll()
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(changed)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body()
  }

  private func wait() {
    unsafe pthread_cond_wait(changed, mutex)
  }
}
