import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

/// libpng with zlib is the specification of the reader that inflates with ISA-L and has filters of its own: whatever a file holds, both
/// give the same pixels or both refuse it.
///
/// `IMGCONV_MUTATION_SEED` and `IMGCONV_MUTATIONS` choose others and more than the suite's; `Scripts/mutate-pngs` goes on for as long as asked.
@Suite(.enabled(if: DeflateLibrary.available.contains(.isal), "ISA-L is not built in"))
struct ReaderEqualityTests {
  static func number(_ variable: String, or usual: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usual
  }

  /// What a reader makes of a file: its pixels, or the code of its refusal.
  static func outcome(
    _ bytes: [UInt8], _ library: DeflateLibrary, _ level: RowFilterLevel = .preferred
  ) throws -> Result<PixelRows, CodecError> {
    do throws(CodecError) {
      var limits = DecodeLimits()
      limits.maximumPixels = 1 << 20
      let source = try ImageReader.open(.bytes(bytes), limits: limits, library: library, level: level)
      var rows = PixelRows(format: source.description.pixelFormat, width: source.description.width, rowCount: 0)
      while let strip = try source.read(upToRows: 7) { rows.append(strip) }
      return .success(rows)
    } catch {
      return .failure(error)
    }
  }

  /// Compares all readers on one file and says whether it was decoded.
  static func expectEqual(_ file: [UInt8], _ name: String) throws -> Bool {
    let expected = try outcome(file, .zlib)
    for level in RowFilterLevel.available {
      let found = try outcome(file, .isal, level)
      switch (expected, found) {
      case (.success(let one), .success(let other)): #expect(one == other, "\(name) \(level): other pixels")
      case (.failure, .failure): break
      // libpng does not look for the end of the data, with their checksum, in chunks behind the one in which the pixels end.
      case (.success, .failure) where try outcome(joiningData(of: file), .zlib).isFailure: break
      // ISA-L takes incomplete sets of codes, of which the data use none that is missing: the Adler-32 vouches for the pixels.
      case (.failure(let error), .success)
      where error.message.contains("IDAT: invalid") && error.message.contains(" set"): break
      default:
        Issue.record("\(name) \(level): libpng \(summary(expected)), ISA-L \(summary(found)) \(saved(file, name))")
      }
    }
    return !expected.isFailure
  }

  /// The file with all image data in one chunk.
  private static func joiningData(of file: [UInt8]) -> [UInt8] {
    var chunks = PNGBytes.chunks(of: file)
    guard let first = chunks.firstIndex(where: { $0.name == "IDAT" }) else { return file }
    let data = chunks.filter { $0.name == "IDAT" }.flatMap(\.data)
    chunks.removeAll { $0.name == "IDAT" }
    chunks.insert(("IDAT", data), at: first)
    return PNGBytes.file(chunks)
  }

  private static func summary(_ outcome: Result<PixelRows, CodecError>) -> String {
    switch outcome {
    case .success(let rows): "decodes \(rows.rowCount) rows"
    case .failure(let error): "says \(error)"
    }
  }

  /// Keeps a file that readers differ on, and says where.
  private static func saved(_ file: [UInt8], _ name: String) -> String {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("imgconv-\(name).png")
    try? Data(file).write(to: place)
    return place.path
  }

  /// Small files of every layout that the reader takes, and one that it leaves to libpng; those of PngSuite where they are.
  static func corpus() throws -> [[UInt8]] {
    var files: [[UInt8]] = []
    for (index, format) in everyFormat.enumerated() {
      for compression in PNGCompression.allCases {
        let rows = texture(format, width: 5 + 13 * index, height: 3 + index, seed: UInt64(index))
        files.append(try encode(rows, compression: compression))
      }
    }
    files += try ["icc.png", "orientation-2.png", "orientation-6.png"].map(Fixtures.bytes)
    guard SharedFiles.exist else { return files }
    return try files
      + PngSuiteTests.names(in: "png").map {
        try contents(PngSuiteTests.folder.appendingPathComponent("png/\($0).png"))
      }
  }

  @Test func damagedFilesDecodeAlikeOrAreRefusedByBoth() throws {
    let seed = UInt64(ReaderEqualityTests.number("IMGCONV_MUTATION_SEED", or: 1))
    let count = ReaderEqualityTests.number("IMGCONV_MUTATIONS", or: 4000)
    let corpus = try ReaderEqualityTests.corpus()
    var mutation = PNGMutation(seed: seed)
    var decoded = 0
    for index in 0..<count {
      let file = mutation.damaged(corpus[index % corpus.count])
      if try ReaderEqualityTests.expectEqual(file, "mutation-\(seed)-\(index)") { decoded += 1 }
    }
    // Neither kind of outcome is rare.
    #expect(decoded > count / 20 && decoded < count * 19 / 20, "\(decoded) of \(count) decoded")
  }

  @Test(arguments: [0, 2, 4, 6] as [UInt8], [8, 16] as [UInt8])
  func randomResidualsDecodeAlike(colorType: UInt8, depth: UInt8) throws {
    var mutation = PNGMutation(seed: UInt64(colorType) << 8 | UInt64(depth))
    var decoded = 0
    for index in 0..<150 {
      let file = mutation.randomResiduals(colorType: colorType, depth: depth)
      if try ReaderEqualityTests.expectEqual(file, "residuals-\(colorType)-\(depth)-\(index)") { decoded += 1 }
    }
    #expect(decoded > 75 && decoded < 150)
  }

  @Test(.enabled(if: SharedFiles.exist), arguments: ["astronaut", "camera", "chelsea", "coffee"])
  func photographsDecodeAlike(name: String) throws {
    let file = try contents(SharedFiles.folder.appendingPathComponent("photos/\(name).png"))
    #expect(try ReaderEqualityTests.expectEqual(file, name))
  }
}

extension Result {
  fileprivate var isFailure: Bool {
    if case .failure = self { return true }
    return false
  }
}
