import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

/// Willem van Schaik's PngSuite: every colour type, depth, interlacing, transparency and filter of the standard.
@Suite(.enabled(if: SharedFiles.exist)) struct PngSuiteTests {
  static let folder = SharedFiles.folder.appendingPathComponent("conformance/pngsuite")

  static func names(in subfolder: String) -> [String] {
    let path = folder.appendingPathComponent(subfolder).path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".png") }.map { String($0.dropLast(4)) }.sorted()
  }

  @Test func theSuiteIsComplete() {
    #expect(PngSuiteTests.names(in: "png").count == 161)
    #expect(PngSuiteTests.names(in: "invalid").count == 14)
  }

  @Test(arguments: names(in: "png")) func everyValidFileDecodesExactly(name: String) throws {
    let file = PngSuiteTests.folder.appendingPathComponent("png/\(name).png")
    let reference = PngSuiteTests.folder.appendingPathComponent("ref_expanded/\(name).npy")
    let expected = try NPYFile.read(.bytes(contents(reference)))
    for library in DeflateLibrary.available {
      let rows = try decode(contents(file), tolerance: .warning, library: library, rowsAtATime: 5)
      #expect([rows.rowCount, rows.width, rows.format.channelCount] == expected.shape.extents)
      #expect(mismatch(samples(rows), expected.values) == nil, "\(library)")
    }
  }

  /// The suite's own words for what is wrong with each file, and the code that says so.
  static let refusals: [(String, CodecError.Code)] = [
    ("xc1n0g08", .pngCorrupt), ("xc9n2c08", .pngCorrupt), ("xcrn0g04", .unsupported), ("xcsn0g01", .pngChecksum),
    ("xd0n2c08", .pngCorrupt), ("xd3n2c08", .pngCorrupt), ("xd9n2c08", .pngCorrupt), ("xdtn0g01", .pngCorrupt),
    ("xhdn0g08", .pngChecksum), ("xlfn0g04", .unsupported), ("xs1n0g01", .unsupported), ("xs2n0g01", .unsupported),
    ("xs4n0g01", .unsupported), ("xs7n0g01", .unsupported),
  ]

  @Test(arguments: refusals) func everyInvalidFileIsRefused(name: String, code: CodecError.Code) throws {
    let bytes = try contents(PngSuiteTests.folder.appendingPathComponent("invalid/\(name).png"))
    for library in DeflateLibrary.available {
      let error = #expect(throws: CodecError.self) { try decode(bytes, library: library) }
      #expect(error?.code == code, "\(library): \(error?.message ?? "")")
    }
  }
}
