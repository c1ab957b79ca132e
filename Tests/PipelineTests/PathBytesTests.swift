import Pipeline
import TestSupport
import Testing

@Suite("Names in bytes")
struct PathBytesTests {
  @Test("names in UTF-8 are their own strings")
  func validNames() {
    for name in ["in.png", "größe/Ж漢🙂.png", "e\u{301}.png", ""] {
      #expect(PathBytes.string(name.utf8).unicodeScalars.elementsEqual(name.unicodeScalars))
      #expect(PathBytes.bytes(name) == Array(name.utf8))
      #expect(PathBytes.readable(name) == name)
    }
  }

  @Test("any bytes come back unchanged, and no two names share a string")
  func anyBytes() {
    var seen: [String: [UInt8]] = [:]
    var generator = SeededGenerator(seed: 7)
    // Beginnings and rests of characters, surrogates, overlong forms and the scalars that stand for bytes.
    let alphabet: [UInt8] = [0x2F, 0x61, 0x80, 0x8F, 0xBD, 0xBF, 0xC0, 0xC3, 0xE2, 0xED, 0xA0, 0xF0, 0xF4, 0xFE, 0xFF]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let name = PathBytes.string(bytes)
      #expect(PathBytes.bytes(name) == bytes)
      #expect(seen.updateValue(bytes, forKey: name) ?? bytes == bytes)
    }
    let forged = Array("\u{10FFFF}".utf8)
    #expect(PathBytes.bytes(PathBytes.string(forged)) == forged)
    #expect(PathBytes.string(forged) != PathBytes.string([0xFF]))
  }

  @Test("bytes that are no UTF-8 are shown as numbers")
  func readableNames() {
    #expect(PathBytes.readable(PathBytes.string([0x6E, 0xFF, 0x2E, 0xC3])) == #"n\xFF.\xC3"#)
    #expect("\(JobError(.noInput, code: "io.open", path: PathBytes.string([0x80]), "gone"))" == #"\x80: gone"#)
  }
}
