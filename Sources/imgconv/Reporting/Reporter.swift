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

  /// Why the command fails, with the stable word for it.
  static func error(_ error: JobError) {
    failure("\(error)", code: error.code)
  }

  /// Why one of many files failed, with the stable word for it.
  static func failure(_ message: String, code: String) {
    write("imgconv: error: \(message) [\(code)]\n", to: STDERR_FILENO)
  }

  /// Why the command line is not understood: a message, and the usage.
  static func usageError(_ message: String) {
    write("imgconv: error: \(message)\n", to: STDERR_FILENO)
  }

  /// A piece of a line on a terminal, as it is.
  static func progress(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  /// Data for standard output.
  ///
  /// - Throws: `JobError` when it cannot be written.
  static func output(_ text: String) throws(JobError) {
    try output(bytes: Array(PathBytes.readable(text).utf8))
  }

  /// Data for standard output.
  ///
  /// - Throws: `JobError` when it cannot be written.
  static func output(bytes: [UInt8]) throws(JobError) {
    try ByteStream.write(bytes, to: STDOUT_FILENO, path: "-")
  }

  private static func write(_ text: String, to descriptor: Int32) {
    // Where standard error is gone there is nobody to tell.
    try? ByteStream.write(Array(PathBytes.readable(text).utf8), to: descriptor, path: "standard error")
  }
}
