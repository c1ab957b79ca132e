import Codecs
import Convolution
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite("imgconv apply")
struct ApplyTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What the specification says a plain kernel makes of a plane: exact sums, ties to even, clamped.
  private func expected(
    _ plane: [Double], of image: TestImage, _ bank: KernelBank, border: Border = .edge, padding: Padding = .same,
    stride: Extent = Extent(1)
  ) throws -> [Int] {
    let maximum = Double(image.rows.format.depth.maximum)
    let geometry = try ConvolutionGeometry(
      input: Extent(height: image.rows.rowCount, width: image.rows.width),
      kernel: Extent(height: bank.height, width: bank.width), stride: stride, padding: padding)
    return Reference.convolve(
      plane, channelCount: 1, bank: bank, geometry: geometry, border: border, fullRange: maximum
    ).map { Int(min(max($0.rounded(.toNearestOrEven), 0), maximum)) }
  }

  private func samples(_ image: TestImage, channel: Int) -> [Int] {
    image.plane(channel).map { Int($0) }
  }

  @Test(
    "equals the reference in every channel, for every layout and depth without alpha",
    arguments: [
      PixelFormat(.grey), PixelFormat(.rgb), PixelFormat(.grey, depth: .sixteen), PixelFormat(.rgb, depth: .sixteen),
    ],
    ["edge", "sobel-x", "gaussian5", "box3", "sharpen", "emboss"])
  func equalsTheReference(format: PixelFormat, kernel: String) throws {
    let image = TestImage(format, width: 23, height: 17)
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", kernel, "in.png", "out.png"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try TestImage(contentsOf: folder.file("out.png"))
    #expect(result.rows.format == format)
    let bank = try #require(try Catalogue.kernel(named: kernel)).bank
    for channel in 0..<format.channelCount {
      #expect(samples(result, channel: channel) == (try expected(image.plane(channel), of: image, bank)))
    }
  }

  @Test("fills the border as asked", arguments: ["edge", "zero", "constant:0.5", "reflect101", "symmetric", "wrap"])
  func fillsTheBorder(border: String) throws {
    let image = TestImage(PixelFormat(.grey), width: 5, height: 4)
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", "gaussian:2", "in.png", "out.png", "--border", border], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    let bank = try #require(try Catalogue.kernel(named: "gaussian:2")).bank
    let wanted = try expected(image.plane(0), of: image, bank, border: try Border(name: border))
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == wanted)
  }

  @Test("writes the sums as they are to an array, in full ranges")
  func writesSumsToAnArray() throws {
    let image = TestImage(PixelFormat(.rgb), width: 9, height: 7)
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", "laplacian", "in.png", "out.npy"], in: folder.url)
    #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
    let array = try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("out.npy")))))
    #expect(array.shape.extents == [3, 7, 9])
    let bank = try #require(try Catalogue.kernel(named: "laplacian")).bank
    let geometry = try ConvolutionGeometry(input: Extent(height: 7, width: 9), kernel: Extent(3), padding: .same)
    let sums = (0..<3).flatMap {
      Reference.convolve(
        image.plane($0).map { $0 / 255 }, channelCount: 1, bank: bank, geometry: geometry, border: .edge)
    }
    #expect(mismatch(array.values, sums, absolute: 1e-6) == nil)
  }

  @Test("chains kernels without rounding between them")
  func chainsKernels() throws {
    let image = TestImage(PixelFormat(.grey), width: 12, height: 10)
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(
      ["apply", "--kernel", "box3", "--kernel", "sharpen", "in.png", "out.npy", "--padding", "valid"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    let array = try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("out.npy")))))
    #expect(array.shape.extents == [1, 6, 8])
    var plane = image.plane(0).map { $0 / 255 }
    var extent = Extent(height: 10, width: 12)
    for name in ["box3", "sharpen"] {
      let bank = try #require(try Catalogue.kernel(named: name)).bank
      let geometry = try ConvolutionGeometry(input: extent, kernel: Extent(3))
      plane = Reference.convolve(plane, channelCount: 1, bank: bank, geometry: geometry, border: .zero)
      extent = geometry.output
    }
    #expect(mismatch(array.values, plane, absolute: 1e-6) == nil)
  }

  @Test("rounds true ties to even: a quarter of four neighbours comes out as on paper")
  func roundsTiesToEven() throws {
    let image = TestImage(PixelFormat(.grey), width: 4, height: 1, samples: [1, 0, 1, 2])
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(
      ["apply", "1/2, 1/2", "in.png", "out.png", "--padding", "valid"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    // Sums 0.5, 0.5 and 1.5.
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [0, 0, 2])
  }

  @Test("runs what follows in the order of the command line")
  func runsWhatFollowsInOrder() throws {
    let image = TestImage(PixelFormat(.grey), width: 4, height: 1, samples: [0, 100, 0, 0])
    try image.writePNG(to: folder.file("in.png"))
    let kernel = "-1 1"
    let common = ["apply", kernel, "in.png", "out.png", "--padding", "0,0,0,1", "--border", "zero"]
    // Differences 0, 100, -100, 0.
    let first = try Tool.run(common + ["--activation", "abs", "--pool", "average:1x2"], in: folder.url)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [50, 50])
    let second = try Tool.run(
      common + ["--pool", "max:1x2", "--activation", "relu", "--map", "clamp"], in: folder.url)
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [100, 0])
    let third = try Tool.run(common + ["--pool", "average:1x2", "--activation", "abs"], in: folder.url)
    #expect(third.exitCode == 0, "\(third.errors)")
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [50, 50])
    let fourth = try Tool.run(common + ["--pool", "average:1x4", "--activation", "abs"], in: folder.url)
    #expect(fourth.exitCode == 0, "\(fourth.errors)")
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [0])
    let fifth = try Tool.run(common + ["--activation", "abs", "--pool", "average:1x4"], in: folder.url)
    #expect(fifth.exitCode == 0, "\(fifth.errors)")
    #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == [50])
  }

  @Test("says once what the mapping lost, and nothing when told to be quiet")
  func reportsTheRange() throws {
    let image = TestImage(PixelFormat(.grey), width: 3, height: 1, samples: [0, 255, 0])
    try image.writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["apply", "edge", "in.png", "out.png"], in: folder.url)
    #expect(run.errors.hasPrefix("imgconv: range -"), "\(run.errors)")
    #expect(run.errors.contains("try --map signed"))
    #expect(run.errors.split(separator: "\n").count == 1)
    let quiet = try Tool.run(["apply", "edge", "in.png", "out.png", "--quiet"], in: folder.url)
    #expect(quiet.exitCode == 0 && quiet.errors.isEmpty)
  }

  @Test("maps sums to pixels as asked")
  func mapsSums() throws {
    let image = TestImage(PixelFormat(.grey), width: 3, height: 1, samples: [100, 50, 150])
    try image.writePNG(to: folder.file("in.png"))
    // Differences to the right neighbour: 50, -100, 0.
    for (map, wanted) in [
      ("clamp", [50, 0, 0]), ("abs", [50, 100, 0]), ("signed", [152, 78, 128]), ("minmax", [255, 0, 170]),
      ("-0.5:0.5", [178, 28, 128]),
    ] {
      let run = try Tool.run(
        ["apply", "1 -1", "in.png", "out.png", "--padding", "0,1,0,0", "--map=\(map)"], in: folder.url)
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(samples(try TestImage(contentsOf: folder.file("out.png")), channel: 0) == wanted, "\(map)")
    }
  }

  @Test("gives the same bytes for any number of threads")
  func givesTheSameBytesForAnyNumberOfThreads() throws {
    try TestImage(PixelFormat(.rgb, hasAlpha: true), width: 301, height: 487).writePNG(to: folder.file("in.png"))
    for threads in ["1", "2", "5"] {
      let run = try Tool.run(
        ["apply", "gaussian:1.5", "in.png", "\(threads).png", "--threads", threads], in: folder.url)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    let one = try Data(contentsOf: folder.file("1.png"))
    #expect(one == (try Data(contentsOf: folder.file("2.png"))))
    #expect(one == (try Data(contentsOf: folder.file("5.png"))))
  }

  @Test("selects channels: luma is Rec. 601, a letter is that channel as grey")
  func selectsChannels() throws {
    let image = TestImage(PixelFormat(.rgb), width: 8, height: 6)
    try image.writePNG(to: folder.file("in.png"))
    for (index, name) in ["R", "G", "B"].enumerated() {
      #expect(
        try Tool.run(["apply", "identity", "in.png", "out.png", "--channels", name], in: folder.url).exitCode == 0)
      let result = try TestImage(contentsOf: folder.file("out.png"))
      #expect(result.rows.format == PixelFormat(.grey))
      #expect(result.plane(0) == image.plane(index))
    }
    #expect(
      try Tool.run(["apply", "identity", "in.png", "out.png", "--channels", "luma"], in: folder.url).exitCode == 0)
    let luma = (0..<48).map { pixel in
      (0.299 * image.plane(0)[pixel] + 0.587 * image.plane(1)[pixel] + 0.114 * image.plane(2)[pixel])
        .rounded(.toNearestOrEven)
    }
    #expect(try TestImage(contentsOf: folder.file("out.png")).plane(0) == luma)
    let missing = try Tool.run(["apply", "identity", "in.png", "none.png", "--channels", "A"], in: folder.url)
    #expect(missing.exitCode == 65)
    #expect(missing.errors.contains("8-bit RGB"))
  }

  @Test("leaves an image as it is through linear light and back")
  func linearLightRoundTrip() throws {
    for depth in SampleDepth.allCases {
      let image = TestImage(PixelFormat(.rgb, depth: depth), width: 31, height: 9)
      try image.writePNG(to: folder.file("in.png"))
      #expect(try Tool.run(["apply", "identity", "in.png", "out.png", "--linear"], in: folder.url).exitCode == 0)
      #expect(try TestImage(contentsOf: folder.file("out.png")) == image)
    }
  }

  @Test("averages light, not stored values, with --linear")
  func averagesLight() throws {
    try TestImage(PixelFormat(.grey), width: 2, height: 1, samples: [0, 255]).writePNG(to: folder.file("in.png"))
    let arguments = ["apply", "1/2 1/2", "in.png", "out.png", "--padding", "valid"]
    #expect(try Tool.run(arguments, in: folder.url).exitCode == 0)
    #expect(try TestImage(contentsOf: folder.file("out.png")).plane(0) == [128])
    #expect(try Tool.run(arguments + ["--linear"], in: folder.url).exitCode == 0)
    // Half of the light of white is stored as 188 (IEC 61966-2-1).
    #expect(try TestImage(contentsOf: folder.file("out.png")).plane(0) == [188])
  }
}
