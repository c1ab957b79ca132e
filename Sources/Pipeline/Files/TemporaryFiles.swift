import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The temporary files this process has made and not yet renamed, so that an interrupted run can remove them.
public enum TemporaryFiles {
  private static let registered = Mutex<Set<String>>([])
  private static let counter = Atomic<Int>(0)

  /// What the names of temporary files of this machine begin with: its name, and that of the space that process numbers count in.
  private static let machine: String = {
    let space = FileCalls.target(ofLink: "/proc/self/ns/pid")?.filter(\.isNumber) ?? ""
    let host = FileCalls.machineName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
    return ".imgconv-\(host)-\(space)-"
  }()
  private static let ending = ".part"

  /// Removes every temporary file; for the end of an interrupted process.
  public static func removeAll() {
    let paths = registered.withLock { paths in
      defer { paths.removeAll() }
      return paths
    }
    for path in paths { FileCalls.remove(path) }
  }

  /// Removes what runs on this machine that are dead left in a folder.
  ///
  /// Files of other machines stay: their runs may be alive.
  static func removeLeftovers(in folder: String) {
    for name in (try? FileCalls.names(inFolder: folder)) ?? [] where name.hasPrefix(machine) && name.hasSuffix(ending) {
      guard let process = name.dropFirst(machine.count).split(separator: "-").first.flatMap({ pid_t($0) }), process > 0
      else { continue }
      if kill(process, 0) != 0 && errno == ESRCH { FileCalls.remove(FilePath.joined(folder, name)) }
    }
  }

  /// A name in a folder that no other temporary file has.
  static func newPath(in folder: String) -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    return FilePath.joined(folder, "\(machine)\(getpid())-\(number)\(ending)")
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
