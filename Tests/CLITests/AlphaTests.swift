import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Alpha")
struct AlphaTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func apply(_ kernel: String, _ image: TestImage, _ options: String...) throws -> TestImage {
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", kernel, "in.png", "out.png"] + options, in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try TestImage(contentsOf: folder.file("out.png"))
  }

  @Test(
    "of an opaque image stays opaque, and colours equal those of the image without it",
    arguments: ["edge", "gaussian5", "sharpen", "emboss", "box3"])
  func opaqueImagesEqualThoseWithoutAlpha(kernel: String) throws {
    for depth in SampleDepth.allCases {
      let plain = TestImage(PixelFormat(.rgb, depth: depth), width: 13, height: 11)
      var samples: [Int] = []
      for y in 0..<11 {
        for x in 0..<13 {
          samples += (0..<3).map { plain.rows[row: y, x: x, channel: $0] } + [depth.maximum]
        }
      }
      let opaque = TestImage(PixelFormat(.rgb, hasAlpha: true, depth: depth), width: 13, height: 11, samples: samples)
      let expected = try apply(kernel, plain)
      let result = try apply(kernel, opaque)
      for channel in 0..<3 { #expect(result.plane(channel) == expected.plane(channel)) }
      #expect(result.plane(3).allSatisfy { $0 == Double(depth.maximum) })
      let zero = try apply(kernel, opaque, "--border", "zero")
      let expectedZero = try apply(kernel, plain, "--border", "zero")
      for channel in 0..<3 { #expect(zero.plane(channel) == expectedZero.plane(channel)) }
    }
  }

  /// Red, opaque, beside green that is wholly transparent.
  private let hiddenGreen = TestImage(
    PixelFormat(.rgb, hasAlpha: true), width: 2, height: 1, samples: [200, 0, 0, 255, 0, 200, 0, 0])

  @Test("zero hides colours from the average")
  func hiddenColoursDoNotBleed() throws {
    let result = try apply("1/2 1/2", hiddenGreen, "--padding", "valid")
    // Red keeps its value; alpha is (255 + 0) / 2 = 127.5, to even.
    #expect(result.rows.bytes == [200, 0, 0, 128])
  }

  @Test("lets a sharpened outline keep its colour", arguments: ["sharpen", "unsharp", "gaussian:2", "box5"])
  func outlinesKeepTheirColour(kernel: String) throws {
    var samples: [Int] = []
    for y in 0..<24 {
      for x in 0..<24 {
        let distance = Double((x - 12) * (x - 12) + (y - 12) * (y - 12)).squareRoot()
        samples += [120, 60, 200, Int(min(max((8.5 - distance) * 128, 0), 255))]
      }
    }
    let disk = TestImage(PixelFormat(.rgb, hasAlpha: true), width: 24, height: 24, samples: samples)
    let result = try apply(kernel, disk)
    for pixel in 0..<24 * 24 where result.plane(3)[pixel] >= 1 {
      #expect((0..<3).map { result.plane($0)[pixel] } == [120, 60, 200])
    }
  }

  @Test("keeps pixels that can hardly be seen out of the range")
  func faintPixelsDoNotCount() throws {
    let image = TestImage(
      PixelFormat(.grey, hasAlpha: true), width: 4, height: 1, samples: [200, 255, 100, 255, 100, 1, 250, 1])
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", "-1 0 1", "in.png", "out.png", "--json", "--map", "signed"], in: folder.url)
    struct Range: Decodable { let minimum, maximum: Double }
    let range = try JSONDecoder().decode(Range.self, from: run.output)
    // The two opaque pixels: 100 − 200 over full range, and 100·1/255 − 200.
    #expect(abs(range.maximum - -100.0 / 255) < 1e-6, "\(range)")
    #expect(abs(range.minimum - (100.0 / 255 - 200) / 255) < 1e-6, "\(range)")
  }

  @Test("is copied, and colours are not weighted, with keep")
  func keepCopiesAlpha() throws {
    let result = try apply("1/2 1/2", hiddenGreen, "--padding", "valid", "--alpha", "keep")
    #expect(result.rows.bytes == [100, 100, 0, 255])
  }

  @Test("is one more channel with filter")
  func filterTreatsAlphaAsAChannel() throws {
    let result = try apply("1/2 1/2", hiddenGreen, "--padding", "valid", "--alpha", "filter")
    #expect(result.rows.bytes == [100, 100, 0, 128])
  }

  @Test("is removed first with drop")
  func dropRemovesAlpha() throws {
    let result = try apply("1/2 1/2", hiddenGreen, "--padding", "valid", "--alpha", "drop")
    #expect(result.rows.bytes == [100, 100, 0])
  }

  @Test("is kept as it was by a zero-sum kernel")
  func zeroSumKernelsKeepAlpha() throws {
    let image = TestImage(PixelFormat(.grey, hasAlpha: true), width: 9, height: 8)
    #expect(try apply("laplacian", image).plane(1) == image.plane(1))
    // (200·255 − 100·51) / 51 − the weighted difference over the kept alpha of the left pixel.
    let pair = TestImage(PixelFormat(.grey, hasAlpha: true), width: 2, height: 1, samples: [200, 51, 10, 255])
    #expect(try apply("-1 1", pair, "--padding", "valid", "--map", "abs").rows.bytes == [150, 51])
  }

  @Test("of the image alone comes out as grey with --channels A")
  func alphaAlone() throws {
    let image = TestImage(PixelFormat(.rgb, hasAlpha: true), width: 4, height: 3)
    let result = try apply("identity", image, "--channels", "A")
    #expect(result.rows.format == PixelFormat(.grey))
    #expect(result.plane(0) == image.plane(3))
  }

  @Test("weighs colours in average pooling too")
  func poolingWeighsColours() throws {
    try hiddenGreen.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["pool", "average", "in.png", "out.png", "--size", "1,2"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try TestImage(contentsOf: folder.file("out.png")).rows.bytes == [200, 0, 0, 128])
  }
}
