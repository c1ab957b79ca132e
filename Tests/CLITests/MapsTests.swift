import Convolution
import FeatureMaps
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite("imgconv maps")
struct MapsTests {
  let folder: TemporaryFolder
  let image = TestImage(PixelFormat(.grey), width: 31, height: 23)

  init() throws {
    folder = try TemporaryFolder()
    try image.writePNG(to: folder.file("in.png"))
  }

  /// What the tests read of `maps.json`.
  private struct Manifest: Decodable {
    struct Map: Decodable {
      struct Kernel: Decodable {
        let shape: [Int]
        let taps: [[[Double]]]
      }
      struct Mapping: Decodable {
        let colors: String
        let low: Double
        let high: Double
      }
      let name: String
      let file: String
      let kernel: Kernel?
      let shape: [Int]
      let minimum: Double
      let maximum: Double
      let mean: Double
      let zeroShare: Double
      let energy: Double
      let mapping: Mapping
    }
    struct Components: Decodable {
      let file: String
      let shares: [Double]
      let directions: [[Double]]
    }
    let maps: [Map]
    let components: [Components]
  }

  private func run(_ arguments: String..., input: Data = Data()) throws -> Tool.Run {
    try Tool.run(["maps"] + arguments, in: folder.url, input: input)
  }

