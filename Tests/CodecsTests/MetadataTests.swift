import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct MetadataTests {
  static let rows = texture(PixelFormat(.rgb), width: 9, height: 4)

  static func throughPNG(_ color: ColorMetadata, _ rows: PixelRows = rows) throws -> ColorMetadata {
    try ImageReader.open(.bytes(encode(rows, color: color)), tolerance: .warning).description.color
  }

  static func throughJPEG(_ color: ColorMetadata, _ rows: PixelRows = rows) throws -> ColorMetadata {
    try ImageReader.open(.bytes(encodeJPEG(rows, color: color)), tolerance: .warning).description.color
  }

  @Test func anImageWithoutMetadataStaysWithout() throws {
    #expect(try MetadataTests.throughPNG(ColorMetadata()) == ColorMetadata())
    #expect(try MetadataTests.throughJPEG(ColorMetadata()) == ColorMetadata())
  }

  @Test(arguments: 0...3) func theIntentIsKept(intent: Int) throws {
    var color = ColorMetadata()
    color.renderingIntent = intent
    #expect(try MetadataTests.throughPNG(color) == color)
  }

  @Test func gammaChromaticitiesAndDensityAreKept() throws {
    var color = ColorMetadata()
    color.gamma = 45_455
    color.chromaticities = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]
    color.density = PixelDensity(x: 2_835, y: 11_811, isPerMetre: true)
    #expect(try MetadataTests.throughPNG(color) == color)
    color.density = PixelDensity(x: 4, y: 3, isPerMetre: false)
    #expect(try MetadataTests.throughPNG(color) == color)
    #expect(try MetadataTests.throughJPEG(color).density == color.density)
  }

  @Test(arguments: [(300.0 / 0.0254, 150.0 / 0.0254), (11_800, 5_900)]) func densityIsKeptByJPEG(x: Double, y: Double)
    throws
  {
    var color = ColorMetadata()
    color.density = PixelDensity(x: x, y: y, isPerMetre: true)
    let found = try #require(MetadataTests.throughJPEG(color).density)
    #expect(mismatch([found.x, found.y], [x, y], relative: 1e-12) == nil)
  }

  /// The standard profile, and one that takes three segments of a JPEG file.
  @Test(arguments: [0, 150_000]) func profilesAreKept(padding: Int) throws {
    var color = ColorMetadata()
    var profile = try Fixtures.bytes("srgb.icc")
    profile += (0..<padding).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    profile.replaceSubrange(0..<4, with: PNGBytes.bigEndian(profile.count))
    color.iccProfile = profile
    #expect(try MetadataTests.throughPNG(color) == color)
    #expect(try MetadataTests.throughJPEG(color) == color)
  }

  @Test func aProfileForOtherColorsIsLeftOut() throws {
    var color = ColorMetadata()
    color.iccProfile = try Fixtures.bytes("srgb.icc")
    let grey = texture(PixelFormat(.grey), width: 9, height: 4)
    #expect(try MetadataTests.throughPNG(color, grey).iccProfile == nil)
    #expect(try MetadataTests.throughJPEG(color, grey).iccProfile == nil)
  }

  @Test func aMalformedProfileIsAWarning() throws {
    let bytes = PNGBytes.inserting(
      PNGBytes.chunk("iCCP", Array("name".utf8) + [0, 0, 1, 2, 3]), into: try encode(MetadataTests.rows))
    let source = try ImageReader.open(.bytes(bytes))
    #expect(source.description.color.iccProfile == nil)
    #expect(source.damage.map(\.code) == [.pngWarning])
  }
}
