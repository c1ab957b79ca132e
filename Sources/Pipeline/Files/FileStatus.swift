#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What stands under a name: its kind, its size and its age.
struct FileStatus {
  /// What a name stands for.
  enum Kind {
    case regular
    case folder
    case pipe
    /// A device or a socket.
    case other
  }

  let kind: Kind
  /// The size in bytes; meaningful for regular files.
  let byteCount: Int
  /// Who may read, write and execute it.
  let permissions: mode_t
  /// When its content last changed, in nanoseconds since 1970.
  let modified: Int
  /// What tells the file from every other one, whatever its names.
  let identity: Identity

  /// A file on a device.
  struct Identity: Hashable {
    fileprivate let device: dev_t
    fileprivate let number: ino_t
  }

  /// The status of what a path leads to, links followed.
  init(path: String) throws(SystemError) {
    self.init(try FileCalls.status(path))
  }

  /// The status of an open file.
  init(descriptor: Int32) throws(SystemError) {
    self.init(try FileCalls.status(descriptor: descriptor))
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      default: .other
      }
    byteCount = Int(status.st_size)
    permissions = status.st_mode & 0o777
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = time.tv_sec * 1_000_000_000 + time.tv_nsec
    identity = Identity(device: status.st_dev, number: status.st_ino)
  }

  /// Whether both stand for one file.
  func isSameFile(as other: FileStatus) -> Bool {
    identity == other.identity
  }
}
