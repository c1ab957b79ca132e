import Synchronization

/// The temporary files this process has made and not yet renamed, so that an interrupted run can remove them.
public enum TemporaryFiles {
  private static let registered = Mutex<Set<String>>([])
  private static let counter = Atomic<Int>(0)

  /// Removes every temporary file; for the end of an interrupted process.
  public static func removeAll() {
    let paths = registered.withLock { paths in
      defer { paths.removeAll() }
      return paths
    }
    for path in paths { FileCalls.remove(path) }
  }

  /// A number no other temporary file of this process has.
  static func nextNumber() -> Int {
    counter.add(1, ordering: .relaxed).newValue
  }

  static func register(_ path: String) {
    registered.withLock { _ = $0.insert(path) }
  }

  static func forget(_ path: String) {
    registered.withLock { _ = $0.remove(path) }
  }

  static func remove(_ path: String) {
    FileCalls.remove(path)
    forget(path)
  }
}
