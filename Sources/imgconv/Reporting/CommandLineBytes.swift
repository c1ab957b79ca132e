import Pipeline

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The command line as the system hands it over, in bytes.
///
/// `CommandLine.arguments` repairs what is no UTF-8, and a repaired name is another file's.
///
/// Unsafe here: the vector has `argc` entries, each of bytes up to a zero; both live as long as the process, and nobody writes to them.
enum CommandLineBytes {
  /// The arguments after the program's name, as `PathBytes` writes names.
  ///
  /// - Throws: `JobError` where the system does not tell them, as with no descriptor free to read them from `/proc`.
  static func arguments() throws(JobError) -> [String] {
    let count = Int(CommandLine.argc)
    guard count > 0 else {
      throw JobError(
        .inputOutput, code: "io.arguments", "the system does not tell the command line (/proc/self/cmdline)")
    }
    return (1..<count).map { index in
      guard let start = unsafe CommandLine.unsafeArgv[index] else { return "" }
      return unsafe PathBytes.string(
        UnsafeBufferPointer(start: start, count: strlen(start)).map { UInt8(bitPattern: $0) })
    }
  }
}
