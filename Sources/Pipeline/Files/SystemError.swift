#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A failed system call: its error number and what the system calls it.
struct SystemError: Error, Equatable {
  /// The error number, as `ENOSPC`.
  let number: Int32

  /// The error of the call that just failed.
  static var last: SystemError { SystemError(number: errno) }

  /// What a path leads through is no folder.
  static let noFolder = SystemError(number: ENOTDIR)

  /// Whether there is nothing under the name.
  var isMissing: Bool { number == ENOENT }

  /// The system's words for it.
  var message: String {
    unsafe String(cString: strerror(number))
  }

  /// The job error this becomes for a file: of the kind and code given, where the number tells nothing more particular.
  func jobError(path: String, verb: String, _ kind: JobError.Kind, code: String) -> JobError {
    let message = "cannot \(verb): \(message)"
    return switch number {
    case EACCES, EPERM, EROFS: JobError(.permission, code: "io.permission", path: path, message)
    case ENOSPC, EDQUOT, EFBIG: JobError(.inputOutput, code: "io.full", path: path, message)
    case EPIPE: JobError(.closedPipe, code: "io.pipe", path: path, message)
    default: JobError(kind, code: code, path: path, message)
    }
  }
}
