internal import Codecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is read, from its first byte, once or several times.
///
/// Standard input and pipes are read once where one pass is enough, and are kept in memory where it is not. Nothing is ever mapped.
final class InputFile {
  /// The name as the user gave it; `-` for standard input.
  let path: String
  private let descriptor: Int32
  private let isSeekable: Bool
  private var contents: [UInt8]?
  private var isUsed = false

  /// Opens a file; `-` is standard input.
  ///
  /// A named pipe that nobody writes to does not make the call wait: it reads as an empty file.
  ///
  /// - Throws: `JobError` of kind `noInput` or `permission`.
  init(path: String) throws(JobError) {
    self.path = path
    if path == "-" {
      descriptor = STDIN_FILENO
    } else {
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      guard descriptor >= 0 else {
        throw SystemError.last.jobError(path: path, verb: "open", otherwise: .noInput)
      }
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }
    let status = FileStatus(descriptor: descriptor)
    if status?.kind == .folder {
      if descriptor != STDIN_FILENO { close(descriptor) }
      throw JobError(
        .noInput, code: "input.folder", path: path, "is a folder; expected a file (imgconv batch takes folders)")
    }
    isSeekable = status?.kind == .regular
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// The file from its first byte.
  ///
  /// With `reread` a later call will want it once more: a pipe is then read into memory.
  ///
  /// - Throws: `JobError` when that fails or goes beyond `byteLimit`.
  func input(reread: Bool, byteLimit: Int) throws(JobError) -> ByteInput {
    if let contents { return .bytes(contents) }
    if !isSeekable && reread {
      let bytes = try readAll(byteLimit: byteLimit)
      contents = bytes
      return .bytes(bytes)
    }
    if isUsed {
      precondition(isSeekable, "a pipe is read once")
      guard lseek(descriptor, 0, SEEK_SET) == 0 else {
        throw SystemError.last.jobError(path: path, verb: "read again", otherwise: .inputOutput)
      }
    }
    isUsed = true
    return .descriptor(descriptor)
  }

  /// All bytes of the file.
  ///
  /// - Throws: `JobError` when reading fails or the file is longer than `byteLimit`.
  func readAll(byteLimit: Int) throws(JobError) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError.last.jobError(path: path, verb: "read", otherwise: .inputOutput)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= byteLimit else {
        throw JobError(
          .badData, code: "limit.memory", path: path,
          "is longer than \(byteLimit) bytes, the memory that may be used; --max-memory allows more")
      }
      bytes.append(contentsOf: block[..<count])
    }
  }
}
