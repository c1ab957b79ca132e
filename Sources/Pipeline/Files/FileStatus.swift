#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What stands under a name: its kind and its size.
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
  private let device: dev_t
  private let number: ino_t

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
    device = status.st_dev
    number = status.st_ino
  }

  /// Whether both stand for one file.
  func isSameFile(as other: FileStatus) -> Bool {
    (device, number) == (other.device, other.number)
  }
}
