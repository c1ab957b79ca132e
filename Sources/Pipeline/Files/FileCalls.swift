import CFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Every system call that takes a file's name.
///
/// Unsafe here: a name goes to the system as an array of bytes that ends in a zero, holds no other (`FilePath.check`), and lives
/// until the call returns; what the system fills in is passed by reference for the time of the call alone.
enum FileCalls {
  /// A name as the system takes it.
  private static func systemPath(_ path: String) -> [CChar] {
    PathBytes.bytes(path).map { CChar(bitPattern: $0) } + [0]
  }

  /// Opens a file, with the permissions `0666` less the process's mask where it is created.
  static func opened(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let descriptor = unsafe open(systemPath(path), flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last }
    return descriptor
  }

  /// Opens a new file for reading and writing that has no name and is gone when it is closed.
  static func openedUnnamed() throws(SystemError) -> Int32 {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var name = systemPath(folder + "/imgconv-XXXXXX")
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw .last }
    _ = unsafe unlink(name)
    return descriptor
  }

  /// What a path leads to, links followed.
  static func status(_ path: String) throws(SystemError) -> stat {
    var status = stat()
    guard unsafe stat(systemPath(path), &status) == 0 else { throw .last }
    return status
  }

  /// What an open file is.
  static func status(descriptor: Int32) throws(SystemError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
    return status
  }

  /// What a symbolic link says; `nil` where the path is none.
  static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink(systemPath(path), &buffer, buffer.count)
    return count > 0 ? PathBytes.string(buffer[..<count].map { UInt8(bitPattern: $0) }) : nil
  }

  /// The names that a folder holds, in the order of their bytes; `.` and `..` are left out.
  static func names(inFolder path: String) throws(SystemError) -> [String] {
    guard let folder = unsafe opendir(systemPath(path)) else { throw .last }
    defer { unsafe closedir(folder) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(folder) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        // The name ends in a zero within the entry.
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 1) { start in
          unsafe UnsafeBufferPointer(start: start, count: strlen(start)).map { UInt8(bitPattern: $0) }
        }
      }
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
    guard errno == 0 else { throw .last }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.map { PathBytes.string($0) }
  }

  /// Makes a folder, and those it lies in, where they are missing.
  static func makeFolders(_ path: String) throws(SystemError) {
    if let status = try? FileStatus(path: path) {
      guard status.kind == .folder else { throw .noFolder }
      return
    }
    if FilePath.folder(of: path) != path { try makeFolders(FilePath.folder(of: path)) }
    guard unsafe mkdir(systemPath(path), 0o777) == 0 || errno == EEXIST else { throw .last }
  }

  /// Removes a folder, unless something is in it or it cannot be removed.
  static func removeEmptyFolder(_ path: String) { _ = unsafe rmdir(systemPath(path)) }

  /// Checks that files can be made in a folder.
  static func checkWritable(folder path: String) throws(SystemError) {
    guard unsafe access(systemPath(path), W_OK | X_OK) == 0 else { throw .last }
  }

  /// Waits until what was written to a file is on the disk; nothing to wait for where it cannot be.
  static func synchronize(_ descriptor: Int32) throws(SystemError) {
    while fsync(descriptor) != 0 {
      if errno == EINVAL || errno == ENOTSUP { return }
      if errno != EINTR { throw .last }
    }
  }

  /// Waits until what was written to a file, or the names in a folder, are on the disk.
  static func synchronize(path: String) throws(SystemError) {
    let descriptor = try opened(path, O_RDONLY | O_NONBLOCK)
    defer { close(descriptor) }
    try synchronize(descriptor)
  }

  /// What the machine is called in its network.
  static var machineName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a name is of a pattern with `*`, `?` and `[…]`; a leading dot is matched by a dot alone.
  static func name(_ name: String, matches pattern: String) -> Bool {
    unsafe fnmatch(systemPath(pattern), systemPath(name), FNM_PERIOD) == 0
  }

  /// Removes a name, where there is such a one.
  static func remove(_ path: String) {
    _ = unsafe unlink(systemPath(path))
  }

  /// Gives a file another name, which is taken from the file that has it.
  static func rename(_ path: String, to name: String) throws(SystemError) {
    guard moved(systemPath(path), systemPath(name)) == 0 else { throw .last }
  }

  /// Gives a file another name, which must be free: `EEXIST` where it is not.
  ///
  /// One step where the system can (`renameat2`), else a hard link, which is refused where the name is taken. FAT and some network
  /// file systems know neither: there the name is looked up and then taken, and a file that appears between the two is replaced.
  static func rename(_ path: String, toFreeName name: String) throws(SystemError) {
    let (from, to) = (systemPath(path), systemPath(name))
    let failure = unsafe imgconv_rename_to_free_name(from, to)
    if failure == 0 { return }
    if failure == EEXIST { throw SystemError(number: failure) }
    if unsafe link(from, to) == 0 {
      _ = unsafe unlink(from)
      return
    }
    if errno == EEXIST { throw .last }
    var status = stat()
    if unsafe lstat(to, &status) == 0 { throw SystemError(number: EEXIST) }
    guard moved(from, to) == 0 else { throw .last }
  }
}

/// The system's `rename`, under a name that `FileCalls.rename` does not hide.
private func moved(_ from: [CChar], _ to: [CChar]) -> Int32 {
  unsafe rename(from, to)
}
