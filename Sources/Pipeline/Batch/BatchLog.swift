#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The log of a batch: one record a line, as JSON.
///
/// Each record is written in one piece when its file is finished. A run that dies leaves a torn last line at worst, which `read` tells
/// apart and the next run takes out.
public struct BatchLog: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private let isDurable: Bool

  /// Begins a log anew with some records, in one step: what stood there stays until all of them are written.
  ///
  /// The log is locked until the value is dropped, so that two runs do not write to one.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - records: what it begins with.
  ///   - mayReplace: whether a log that is there may be replaced.
  ///   - isDurable: whether each record is on the disk when `append` returns.
  /// - Throws: `JobError`, of code `log.busy` where another run has it, `output.exists` where it is there and must stay.
  init(path: String, records: [BatchRecord], mayReplace: Bool, isDurable: Bool) throws(JobError) {
    let busy = JobError(.cannotCreate, code: "log.busy", path: path, "another run writes to this log")
    // The log that is there stays locked until another has its name.
    let current = try? FileStatus(path: path)
    var lock: Int32?
    if current?.kind == .regular, let opened = try? FileCalls.opened(path, O_RDONLY | O_NONBLOCK) { lock = opened }
    defer { if let lock { close(lock) } }
    if let lock {
      let isFree = flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
      // Another run may have given the name to its own log between the two.
      let isNamed = (try? FileStatus(path: path))?.identity == (try? FileStatus(descriptor: lock))?.identity
      guard isFree && isNamed else { throw busy }
      guard mayReplace else {
        throw JobError(
          .cannotCreate, code: "output.exists", path: path,
          "another run has made it meanwhile; --force replaces it, --resume does what is missing")
      }
    }
    do throws(JobError) {
      let file = try Self.write(records, to: path, mayReplace: mayReplace && current != nil)
      // Before it has its name, so that no other run finds it unlocked. Nobody else has it: where this fails, there are no locks.
      _ = flock(file.descriptor, LOCK_EX | LOCK_NB)
      descriptor = try file.commitKeepingOpen()
    } catch {
      // There was no log, and now there is one.
      throw error.code == "output.exists" ? busy : error
    }
    self.path = path
    self.isDurable = isDurable
  }

  deinit {
    close(descriptor)
  }

  /// Writes records to a file that has no name yet.
  static func write(_ records: [BatchRecord], to path: String, mayReplace: Bool) throws(JobError) -> AtomicFile {
    let file = try AtomicFile(path: path, mayReplace: mayReplace)
    var lines: [UInt8] = []
    for record in records { lines += try line(record) }
    try ByteStream.write(lines, to: file.descriptor, path: path)
    return file
  }

  /// Adds a record.
  ///
  /// - Throws: `JobError` when it cannot be written.
  func append(_ record: BatchRecord) throws(JobError) {
    try ByteStream.write(try Self.line(record), to: descriptor, path: path)
    guard isDurable else { return }
    do { try FileCalls.synchronize(descriptor) } catch {
      throw error.jobError(path: path, verb: "write to the disk", .inputOutput, code: "io.write")
    }
  }

  /// The records of a log, and whether its last line is torn, which is then left out.
  ///
  /// - Throws: `JobError`, of kind `badData` with the line where another one is no record.
  public static func read(_ path: String) throws(JobError) -> (records: [BatchRecord], isTorn: Bool) {
    let bytes = try InputFile(path: path).readAll(byteLimit: 4 << 30, reason: "the most that a log may have")
    return try parse(bytes, path: path)
  }

  /// The records in the bytes of a log.
  ///
  /// - Parameters:
  ///   - bytes: the log.
  ///   - path: its name, for the error.
  /// - Returns: as `read`.
  /// - Throws: as `read`.
  public static func parse(_ bytes: [UInt8], path: String) throws(JobError) -> (records: [BatchRecord], isTorn: Bool) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let decoder = JSONDecoder()
    var records: [BatchRecord] = []
    let last = lines.lastIndex { !$0.isEmpty }
    for (index, line) in lines.enumerated() where !line.isEmpty {
      // What has no line's end behind it was being written.
      if index == lines.count - 1 { return (records, true) }
      do { records.append(try decoder.decode(BatchRecord.self, from: Data(line))) } catch {
        if index == last { return (records, true) }
        throw JobError(.badData, code: "log.syntax", path: "\(path):\(index + 1)", "is no record of a batch")
      }
    }
    return (records, false)
  }

  private static func line(_ record: BatchRecord) throws(JobError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(record)) + [UInt8(ascii: "\n")] } catch {
      throw JobError(.internalError, code: "internal", "\(error)")
    }
  }
}
