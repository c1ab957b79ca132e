#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An output file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file in the same folder, which takes the name when it is committed. A symbolic link is followed: the file
/// it points to is replaced. Where the name stands for something that cannot be replaced (a device, a pipe), bytes go there directly.
/// A value that is dropped before `commit` removes its temporary file.
struct AtomicFile: ~Copyable {
  /// What to write to.
  let descriptor: Int32
  private let path: String
  private let temporaryPath: String?
  private let finalPath: String
  private let mayReplace: Bool
  private let closes: Bool
  private var isSettled = false

  /// Opens an output; `-` is standard output.
  ///
  /// - Parameters:
  ///   - path: the name as the user gave it.
  ///   - mayReplace: whether a file of that name may be replaced.
  /// - Throws: `JobError` of kind `cannotCreate`, `permission` or `inputOutput`.
  init(path: String, mayReplace: Bool) throws(JobError) {
    self.path = path
    self.mayReplace = mayReplace
    guard path != "-" else {
      (descriptor, temporaryPath, finalPath, closes) = (STDOUT_FILENO, nil, path, false)
      return
    }
    let target = Self.followingLinks(path)
    finalPath = target
    closes = true
    let status = FileStatus(path: target)
    switch status?.kind {
    case .folder:
      throw JobError(.cannotCreate, code: "output.folder", path: path, "is a folder; expected the name of a file")
    case .regular where !mayReplace:
      throw Self.exists(path)
    case .regular, nil:
      let (descriptor, temporary) = try Self.createTemporary(for: target, path: path)
      self.descriptor = descriptor
      self.temporaryPath = temporary
      // A file that is replaced keeps its permissions; where that is refused, it has those of a new one.
      if let status { _ = fchmod(descriptor, status.permissions) }
    case .other:
      let descriptor = unsafe open(target, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        throw SystemError.last.jobError(path: path, verb: "open for writing", otherwise: .cannotCreate)
      }
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
      self.descriptor = descriptor
      self.temporaryPath = nil
    }
  }

  deinit {
    guard !isSettled else { return }
    if closes { close(descriptor) }
    if let temporaryPath { TemporaryFiles.remove(temporaryPath) }
  }

  /// Gives the finished file its name.
  ///
  /// - Throws: `JobError` when the close or the rename fails, or a file took the name meanwhile and must not be replaced; the
  ///   temporary file is removed then.
  consuming func commit() throws(JobError) {
    isSettled = true
    if closes && close(descriptor) != 0 {
      let error = SystemError.last
      if let temporary = temporaryPath { TemporaryFiles.remove(temporary) }
      throw error.jobError(path: path, verb: "close", otherwise: .inputOutput)
    }
    guard let temporary = temporaryPath else { return }
    // A hard link is refused where the name is taken, a rename is not.
    let failed = unsafe mayReplace ? rename(temporary, finalPath) != 0 : link(temporary, finalPath) != 0
    let error = SystemError.last
    if failed || !mayReplace {
      TemporaryFiles.remove(temporary)
    } else {
      TemporaryFiles.forget(temporary)
    }
    if failed {
      if error.number == EEXIST { throw Self.exists(path) }
      throw error.jobError(path: path, verb: "give the finished file its name", otherwise: .cannotCreate)
    }
  }

  private static func exists(_ path: String) -> JobError {
    JobError(.cannotCreate, code: "output.exists", path: path, "exists and is kept (--no-clobber)")
  }

  /// The file that a chain of symbolic links ends at, whether or not it exists yet.
  private static func followingLinks(_ path: String) -> String {
    var current = path
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return -1 }
        return unsafe readlink(current, base.assumingMemoryBound(to: CChar.self), bytes.count)
      }
      guard count > 0 else { return current }
      let link = FilePathBytes.string(Array(buffer[..<count]))
      current = link.hasPrefix("/") ? link : FilePathBytes.folder(of: current) + "/" + link
    }
    return current
  }

  private static func createTemporary(for target: String, path: String) throws(JobError) -> (Int32, String) {
    let folder = FilePathBytes.folder(of: target)
    for attempt in 0..<100 {
      let name = ".imgconv-\(getpid())-\(TemporaryFiles.nextNumber())-\(attempt).part"
      let temporary = "\(folder)/\(name)"
      // Registered first, so that a signal between the two steps leaves nothing behind.
      TemporaryFiles.register(temporary)
      let descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
      if descriptor >= 0 { return (descriptor, temporary) }
      let error = SystemError.last
      TemporaryFiles.forget(temporary)
      guard error.number == EEXIST else {
        throw error.jobError(path: path, verb: "create a file in \(folder)", otherwise: .cannotCreate)
      }
    }
    throw JobError(.cannotCreate, code: "io.create", path: path, "no temporary name is free in \(folder)")
  }
}
