#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes from and to an open file: the one place that reads and the one that writes.
///
/// Interrupted calls are repeated, short ones continued, and where a descriptor does not block (somebody else may have set it so for
/// all that share it) the thread waits until it is ready.
///
/// Unsafe here: `read`, `write` and `poll` get a buffer together with its own length, for the time of the call.
public enum ByteStream {
  /// Writes all bytes.
  ///
  /// - Parameters:
  ///   - bytes: what is written.
  ///   - descriptor: the open file.
  ///   - path: the file's name, for the error.
  /// - Throws: `JobError`, of kind `closedPipe` where nobody reads the pipe.
  public static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(JobError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe systemWrite(descriptor, $0) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        _ = isReady(descriptor, for: POLLOUT, milliseconds: -1)
      } else if errno != EINTR {
        throw SystemError.last.jobError(path: path, verb: "write", .inputOutput, code: "io.write")
      }
    }
  }

  /// Reads some bytes into a buffer, waiting for them.
  ///
  /// - Returns: how many; 0 at the end.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8]) throws(SystemError) -> Int {
    while true {
      if let count = try readAtOnce(descriptor, into: &buffer) { return count }
      _ = isReady(descriptor, for: POLLIN, milliseconds: -1)
    }
  }

  /// Reads some bytes into a buffer; where the descriptor does not block, without waiting.
  ///
  /// - Returns: how many; 0 at the end; `nil` where there are none yet.
  static func readAtOnce(_ descriptor: Int32, into buffer: inout [UInt8]) throws(SystemError) -> Int? {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe systemRead(descriptor, $0) }
      if count >= 0 { return count }
      if errno == EAGAIN || errno == EWOULDBLOCK { return nil }
      if errno != EINTR { throw .last }
    }
  }

  /// Waits until a descriptor can be read from or written to, or has failed; not for ever where `milliseconds` is not negative.
  static func isReady(_ descriptor: Int32, for event: Int32, milliseconds: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    return unsafe poll(&wait, 1, milliseconds) > 0
  }
}

/// The system's `write`, under a name that `ByteStream.write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

/// The system's `read`, under a name that `ByteStream.read` does not hide.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, bytes.baseAddress, bytes.count)
}
