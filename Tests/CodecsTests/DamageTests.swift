import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct DamageTests {
  static let files = ["icc.png", "orientation-6.png", "420.jpg", "restarts.jpg", "420-progressive.jpg", "cmyk.jpg"]

  /// What a decoder may say of damaged data; nothing else, above all no crash.
  static let damageCodes: Set<CodecError.Code> = [
    .unsupported, .pngChecksum, .pngTruncated, .pngCorrupt, .jpegTruncated, .jpegCorrupt, .tooManyPixels, .sideTooLong,
    .tooMuchMemory, .tooManyScans, .chunkTooLarge,
  ]

  @Test(arguments: files) func aFileCutAnywhereIsRefusedAsCut(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    let truncated: CodecError.Code = name.hasSuffix(".png") ? .pngTruncated : .jpegTruncated
    for count in 0..<bytes.count {
      let error = #expect(throws: CodecError.self, "cut to \(count) bytes") { try decode(Array(bytes[..<count])) }
      // Before the signature is complete there is no telling what the file was.
      #expect(
        error?.code == (count < (name.hasSuffix(".png") ? 8 : 3) ? .unsupported : truncated), "cut to \(count) bytes")
    }
  }

  @Test(arguments: files) func aFileCutAnywhereIsDecodedAsFarAsAsked(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    let whole = try decode(bytes)
    var decoded = 0
    for count in stride(from: 40, to: bytes.count, by: 7) {
      guard let source = try? ImageReader.open(.bytes(Array(bytes[..<count])), tolerance: .none) else { continue }
      let rows = try readAll(source, rowsAtATime: 4)
      #expect(rows.rowCount == whole.rowCount)
      #expect(source.damage.first?.code == (name.hasSuffix(".png") ? .pngTruncated : .jpegTruncated))
      decoded += 1
    }
    #expect(decoded > 5)
  }

  @Test func rowsBeforeTheCutAreExactAndThoseAfterAreZero() throws {
    let whole = texture(PixelFormat(.grey), width: 3000, height: 200)
    let bytes = try encode(whole)
    let source = try ImageReader.open(.bytes(Array(bytes[..<(bytes.count / 2)])), tolerance: .none)
    let rows = try readAll(source)
    let equal = (0..<200).prefix { row in
      rows.bytes[row * 3000..<(row + 1) * 3000] == whole.bytes[row * 3000..<(row + 1) * 3000]
    }
    #expect(equal.count > 50 && equal.count < 150)
    #expect(rows.bytes[((equal.count + 1) * 3000)...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: ["icc.png", "orientation-6.png"]) func everyFlippedBitOfAPNGIsFound(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for index in bytes.indices {
      for bit in [0, 5, 7] {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        let error = #expect(throws: CodecError.self, "bit \(bit) of byte \(index)") { try decode(damaged) }
        #expect(error.map { DamageTests.damageCodes.contains($0.code) } == true, "\(error?.description ?? "")")
        if let rows = try? decode(damaged, tolerance: .none) { #expect(rows.rowCount > 0) }
      }
    }
  }

  @Test(arguments: ["420.jpg", "restarts.jpg", "420-progressive.jpg", "cmyk.jpg"], DamagePolicy.allCases)
  func flippedBitsOfAJPEGEndInAnImageOrADocumentedError(name: String, tolerance: DamagePolicy) throws {
    let bytes = try Fixtures.bytes(name)
    var limits = DecodeLimits()
    limits.maximumPixels = 1_000_000
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      do {
        #expect(try decode(damaged, limits: limits, tolerance: tolerance).rowCount > 0)
      } catch let error as CodecError {
        let allowed = DamageTests.damageCodes.union(tolerance == .warning ? [.jpegWarning] : [])
        #expect(allowed.contains(error.code), "byte \(index): \(error)")
      }
    }
  }

  @Test func thePolicyIsOrdered() throws {
    let whole = try Fixtures.bytes("icc.png")
    let oddity = PNGBytes.inserting(PNGBytes.chunk("gAMA", [1, 2]), into: whole)
    var corrupt = whole
    corrupt[try #require(PNGBytes.dataOffset(of: "pHYs", in: whole))] ^= 1
    let cut = Array(whole.dropLast(20))
    let files: [(bytes: [UInt8], level: DamagePolicy, code: CodecError.Code)] = [
      (cut, .truncated, .pngTruncated), (corrupt, .error, .pngChecksum), (oddity, .warning, .pngWarning),
    ]
    for file in files {
      var fails = false
      for policy in DamagePolicy.allCases {
        fails = fails || policy == file.level
        let source = Result { try ImageReader.open(.bytes(file.bytes), tolerance: policy) }
        let rows = Result { try readAll(source.get()) }
        switch rows {
        case .success:
          #expect(!fails, "\(policy) tolerates \(file.code)")
          #expect(try source.get().damage.map(\.code) == [file.code])
        case .failure(let error): #expect(fails && (error as? CodecError)?.code == file.code, "\(policy): \(error)")
        }
      }
    }
  }

  @Test func theHintToTolerateStandsOnlyWhereItHelps() throws {
    let hint = "; --fail-on none decodes what is left"
    func failure(_ bytes: [UInt8], _ tolerance: DamagePolicy) -> String? {
      do { _ = try decode(bytes, tolerance: tolerance) } catch { return "\(error)" }
      return nil
    }
    for name in ["icc.png", "420.jpg"] {
      let cut = Array(try Fixtures.bytes(name).dropLast(40))
      #expect(failure(cut, .error)?.hasSuffix(hint) == true, "\(name)")
      let tolerated = try ImageReader.open(.bytes(cut), tolerance: .none)
      _ = try readAll(tolerated)
      #expect(!tolerated.damage.isEmpty)
      #expect(tolerated.damage.allSatisfy { !$0.message.contains(hint) })
    }
    var chunk = try Fixtures.bytes("icc.png")
    chunk[try #require(PNGBytes.dataOffset(of: "pHYs", in: chunk))] ^= 1
    #expect(failure(chunk, .error)?.hasSuffix(hint) == true)
    // An impossible depth, a header that is cut off, and the same of a JPEG: there is nothing left to decode.
    let whole = try Fixtures.bytes("icc.png")
    let badHeader = PNGBytes.signature + PNGBytes.header(width: 4, height: 4, depth: 3) + whole[33...]
    for bytes in [badHeader, Array(whole[..<40]), Array(try Fixtures.bytes("420.jpg")[..<60])] {
      for tolerance in DamagePolicy.allCases {
        let message = failure(bytes, tolerance)
        #expect(message?.contains("--fail-on") == false, "\(tolerance): \(message ?? "decoded")")
      }
    }
  }

  @Test func anUnknownCriticalChunkIsRefused() throws {
    let bytes = PNGBytes.inserting(PNGBytes.chunk("ABCD", [1]), into: try Fixtures.bytes("icc.png"))
    let error = #expect(throws: CodecError.self) { try decode(bytes, tolerance: .none) }
    #expect(error?.code == .pngCorrupt)
    let ancillary = PNGBytes.inserting(PNGBytes.chunk("abCD", [1]), into: try Fixtures.bytes("icc.png"))
    #expect(try decode(ancillary, tolerance: .warning).rowCount == 11)
  }
}

/// libpng with zlib is the specification of the reader that inflates with ISA-L.
@Suite(.enabled(if: DeflateLibrary.available.contains(.isal), "ISA-L is not built in"))
struct InflatingLibrariesTests {
  /// The code of the failure, or `nil` with the pixels.
  static func outcome(_ bytes: [UInt8], _ library: DeflateLibrary) throws -> (CodecError.Code?, PixelRows?) {
    do { return (nil, try decode(bytes, library: library, rowsAtATime: 3)) } catch let error as CodecError {
      return (error.code, nil)
    }
  }

  @Test(arguments: everyFormat) func bothFailAlikeWhereverAFileIsCut(format: PixelFormat) throws {
    let bytes = try encode(texture(format, width: 23, height: 12), compression: .small)
    for count in 33...bytes.count {
      let cut = Array(bytes[..<count])
      let expected = try InflatingLibrariesTests.outcome(cut, .zlib)
      #expect(try InflatingLibrariesTests.outcome(cut, .isal) == expected, "cut to \(count) bytes")
    }
  }

  @Test(arguments: everyFormat) func neitherMissesAFlippedBit(format: PixelFormat) throws {
    let bytes = try encode(texture(format, width: 23, height: 12), compression: .fast)
    for index in 33..<bytes.count {
      for bit in [0, 3, 7] {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        for library in DeflateLibrary.available {
          let (code, _) = try InflatingLibrariesTests.outcome(damaged, library)
          #expect(
            code.map { [.pngChecksum, .pngCorrupt, .pngTruncated, .chunkTooLarge].contains($0) } == true,
            "byte \(index)")
        }
      }
    }
  }

  /// Damage that checksums do not show: the data themselves are wrong.
  @Test func bothFindDataThatAreWrongUnderRightChecksums() throws {
    let bytes = try encode(texture(PixelFormat(.rgb), width: 23, height: 12), compression: .small)
    let start = try #require(PNGBytes.dataOffset(of: "IDAT", in: bytes))
    let count = bytes[start - 8..<start - 4].reduce(0) { $0 << 8 | Int($1) }
    let data = Array(bytes[start..<start + count])
    let end = bytes[(start + count + 4)...]
    func file(_ pieces: [[UInt8]]) -> [UInt8] {
      bytes[..<(start - 8)] + pieces.flatMap { PNGBytes.chunk("IDAT", $0) } + end
    }
    let whole = try InflatingLibrariesTests.outcome(bytes, .zlib)
    #expect(whole.0 == nil)
    // In pieces of a byte and empty ones, the image is the same.
    let pieces = data.flatMap { [[$0], []] }
    for library in DeflateLibrary.available {
      #expect(try InflatingLibrariesTests.outcome(file(pieces), library) == whole)
      // The data end in the middle, or the last byte of their Adler-32 is wrong.
      #expect(try InflatingLibrariesTests.outcome(file([Array(data[..<(count / 2)])]), library).0 == .pngCorrupt)
      #expect(
        try InflatingLibrariesTests.outcome(file([data.dropLast() + [data[count - 1] ^ 1]]), library).0 == .pngCorrupt)
    }
    for index in data.indices {
      var damaged = data
      damaged[index] ^= 0x04
      let expected = try InflatingLibrariesTests.outcome(file([damaged]), .zlib)
      #expect(try InflatingLibrariesTests.outcome(file([damaged]), .isal) == expected, "byte \(index) \(expected.0)")
    }
  }
}

