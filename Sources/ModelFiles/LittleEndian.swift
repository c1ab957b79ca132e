extension [UInt8] {
  /// What numbers stored one after another, least significant byte first, stand for; a rest of bytes is left out.
  func littleEndian<Bits: FixedWidthInteger & BitwiseCopyable, Value>(_ value: (Bits) -> Value) -> [Value] {
    let width = MemoryLayout<Bits>.size
    return unsafe withUnsafeBytes { bytes in
      (0..<bytes.count / width).map { place in
        value(Bits(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: place * width, as: Bits.self)))
      }
    }
  }
}
