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

  /// The system's words for it.
  var message: String {
    unsafe String(cString: strerror(number))
  }

  /// The job error this becomes for a file, when nothing more particular is known.
  func jobError(path: String, verb: String, otherwise kind: JobError.Kind) -> JobError {
    switch number {
    case EACCES, EPERM, EROFS:
      JobError(.permission, code: "io.permission", path: path, "cannot \(verb): \(message)")
    case ENOSPC, EDQUOT, EFBIG:
      JobError(.inputOutput, code: "io.full", path: path, "cannot \(verb): \(message)")
    case EPIPE:
      JobError(.closedPipe, code: "io.pipe", path: path, "cannot \(verb): \(message)")
    default:
      JobError(kind, code: kind == .noInput ? "io.open" : "io.create", path: path, "cannot \(verb): \(message)")
    }
  }
}
