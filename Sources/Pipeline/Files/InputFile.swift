internal import Codecs
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension JobError {
  /// Standard input is named twice.
  public static let standardInputIsTaken = JobError(
    .badData, code: "input.twice", path: "-", "standard input can be read once, and is named twice")
}

/// A file that is read, from its first byte, once or several times.
///
/// Standard input and pipes are read once where one pass is enough, and are kept in memory where it is not. Nothing is ever mapped.
final class InputFile {
  /// How long a named pipe may be without a writer.
  static let pipePatience: Int32 = 2000

  /// Whether standard input was opened; its bytes are there once in a process.
  private static let standardInputIsTaken = Atomic(false)

  /// The name as the user gave it; `-` for standard input.
  let path: String
  private let descriptor: Int32
  private let isSeekable: Bool
  /// The first byte of a pipe, where it had to be read to tell whether somebody writes.
  private let head: [UInt8]
  private var contents: [UInt8]?
  private var isUsed = false

  /// Opens a file; `-` is standard input.
  ///
  /// A named pipe that nobody opens for writing within two seconds is refused. Standard input is given once in a process.
  ///
  /// - Throws: `JobError` of kind `noInput` or `permission`, or `badData` where standard input was taken before.
  init(path: String) throws(JobError) {
    try FilePath.check(path, kind: .noInput)
    self.path = path
    if path == "-" {
      guard !Self.standardInputIsTaken.exchange(true, ordering: .relaxed) else {
        throw .standardInputIsTaken
      }
      descriptor = STDIN_FILENO
    } else {
      do { descriptor = try FileCalls.opened(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) } catch {
        throw error.jobError(path: path, verb: "open", .noInput, code: "io.open")
      }
    }
    do throws(JobError) {
      let kind = try? FileStatus(descriptor: descriptor).kind
      isSeekable = kind == .regular
      if kind == .folder {
        throw JobError(
          .noInput, code: "input.folder", path: path, "is a folder; expected a file (imgconv batch takes folders)")
      }
      head = kind == .pipe && path != "-" ? try Self.awaitWriter(of: descriptor, path: path) : []
    } catch {
      if descriptor != STDIN_FILENO { close(descriptor) }
      throw error
    }
    if path != "-" { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Waits until somebody writes to a pipe that does not block, and gives the byte that was read to find out, if one was.
  private static func awaitWriter(of descriptor: Int32, path: String) throws(JobError) -> [UInt8] {
    if ByteStream.isReady(descriptor, for: POLLIN, milliseconds: pipePatience) { return [] }
    // A pipe whose writer is only slow has nothing yet, one without a writer is at its end.
    var byte: [UInt8] = [0]
    let count = try? ByteStream.readAtOnce(descriptor, into: &byte)
    if count == 0 { throw JobError(.noInput, code: "input.pipe", path: path, "nobody writes to this pipe") }
    return count == 1 ? byte : []
  }

  /// The file from its first byte.
  ///
  /// With `reread` a later call will want it once more: a pipe is then read into memory.
  ///
  /// - Throws: `JobError` when that fails or goes beyond `byteLimit`.
  func input(reread: Bool, byteLimit: Int) throws(JobError) -> ByteInput {
    if let contents { return .bytes(contents) }
    if !isSeekable && (reread || !head.isEmpty) {
      let bytes = try readAll(byteLimit: byteLimit)
      contents = bytes
      return .bytes(bytes)
    }
    if isUsed {
      precondition(isSeekable, "a pipe is read once")
      guard lseek(descriptor, 0, SEEK_SET) == 0 else {
        throw SystemError.last.jobError(path: path, verb: "read again", .inputOutput, code: "io.read")
      }
    }
    isUsed = true
    return .descriptor(descriptor)
  }

  /// The same bytes, to be read while this value is read from.
  ///
  /// A file is opened again. Standard input and pipes cannot be: they are taken into memory, and both readings share that. Nothing may
  /// be reading from standard input at the time of the call.
  ///
  /// - Throws: `JobError` when that fails or goes beyond `byteLimit`.
  func another(byteLimit: Int) throws(JobError) -> InputFile {
    if contents == nil && path != "-" { return try InputFile(path: path) }
    if contents == nil {
      _ = try input(reread: true, byteLimit: byteLimit)
      if contents == nil { contents = try readAll(byteLimit: byteLimit) }
    }
    return self
  }

  /// All bytes of the file.
  ///
  /// - Parameters:
  ///   - byteLimit: the most bytes that are taken.
  ///   - reason: why there are no more, for the error.
  /// - Returns: the bytes, from the first.
  /// - Throws: `JobError` when reading fails or the file is longer than `byteLimit`.
  func readAll(
    byteLimit: Int, reason: String = "the memory that may be used; --max-memory allows more"
  ) throws(JobError) -> [UInt8] {
    var bytes: [UInt8] = []
    var isTooLong = false
    try readBlocks { block in
      isTooLong = bytes.count + block.count > byteLimit
      if !isTooLong { bytes.append(contentsOf: block) }
      return !isTooLong
    }
    guard !isTooLong else {
      throw JobError(
        .badData, code: "limit.memory", path: path, "is longer than \(ByteCountText(byteLimit)), \(reason)")
    }
    return bytes
  }

  /// Hands all bytes of the file over, block by block, until `body` wants no more.
  ///
  /// - Throws: `JobError` when reading fails.
  func readBlocks(_ body: (ArraySlice<UInt8>) -> Bool) throws(JobError) {
    guard head.isEmpty || body(head[...]) else { return }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count: Int
      do { count = try ByteStream.read(descriptor, into: &block) } catch {
        throw error.jobError(path: path, verb: "read", .inputOutput, code: "io.read")
      }
      guard count > 0, body(block[..<count]) else { return }
    }
  }
}
