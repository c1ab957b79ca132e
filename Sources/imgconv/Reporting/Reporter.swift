import Pipeline

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The only writer to standard error, and of data to standard output.
struct Reporter {
  let isQuiet: Bool
  let isVerbose: Bool

  /// Something the user should know; not said when quiet.
  func note(_ message: String) {
    if !isQuiet { Self.write("imgconv: \(message)\n", to: STDERR_FILENO) }
  }

  /// Something about how it was done; said when verbose.
  func detail(_ message: @autoclosure () -> String) {
    if isVerbose { Self.write("imgconv: \(message())\n", to: STDERR_FILENO) }
  }

  /// Why the command fails.
  static func error(_ error: JobError) {
    write("imgconv: error: \(error)\n", to: STDERR_FILENO)
  }

  /// Data for standard output.
  ///
  /// - Throws: `JobError` when it cannot be written.
  static func output(_ text: String) throws(JobError) {
    try output(bytes: Array(text.utf8))
  }

  /// Data for standard output.
  ///
  /// - Throws: `JobError` when it cannot be written.
  static func output(bytes: [UInt8]) throws(JobError) {
    guard write(bytes, to: STDOUT_FILENO) else {
      if errno == EPIPE { throw JobError(.closedPipe, code: "io.pipe", "the reader of the output is gone") }
      throw JobError(
        .inputOutput, code: "io.write", path: "-", "cannot write: \(unsafe String(cString: strerror(errno)))")
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    _ = write(Array(text.utf8), to: descriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// The system's `write`, under a name that `Reporter.write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
