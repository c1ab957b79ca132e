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
  private let isDurable: Bool
  private let closes: Bool
  private var isSettled = false

  /// Opens an output; `-` is standard output.
  ///
  /// - Parameters:
  ///   - path: the name as the user gave it.
  ///   - mayReplace: whether a file of that name may be replaced.
  ///   - isDurable: whether the file and its name are on the disk when `commit` returns.
  /// - Throws: `JobError` of kind `cannotCreate`, `permission` or `inputOutput`.
  init(path: String, mayReplace: Bool, isDurable: Bool = false) throws(JobError) {
    (descriptor, temporaryPath, finalPath) = try Self.opened(path, mayReplace: mayReplace)
    self.path = path
    self.mayReplace = mayReplace
    self.isDurable = isDurable
    closes = path != "-"
  }

  /// Opens what an output is written to: the descriptor, its temporary name where it has one, and the name it will take.
  private static func opened(
    _ path: String, mayReplace: Bool
  ) throws(JobError) -> (Int32, temporaryPath: String?, finalPath: String) {
    if path == "-" { return (STDOUT_FILENO, nil, path) }
    try FilePath.check(path, kind: .cannotCreate)
    let status = try status(path)
    switch status?.kind {
    case .folder:
      throw JobError(.cannotCreate, code: "output.folder", path: path, "is a folder; expected the name of a file")
    case .regular where !mayReplace:
      throw exists(path)
    case .pipe, .other:
      return (try openDirectly(path), nil, path)
    case .regular, nil:
      let target = try followingLinks(path)
      // A link of /proc may lead to a file that has lost its name.
      if let status, (try? FileStatus(path: target))?.isSameFile(as: status) != true {
        return (try openDirectly(path), nil, path)
      }
      let (descriptor, temporary) = try createTemporary(for: target, path: path)
      // A file that is replaced keeps its permissions; where that is refused, it has those of a new one.
      if let status { _ = fchmod(descriptor, status.permissions) }
      return (descriptor, temporary, target)
    }
  }

  deinit {
    guard !isSettled else { return }
    if closes { close(descriptor) }
    if let temporaryPath { TemporaryFiles.remove(temporaryPath) }
  }

  /// The place that the finished file will take: a folder and a name in it, links followed; `nil` where it takes none.
  var place: Place? {
    guard temporaryPath != nil, let folder = try? FileStatus(path: FilePath.folder(of: finalPath)) else { return nil }
    return Place(folder: folder, name: FilePath.name(of: finalPath))
  }

  /// A name in a folder, whatever the path to it.
  struct Place {
    let folder: FileStatus
    let name: String

    func isSame(as other: Place) -> Bool {
      name == other.name && folder.isSameFile(as: other.folder)
    }
  }

  /// Gives the finished file its name.
  ///
  /// - Throws: `JobError` when the close or the rename fails, or a file took the name meanwhile and must not be replaced; the
  ///   temporary file is removed then.
  consuming func commit() throws(JobError) {
    isSettled = true
    var failure: SystemError?
    if isDurable && temporaryPath != nil {
      do { try FileCalls.synchronize(descriptor) } catch { failure = error }
    }
    if closes && close(descriptor) != 0 { failure = failure ?? .last }
    if let failure {
      if let temporary = temporaryPath { TemporaryFiles.remove(temporary) }
      throw failure.jobError(path: path, verb: "finish", .inputOutput, code: "io.write")
    }
    try takeName()
  }

  /// Gives the file its name and goes on writing to it.
  ///
  /// - Returns: the descriptor, which is the caller's to close.
  /// - Throws: as `commit`; the descriptor is closed then.
  consuming func commitKeepingOpen() throws(JobError) -> Int32 {
    isSettled = true
    do { try takeName() } catch {
      if closes { close(descriptor) }
      throw error
    }
    return descriptor
  }

  private func takeName() throws(JobError) {
    guard let temporary = temporaryPath else { return }
    do throws(SystemError) {
      if mayReplace {
        try FileCalls.rename(temporary, to: finalPath)
      } else {
        try FileCalls.rename(temporary, toFreeName: finalPath)
      }
      TemporaryFiles.forget(temporary)
      if isDurable { try FileCalls.synchronize(path: FilePath.folder(of: finalPath)) }
    } catch {
      TemporaryFiles.remove(temporary)
      if error.number == EEXIST { throw Self.exists(path) }
      throw error.jobError(path: path, verb: "give the finished file its name", .cannotCreate, code: "io.create")
    }
  }

  private static func exists(_ path: String) -> JobError {
    JobError(.cannotCreate, code: "output.exists", path: path, "exists and is kept (--no-clobber)")
  }

  /// What stands under the name of an output, links followed; `nil` where there is nothing.
  private static func status(_ path: String) throws(JobError) -> FileStatus? {
    do { return try FileStatus(path: path) } catch {
      switch error.number {
      case ENOENT: return nil
      case ENAMETOOLONG:
        let (name, whole) = (PathBytes.bytes(FilePath.name(of: path)).count, PathBytes.bytes(path).count)
        throw JobError(
          .cannotCreate, code: "path.length", path: path,
          "the name has \(name) bytes, its path \(whole); expected at most \(NAME_MAX), and \(PATH_MAX - 1) for the path"
        )
      default: throw error.jobError(path: path, verb: "create", .cannotCreate, code: "io.create")
      }
    }
  }

  /// The file that a chain of symbolic links ends at, whether or not it exists yet.
  static func followingLinks(_ path: String) throws(JobError) -> String {
    var current = path
    // The most that Linux follows.
    for _ in 0..<40 {
      guard let link = FileCalls.target(ofLink: current) else { return current }
      current = FilePath.isAbsolute(link) ? link : FilePath.folder(of: current) + "/" + link
    }
    throw SystemError(number: ELOOP).jobError(path: path, verb: "create", .cannotCreate, code: "io.create")
  }

  /// Opens a pipe or a device, without waiting for somebody to read from it.
  private static func openDirectly(_ path: String) throws(JobError) -> Int32 {
    do {
      let descriptor = try FileCalls.opened(path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY)
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
      return descriptor
    } catch {
      if error.number == ENXIO {
        throw JobError(.cannotCreate, code: "io.create", path: path, "nobody reads from this pipe")
      }
      throw error.jobError(path: path, verb: "open for writing", .cannotCreate, code: "io.create")
    }
  }

  private static func createTemporary(for target: String, path: String) throws(JobError) -> (Int32, String) {
    let folder = FilePath.folder(of: target)
    for _ in 0..<100 {
      let temporary = TemporaryFiles.newPath(in: folder)
      // Registered first, so that a signal between the two steps leaves nothing behind.
      TemporaryFiles.register(temporary)
      do throws(SystemError) {
        return (try FileCalls.opened(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW), temporary)
      } catch {
        TemporaryFiles.forget(temporary)
        guard error.number == EEXIST else {
          throw error.jobError(path: path, verb: "create a file in \(folder)", .cannotCreate, code: "io.create")
        }
      }
    }
    throw JobError(.cannotCreate, code: "io.create", path: path, "no temporary name is free in \(folder)")
  }
}
