import CCodecs

/// Checksums of bytes.
public enum Checksum {
  /// The CRC-32 of PNG and zip (ISO 3309).
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - before: the checksum of the bytes before them; 0 where there are none.
  /// - Returns: the checksum of both.
  public static func crc32(_ bytes: [UInt8], behind before: UInt32 = 0) -> UInt32 {
    // zlib takes no bytes at all for a wish to begin anew.
    bytes.isEmpty
      ? before : unsafe bytes.withUnsafeBufferPointer { unsafe imgconv_crc32(before, $0.baseAddress, $0.count) }
  }
}