@Suite struct DecodeLimitsTests {
  static func refusal(_ bytes: [UInt8], _ change: (inout DecodeLimits) -> Void = { _ in }) throws -> CodecError.Code? {
    var limits = DecodeLimits()
    change(&limits)
    return #expect(throws: CodecError.self) { try decode(bytes, limits: limits) }?.code
  }

  static func header(_ width: Int, _ height: Int) -> [UInt8] {
    PNGBytes.signature + PNGBytes.header(width: width, height: height) + PNGBytes.chunk("IDAT")
  }

  @Test func sidesAndPixelsAreLimited() throws {
    #expect(try DecodeLimitsTests.refusal(DecodeLimitsTests.header(65_536, 1)) == .sideTooLong)
    #expect(try DecodeLimitsTests.refusal(DecodeLimitsTests.header(1, 0x7FFF_FFFF)) == .sideTooLong)
    #expect(try DecodeLimitsTests.refusal(DecodeLimitsTests.header(16_384, 16_384)) == .tooManyPixels)
    let jpeg = try Fixtures.bytes("420.jpg")
    #expect(try DecodeLimitsTests.refusal(jpeg) { $0.maximumSide = 44 } == .sideTooLong)
    #expect(try DecodeLimitsTests.refusal(jpeg) { $0.maximumPixels = 45 * 31 - 1 } == .tooManyPixels)
    #expect(throws: Never.self) { try decode(jpeg, limits: .init(side: 45, pixels: 45 * 31)) }
  }

