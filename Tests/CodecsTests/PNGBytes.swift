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

  typealias Chunk = (name: String, data: [UInt8])

  /// The chunks of a file up to the first that is not whole; their checksums are not looked at.
  static func chunks(of file: [UInt8]) -> [Chunk] {
    var chunks: [Chunk] = []
    var place = signature.count
    while place + 12 <= file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else { break }
      let data = place + 8
      chunks.append((String(decoding: file[place + 4..<data], as: UTF8.self), Array(file[data..<data + length])))
      place = data + length + 4
    }
    return chunks
  }

  /// A file of chunks, with the checksums they should have.
  static func file(_ chunks: [Chunk]) -> [UInt8] { signature + chunks.flatMap { chunk($0.name, $0.data) } }

  /// A zlib stream of stored blocks (RFC 1950 and 1951).
  static func storedStream(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: bytes.count, by: 65_535) {
      let block = bytes[start..<min(start + 65_535, bytes.count)]
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      stream += [start + block.count == bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    let (a, b) = bytes.reduce((1, 0)) { sums, byte in
      let a = (sums.0 + Int(byte)) % 65_521
      return (a, (sums.1 + a) % 65_521)
    }
    return stream + bigEndian(b << 16 | a)
  }
}