  private func manifest(_ name: String = "out") throws -> Manifest {
    try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: folder.file("\(name)/maps.json")))
  }

  private func picture(_ name: String) throws -> TestImage { try TestImage(contentsOf: folder.file("out/\(name)")) }

  /// The exact sums of a bank's kernels over the image, in stored units.
  private func sums(_ bank: String) throws -> [[Double]] {
    let kernel = try #require(try Catalogue.kernel(named: bank)).bank
    let geometry = try ConvolutionGeometry(
      input: Extent(height: 23, width: 31), kernel: Extent(height: kernel.height, width: kernel.width),
      stride: Extent(1), padding: .same)
    return (0..<kernel.outputCount).map {
      Reference.convolve(
        image.plane(0), channelCount: 1, bank: kernel.kernel($0), geometry: geometry, border: .edge, fullRange: 255)
    }
  }

  @Test("writes what apply writes with the same mapping", arguments: ["signed", "minmax", "abs", "clamp", "-0.5:2"])
  func equalsApply(mapping: String) throws {
    let made = try run(
      "sobel-x", "laplacian", "in.png", "--out", "out", "--colors", "grey", "--scale", "each", "--map", mapping)
    #expect(made.exitCode == 0, "\(made.errors)")
    for kernel in ["sobel-x", "laplacian"] {
      let applied = try Tool.run(["apply", kernel, "in.png", "apply.png", "--map", mapping], in: folder.url)
      #expect(applied.exitCode == 0)
      #expect(try picture("\(kernel).png") == TestImage(contentsOf: folder.file("apply.png")))
    }
    #expect(
      FileManager.default.subpaths(atPath: folder.file("out").path)?.sorted()
        == ["contact-sheet.png", "index.html", "laplacian.png", "maps.json", "sobel-x.png"])
  }

  @Test("keeps sixteen bits in grey maps")
  func sixteenBits() throws {
    let deep = TestImage(PixelFormat(.rgb, depth: .sixteen), width: 19, height: 14)
    try deep.writePNG(to: folder.file("deep.png"))
    #expect(
      try run("sobel", "deep.png", "--out", "out", "--colors", "grey", "--map", "minmax", "--scale", "each").exitCode
        == 0)
    let applied = ["apply", "sobel-x", "deep.png", "apply.png", "--channels", "luma", "--map", "minmax"]
    #expect(try Tool.run(applied, in: folder.url).exitCode == 0)
    let map = try picture("sobel-x.png")
    #expect(map.rows.format == PixelFormat(.grey, depth: .sixteen))
    #expect(map == (try TestImage(contentsOf: folder.file("apply.png"))))
  }

  @Test("follows stride, padding, border, activation and pooling as apply does")
  func followsOptions() throws {
    let options = [
      "--stride", "2", "--padding", "1,2", "--border", "wrap", "--dilation", "2", "--op", "convolve", "--activation",
      "relu",
      "--pool", "max:2", "--map", "0:1",
    ]
    #expect(try Tool.run(["maps", "kirsch-n", "in.png", "--out", "out"] + options, in: folder.url).exitCode == 0)
    #expect(try Tool.run(["apply", "kirsch-n", "in.png", "apply.png"] + options, in: folder.url).exitCode == 0)
    #expect(try picture("kirsch-n.png") == TestImage(contentsOf: folder.file("apply.png")))
  }

  @Test("states each map's numbers, as computed from the formula")
  func numbers() throws {
    #expect(try run("kirsch", "in.png", "--out", "out").exitCode == 0)
    let maps = try manifest().maps
    let sums = try sums("kirsch")
    #expect(maps.map(\.name) == ["n", "ne", "e", "se", "s", "sw", "w", "nw"].map { "kirsch-\($0)" })
    for (map, sums) in zip(maps, sums) {
      let values = sums.map { $0 / 255 }
      let count = Double(values.count)
      let expected = [
        values.min() ?? 0, values.max() ?? 0, values.reduce(0, +) / count,
        Double(values.count { $0 == 0 }) / count, values.reduce(0) { $0 + $1 * $1 } / count,
      ]
      let found = [map.minimum, map.maximum, map.mean, map.zeroShare, map.energy]
      #expect(mismatch(found, expected, absolute: 1e-8, relative: 1e-8) == nil)
      #expect(map.shape == [23, 31] && map.kernel?.shape == [1, 3, 3])
      #expect(map.file == "\(map.name).png")
    }
    #expect(maps[0].kernel?.taps == [[[5, 5, 5], [-3, 0, -3], [-3, -3, -3]]])
  }

  @Test("gives all maps one scale, with 0 in the middle of diverging colours")
  func sharedScale() throws {
    #expect(try run("sobel", "in.png", "--out", "out", "--map", "minmax").exitCode == 0)
    let all = try sums("sobel").flatMap { $0 }.map { abs($0) / 255 }
    let reach = try #require(all.max())
    for map in try manifest().maps {
      #expect(map.mapping.colors == "diverging")
      #expect(mismatch([map.mapping.low, map.mapping.high], [-reach, reach], relative: 1e-12) == nil)
    }
    let scale = ColorScale(.diverging, low: -reach, high: reach)
    let expected = try sums("sobel")[1].map { scale.color(of: $0 / 255) }
    let map = try picture("sobel-y.png").rows
    // A value half-way between two colours may take either.
    let near = expected.enumerated().allSatisfy { place, color in
      let found = (0..<3).map { map[row: place / 31, x: place % 31, channel: $0] }
      return zip(found, [color.red, color.green, color.blue]).allSatisfy { abs($0 - Int($1)) <= 4 }
    }
    #expect(map.format == PixelFormat(.rgb) && near)
  }

  @Test("finds percentiles over all maps, or over each")
  func percentiles() throws {
    let sums = try sums("sobel").map { $0.map { $0 / 255 } }
    func ends(_ values: [Double]) -> [Double] {
      let sorted = values.sorted()
      return [0.1, 0.9].map { share in
        let place = share * Double(sorted.count - 1)
        let (low, part) = (Int(place), place - place.rounded(.down))
        return sorted[low] + part * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
      }
    }
    for scale in ["shared", "each"] {
      let made = try run(
        "sobel", "in.png", "--out", "out", "--force", "--colors", "turbo", "--map", "percentile:90", "--scale", scale)
      #expect(made.exitCode == 0)
      for (map, own) in zip(try manifest().maps, sums) {
        let expected = ends(scale == "shared" ? sums.flatMap { $0 } : own)
        #expect(mismatch([map.mapping.low, map.mapping.high], expected, absolute: 2e-4) == nil)
      }
    }
  }

  @Test("orders maps by energy, and keeps their files")
  func order() throws {
    #expect(try run("box3", "laplacian", "sobel-x", "in.png", "--out", "out", "--order", "energy").exitCode == 0)
    let maps = try manifest().maps
    #expect(Set(maps.map(\.name)) == ["box3", "laplacian", "sobel-x"])
    #expect(maps.map(\.energy) == maps.map(\.energy).sorted(by: >))
  }

  @Test("reduces the maps of a bank to their maximum, their mean and their components")
  func reductions() throws {
    let sums = try sums("sobel")
    let largest = zip(sums[0], sums[1]).map(max)
    let mean = zip(sums[0], sums[1]).map { ($0 + $1) / 2 }
    for (reduction, values) in [("max", largest), ("mean", mean)] {
      let made = try run(
        "sobel", "in.png", "--out", "out", "--force", "--map", "signed", "--colors", "grey", "--reduce", reduction)
      #expect(made.exitCode == 0)
      let map = try picture("sobel-\(reduction).png")
      #expect(map.plane(0) == values.map { min(max((($0 + 255) / 2).rounded(.toNearestOrEven), 0), 255) })
      #expect(try manifest().maps.last?.kernel == nil)
    }

    #expect(try run("sobel", "in.png", "--out", "out", "--force", "--reduce", "pca").exitCode == 0)
    let components = try #require(try manifest().components.first)
    var moments = ChannelMoments(channelCount: 2)
    moments.add(sums.map { $0[...] })
    let expected = PrincipalComponents(moments)
    #expect(mismatch(components.shares, expected.shares, absolute: 1e-6) == nil)
    #expect(mismatch(components.directions.flatMap { $0 }, expected.directions.flatMap { $0 }, absolute: 1e-6) == nil)
    let (weights, offset) = expected.colorChannel(0)
    let red = zip(sums[0], sums[1]).map { (255 * (offset + weights[0] * $0 + weights[1] * $1)).rounded() }
    #expect(mismatch(try picture("sobel-pca.png").plane(0), red.map { min(max($0, 0), 255) }, absolute: 1) == nil)
  }

  @Test("lays maps over the photograph, which stays where they are 0")
  func overlay() throws {
    let flat = TestImage(PixelFormat(.grey), width: 9, height: 9, samples: (0..<81).map { $0 % 9 < 4 ? 60 : 200 })
    try flat.writePNG(to: folder.file("flat.png"))
    #expect(try run("sobel-x", "flat.png", "--out", "out", "--overlay", "--map", "signed").exitCode == 0)
    let map = try picture("sobel-x.png").rows
    #expect((0..<3).map { map[row: 4, x: 1, channel: $0] } == [60, 60, 60])
    #expect((0..<3).map { map[row: 4, x: 7, channel: $0] } == [200, 200, 200])
    let end = ColorMap.diverging.color(at: 1)
    #expect((0..<3).map { map[row: 4, x: 4, channel: $0] } == [Int(end.red), Int(end.green), Int(end.blue)])
  }

  @Test("filters colours as luma, or each on its own")
  func channels() throws {
    let color = TestImage(PixelFormat(.rgb), width: 12, height: 10)
    try color.writePNG(to: folder.file("color.png"))
    #expect(try run("sobel-x", "color.png", "--out", "out").exitCode == 0)
    #expect(try manifest().maps.map(\.name) == ["sobel-x"])
    #expect(
      try run(
        "sobel-x", "color.png", "--out", "out", "--force", "--channels", "each", "--colors", "grey", "--map", "signed"
      ).exitCode == 0)
    #expect(try manifest().maps.map(\.name) == ["sobel-x-R", "sobel-x-G", "sobel-x-B"])
    #expect(
      try Tool.run(["apply", "sobel-x", "color.png", "apply.png", "--map", "signed"], in: folder.url).exitCode == 0)
    let applied = try TestImage(contentsOf: folder.file("apply.png"))
    for (channel, name) in ["R", "G", "B"].enumerated() {
      #expect(try picture("sobel-x-\(name).png").plane(0) == applied.plane(channel))
    }
    try Data("channels: R G B\n1\n---\n1\n---\n1\n".utf8).write(to: folder.file("sum.kernel"))
    #expect(try run("sum.kernel", "color.png", "--out", "out", "--force").exitCode == 0)
    #expect(try manifest().maps.map(\.kernel?.shape) == [[3, 1, 1]])
  }

  @Test("lets values fade with alpha")
  func alpha() throws {
    let samples = (0..<16).flatMap { [200, $0 % 4 < 2 ? 255 : 0] }
    try TestImage(PixelFormat(.grey, hasAlpha: true), width: 4, height: 4, samples: samples)
      .writePNG(to: folder.file("alpha.png"))
    #expect(try run("identity", "alpha.png", "--out", "out", "--colors", "grey", "--map", "clamp").exitCode == 0)
    #expect(try picture("identity.png").plane(0) == (0..<16).map { $0 % 4 < 2 ? 200 : 0 })
  }

  @Test("applies each --kernel to every map")
  func laterKernels() throws {
    #expect(
      try run("sobel", "in.png", "--kernel", "box3", "--out", "out", "--colors", "grey", "--map", "signed").exitCode
        == 0)
    let chain = ["apply", "--kernel", "sobel-y", "--kernel", "box3", "in.png", "apply.png", "--map", "signed"]
    #expect(try Tool.run(chain, in: folder.url).exitCode == 0)
    #expect(try picture("sobel-y.png") == TestImage(contentsOf: folder.file("apply.png")))
  }

  @Test("gives each map a file of its own, whatever kernels are called")
  func names() throws {
    try Data("name: ../X Y\n1 2\n".utf8).write(to: folder.file("odd.kernel"))
    try Data("name: MAPS\n1\n".utf8).write(to: folder.file("maps.kernel"))
    #expect(
      try run("sobel-x", "sobel-x", "gaussian:1", "odd.kernel", "maps.kernel", "in.png", "--out", "out").exitCode == 0)
    let maps = try manifest().maps
    #expect(maps.map(\.name) == ["sobel-x", "sobel-x-2", "gaussian:1", "../X Y", "MAPS"])
    #expect(maps.map(\.file) == ["sobel-x.png", "sobel-x-2.png", "gaussian-1.png", "X-Y.png", "MAPS-2.png"])
    for map in maps { #expect(FileManager.default.fileExists(atPath: folder.file("out/\(map.file)").path)) }
  }

  @Test("refuses a folder that holds maps, unless it may replace them")
  func refusesToReplace() throws {
    #expect(try run("sobel", "in.png", "--out", "out").exitCode == 0)
    let sheet = try Data(contentsOf: folder.file("out/contact-sheet.png"))
    for extra in [[], ["--no-clobber"]] {
      let again = try Tool.run(["maps", "laplacian", "in.png", "--out", "out"] + extra, in: folder.url)
      #expect(again.exitCode == 73)
      #expect(again.errors.contains("--force replaces them [output.exists]"))
    }
    #expect(try Data(contentsOf: folder.file("out/contact-sheet.png")) == sheet)
    #expect(try run("laplacian", "in.png", "--out", "out", "--force").exitCode == 0)
    #expect(try Data(contentsOf: folder.file("out/contact-sheet.png")) != sheet)
  }

  @Test("never replaces its input, and writes nothing where it fails")
  func failsCleanly() throws {
    try FileManager.default.createDirectory(at: folder.file("own"), withIntermediateDirectories: true)
    try image.writePNG(to: folder.file("own/sobel-x.png"))
    let own = try run("sobel", "own/sobel-x.png", "--out", "own", "--force")
    #expect(own.exitCode == 65 && own.errors.contains("[output.input]"))
    #expect(try TestImage(contentsOf: folder.file("own/sobel-x.png")) == image)

    for (arguments, code) in [
      (["sobel", "none.png"], 66), (["no-such-kernel", "in.png"], 65),
      (["box:99", "in.png", "--padding", "valid"], 65),
      (["sobel", "in.png", "--max-memory", "100K"], 65), (["in.png"], 64),
      (["sobel", "in.png", "--scale", "none"], 64),
    ] {
      let failed = try Tool.run(["maps"] + arguments + ["--out", "nothing"], in: folder.url)
      #expect(failed.exitCode == code, "\(arguments): \(failed.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("nothing").path))

    var broken = try Data(contentsOf: folder.file("in.png"))
    broken.removeLast(broken.count / 2)
    try broken.write(to: folder.file("broken.png"))
    #expect(try run("sobel", "broken.png", "--out", "half").exitCode == 65)
    #expect(!FileManager.default.fileExists(atPath: folder.file("half").path))
    try FileManager.default.createDirectory(at: folder.file("kept"), withIntermediateDirectories: false)
    #expect(try run("sobel", "broken.png", "--out", "kept").exitCode == 65)
    #expect(FileManager.default.subpaths(atPath: folder.file("kept").path) == [])
  }

  @Test("does not depend on threads, and reads standard input")
  func threadsAndPipes() throws {
    let data = try Data(contentsOf: folder.file("in.png"))
    let options = ["--reduce", "pca", "--overlay", "--colors", "viridis"]
    for (name, arguments) in [
      ("one", ["in.png", "--threads", "1"]), ("four", ["in.png", "--threads", "4"]), ("pipe", ["-"]),
    ] {
      let made = try Tool.run(
        ["maps", "compass"] + arguments + ["--out", name] + options, in: folder.url,
        input: arguments[0] == "-" ? data : Data())
      #expect(made.exitCode == 0, "\(made.errors)")
    }
    let maps = try manifest("one")
    let names = maps.maps.map(\.file) + maps.components.map(\.file) + ["index.html"]
    #expect(names.count == 10)
    for name in names {
      let bytes = try Data(contentsOf: folder.file("one/\(name)"))
      // A page names its input.
      for other in name == "index.html" ? ["four"] : ["four", "pipe"] {
        #expect(try Data(contentsOf: folder.file("\(other)/\(name)")) == bytes, "\(name)")
      }
    }
    #expect(
      try Data(contentsOf: folder.file("one/contact-sheet.png"))
        == Data(contentsOf: folder.file("four/contact-sheet.png")))
  }

  @Test("prints the manifest, and says what a mapping lost")
  func talk() throws {
    let json = try run("sobel", "in.png", "--out", "out", "--json", "--map", "0:0.1")
    #expect(json.output == (try Data(contentsOf: folder.file("out/maps.json"))))
    #expect(json.errors.contains("clipped"))
    #expect(try run("sobel", "in.png", "--out", "quiet", "--quiet", "--map", "0:0.1").errors.isEmpty)
    #expect(try run("sobel", "in.png", "--out", "plain").errors.isEmpty)
  }
}
