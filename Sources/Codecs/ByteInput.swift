import CCodecs

/// Where the bytes of a file come from.
public enum ByteInput: Sendable {
  /// A file or a pipe, read from its current position on; whoever opened it closes it.
  case descriptor(Int32)
  /// A file that is in memory already.
  case bytes([UInt8])
}

/// The owner of a buffered stream of bytes.
///
/// Safe because the pointer is made by `imgconv_input_open` or `imgconv_input_copy`, never copied out but by `released()`,
/// which ends the ownership, and closed once, by `deinit`.
@safe struct InputStream: ~Copyable {
  private let pointer: OpaquePointer

  init(_ input: ByteInput) throws(CodecError) {
    var error = imgconv_error()
    let opened: OpaquePointer? =
      switch input {
      case .descriptor(let descriptor): unsafe imgconv_input_open(descriptor, &error)
      case .bytes(let bytes):
        unsafe bytes.withUnsafeBufferPointer { unsafe imgconv_input_copy($0.baseAddress, $0.count, &error) }
      }
    guard let opened = unsafe opened else { throw CodecError(error) }
    unsafe pointer = opened
  }

  deinit { unsafe imgconv_input_close(pointer) }

  /// Ends the ownership: whoever takes the pointer closes it.
  consuming func released() -> OpaquePointer {
    let pointer = unsafe pointer
    discard self
    return unsafe pointer
  }

  /// The bytes from where reading began to the end, where that is known.
  var size: Int? {
    let size = unsafe imgconv_input_size(pointer)
    return size < 0 ? nil : Int(size)
  }

  /// The next bytes, at most 64, which stay to be read.
  func peek(_ count: Int) throws(CodecError) -> [UInt8] {
    var error = imgconv_error()
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe imgconv_input_peek(pointer, buffer.baseAddress, count, &error)
    }
    if error.failed != 0 { throw CodecError(error) }
    return bytes
  }

  /// The next `count` bytes; fewer at the end.
  func read(_ count: Int) throws(CodecError) -> [UInt8] {
    var error = imgconv_error()
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe imgconv_input_read(pointer, buffer.baseAddress, count, &error)
    }
    if error.failed != 0 { throw CodecError(error) }
    return bytes
  }
}
