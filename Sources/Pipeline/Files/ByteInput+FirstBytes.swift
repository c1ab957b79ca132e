import Codecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ByteInput {
  /// The first bytes of an input that can be read from any place, eight at most; what it reads next does not change.
  ///
  /// Unsafe here: the buffer outlives the call that fills it, and no more is asked for than it holds.
  var firstBytes: [UInt8] {
    switch self {
    case .bytes(let bytes): return Array(bytes.prefix(8))
    case .descriptor(let descriptor):
      var buffer = [UInt8](repeating: 0, count: 8)
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
      return Array(buffer.prefix(max(count, 0)))
    }
  }
}
