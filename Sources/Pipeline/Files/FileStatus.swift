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
    /// A device, a pipe or a socket.
    case other
  }

  let kind: Kind
  /// The size in bytes; meaningful for regular files.
  let byteCount: Int
  /// Who may read, write and execute it.
  let permissions: mode_t

  /// The status of what a path leads to, links followed; `nil` where there is nothing that can be seen.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The status of an open file.
  init?(descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      default: .other
      }
    byteCount = Int(status.st_size)
    permissions = status.st_mode & 0o777
  }
}

/// Paths taken apart.
enum FilePathBytes {
  /// The folder of a path: what stands before its last `/`, or `.`.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name of a path: what stands after its last `/`.
  static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// A path from its bytes.
  static func string(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