  @Test func whatCannotBeInTheFileIsRefusedAtOnce() throws {
    #expect(try DecodeLimitsTests.refusal(DecodeLimitsTests.header(10_000, 10_000)) == .pngTruncated)
  }

  @Test(arguments: ["420-progressive.jpg", "orientation-6.jpg", "orientation-3.png"])
  func imagesThatAreHeldCountAgainstTheMemory(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    let held = try ImageReader.open(.bytes(bytes)).description.residentByteCount
    #expect(try DecodeLimitsTests.refusal(bytes) { $0.maximumMemory = held - 1 } == .tooMuchMemory)
  }

  @Test func anInterlacedImageCountsAgainstTheMemory() throws {
    let bytes =
      PNGBytes.signature + PNGBytes.header(width: 100, height: 100, interlaced: true)
      + PNGBytes.chunk("IDAT", Array(repeating: 0, count: 100))
    let description = try ImageReader.open(.bytes(bytes)).description
    #expect(description.residentByteCount == 10_000)
    #expect(description.detail == "PNG, 8-bit grey, interlaced")
    #expect(try DecodeLimitsTests.refusal(bytes) { $0.maximumMemory = 9_999 } == .tooMuchMemory)
  }

  @Test func scansAreLimited() throws {
    let bytes = try Fixtures.bytes("420-progressive.jpg")
    #expect(try DecodeLimitsTests.refusal(bytes) { $0.maximumScans = 3 } == .tooManyScans)
    var limits = DecodeLimits()
    limits.maximumScans = 10
    #expect(try decode(bytes, limits: limits).rowCount == 31)
  }

  @Test func chunksAreLimited() throws {
    let bytes = PNGBytes.inserting(
      PNGBytes.chunk("abCD", Array(repeating: 7, count: 1_000_001)), into: try Fixtures.bytes("icc.png"))
    #expect(try DecodeLimitsTests.refusal(bytes) == .chunkTooLarge)
    var limits = DecodeLimits()
    limits.maximumChunkBytes = 2_000_000
    #expect(try decode(bytes, limits: limits).rowCount == 11)
  }
}

extension DecodeLimits {
  fileprivate init(side: Int, pixels: Int) {
    self.init()
    maximumSide = side
    maximumPixels = pixels
  }
}
