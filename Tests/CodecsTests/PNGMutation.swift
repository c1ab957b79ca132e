import TestSupport

/// Ways to damage a PNG file, drawn from a seed; the checksums of chunks are right again after most of them, so that the damage is met
/// by what lies behind them.
struct PNGMutation {
  var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  /// The file with one to three damages.
  mutating func damaged(_ file: [UInt8]) -> [UInt8] {
    var file = file
    for _ in 0..<Int.random(in: 1...3, using: &generator) { file = damagedOnce(file) }
    return file
  }

  private mutating func damagedOnce(_ file: [UInt8]) -> [UInt8] {
    if Int.random(in: 0..<8, using: &generator) == 0 { return flipped(file, from: PNGBytes.signature.count) }
    var chunks = PNGBytes.chunks(of: file)
    // Chunks behind the header: what it says is not what is tested here.
    guard chunks.count > 1 else { return file }
    let place = Int.random(in: 1..<chunks.count, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return Array(file.prefix(Int.random(in: 33...file.count, using: &generator)))
    case 1: chunks.remove(at: place)
    case 2: chunks.insert(chunks[place], at: Int.random(in: 1...chunks.count, using: &generator))
    case 3: chunks.insert(("IDAT", noise(upTo: 9)), at: place)
    default: damageData(&chunks)
    }
    return PNGBytes.file(chunks)
  }

  /// Damages the image data as one stream, and cuts it into chunks anew.
  private mutating func damageData(_ chunks: inout [PNGBytes.Chunk]) {
    guard let first = chunks.firstIndex(where: { $0.name == "IDAT" }) else { return }
    var stream = chunks.filter { $0.name == "IDAT" }.flatMap(\.data)
    chunks.removeAll { $0.name == "IDAT" }
    let count = stream.count
    switch Int.random(in: 0..<8, using: &generator) {
    case 0 where count > 1:
      // Another window in the zlib header, its check in order (RFC 1950).
      stream[0] = UInt8.random(in: 0...7, using: &generator) << 4 | 8
      stream[1] = 0
      stream[1] = UInt8(31 - Int(stream[0]) << 8 % 31) % 31
    case 1: stream += noise(upTo: 70)
    case 2: stream = Array(stream.prefix(Int.random(in: 0...count, using: &generator)))
    case 3: stream.insert(contentsOf: noise(upTo: 5), at: Int.random(in: 0...count, using: &generator))
    case 4 where count > 4: stream[count - Int.random(in: 1...4, using: &generator)] ^= 1
    case 5: break
    default: stream = flipped(stream, from: 0)
    }
    var pieces: [PNGBytes.Chunk] = []
    while !stream.isEmpty {
      let length = Bool.random(using: &generator) ? Int.random(in: 0...stream.count, using: &generator) : stream.count
      pieces.append(("IDAT", Array(stream.prefix(length))))
      stream.removeFirst(length)
    }
    chunks.insert(contentsOf: pieces, at: min(first, chunks.count))
  }

  private mutating func flipped(_ bytes: [UInt8], from start: Int) -> [UInt8] {
    var bytes = bytes
    guard bytes.count > start else { return bytes }
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      bytes[Int.random(in: start..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    }
    return bytes
  }

  private mutating func noise(upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// A whole file of random residuals under random filters, one in forty of which is no filter, in stored blocks.
  mutating func randomResiduals(colorType: UInt8, depth: UInt8) -> [UInt8] {
    let (width, height) = (Int.random(in: 1...70, using: &generator), Int.random(in: 1...9, using: &generator))
    let samples = [0: 1, 2: 3, 4: 2, 6: 4][colorType] ?? 1
    let rowBytes = width * samples * Int(depth) / 8
    var raw: [UInt8] = []
    for _ in 0..<height {
      raw.append(UInt8.random(in: 0..<40, using: &generator) == 0 ? 5 : UInt8.random(in: 0...4, using: &generator))
      raw += (0..<rowBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    return PNGBytes.signature + PNGBytes.header(width: width, height: height, depth: depth, colorType: colorType)
      + PNGBytes.chunk("IDAT", PNGBytes.storedStream(raw)) + PNGBytes.chunk("IEND")
  }
}
