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
  static var arguments: [String] {
    (1..<max(Int(CommandLine.argc), 1)).map { index in
      guard let start = unsafe CommandLine.unsafeArgv[index] else { return "" }
      return unsafe PathBytes.string(
        UnsafeBufferPointer(start: start, count: strlen(start)).map { UInt8(bitPattern: $0) })
    }
  }
}
