/// A first-in, first-out queue between threads that holds a few elements at most.
///
/// Whoever pushes into a full queue waits, as does whoever pops from an empty one, until the other side moves or the queue is closed.
///
/// `elements` and `isClosed` are touched only inside the monitor; that makes the class safe to share.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private let capacity: Int
  private var elements: [Element] = []
  private var isClosed = false
  private let monitor = Monitor()

  /// What a pop that does not wait for ever came back with.
  enum Popped {
    case element(Element)
    case nothingYet
    case closed
  }

  /// Creates an empty queue that holds up to `capacity` elements.
  init(capacity: Int) {
    precondition(capacity >= 1, "a queue holds at least one element")
    self.capacity = capacity
  }

  /// Appends an element, waiting for room; `false` when the queue was closed instead.
  func push(_ element: Element) -> Bool {
    monitor.locked {
      while elements.count >= capacity && !isClosed { monitor.wait() }
      guard !isClosed else { return false }
      elements.append(element)
      return true
    }
  }

  /// Removes the oldest element, waiting for one; `nil` when the queue is closed and empty.
  func pop() -> Element? {
    monitor.locked {
      while elements.isEmpty && !isClosed { monitor.wait() }
      return elements.isEmpty ? nil : elements.removeFirst()
    }
  }

  /// Removes the oldest element, waiting some milliseconds for one.
  func pop(milliseconds: Int) -> Popped {
    monitor.locked {
      while elements.isEmpty {
        if isClosed { return .closed }
        guard monitor.wait(milliseconds: milliseconds) else { break }
      }
      return elements.isEmpty ? .nothingYet : .element(elements.removeFirst())
    }
  }

  /// Ends the queue: what it holds can still be popped, nothing more is taken.
  func close() {
    monitor.locked { isClosed = true }
  }

  /// Ends the queue and drops what it holds.
  func cancel() {
    monitor.locked {
      isClosed = true
      elements.removeAll()
    }
  }
}
