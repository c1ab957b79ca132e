/// PNG files put together by hand.
enum PNGBytes {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The 32-bit cyclic redundancy check of ISO/IEC 15948, annex D, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { (checksum: UInt32, byte) in
      (0..<8).reduce(checksum ^ UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }
  }

  static func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) } }

  static func chunk(_ name: String, _ data: [UInt8] = []) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
  }

  static func header(width: Int, height: Int, depth: UInt8 = 8, colorType: UInt8 = 0, interlaced: Bool = false)
    -> [UInt8]
  {
    chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, interlaced ? 1 : 0])
  }

  /// The file with a chunk put behind its IHDR.
  static func inserting(_ chunk: [UInt8], into file: [UInt8]) -> [UInt8] { Array(file[..<33] + chunk + file[33...]) }

  /// Where the first byte of a chunk's data is.
  static func dataOffset(of name: String, in file: [UInt8]) -> Int? {
    (0..<file.count - 4).first { Array(file[$0..<$0 + 4]) == Array(name.utf8) }.map { $0 + 4 }
  }
}
