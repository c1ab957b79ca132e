import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("imgconv explain")
struct ExplainTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What `--json` prints, as far as tests look at it.
  private struct Output: Decodable {
    struct Tap: Decodable, Equatable {
      let position: Int
      let source: Int?
    }
    struct Plane: Decodable {
      let name: String
      let samples: [[Double]], alphas: [[Double]]?, taps: [[Double]], products: [[Double]]
    }
    struct Channel: Decodable {
      let name: String
      let planes: [Plane]
      let sum: Double, divisor: Double, alpha: Double?, bias: Double, computed: Double, result: Double
      let errorBound: Double, activated: [Double], fraction: Double, encoded: Double?, mapped: Double, rounded: Double
      let stored: Int
    }
    let earlier: [String], later: [String]
    let reduction: String
    let rows: [Tap], columns: [Tap]
    let outputShape: [Int]
    let channels: [Channel]
  }

  private func explain(_ kernels: [String], _ x: Int, _ y: Int, _ options: [String] = []) throws -> Output {
    let run = try Tool.run(
      ["explain"] + kernels + ["in.png", "--at", "\(x),\(y)", "--json"] + options, in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try JSONDecoder().decode(Output.self, from: run.output)
  }

  /// Compares explanations with the array and the image that `apply` writes with the same options.
  private func expectEqualsApply(
    _ kernels: [String], of image: TestImage, at places: [(Int, Int)], _ options: [String] = []
  ) throws {
    try image.writePNG(to: folder.file("in.png"))
    for name in ["out.npy", "out.png"] {
      let run = try Tool.run(["apply"] + kernels + ["in.png", name, "--quiet"] + options, in: folder.url)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    let mapsSums = options.contains { $0.hasPrefix("--map") }
    let array = try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("out.npy")))))
    let stored = try TestImage(contentsOf: folder.file("out.png")).rows
    let (height, width) = (array.shape[1], array.shape[2])
    for (x, y) in places {
      let output = try explain(kernels, x, y, options)
      #expect(output.outputShape == array.shape.extents)
      #expect(output.channels.count == array.shape[0])
      for (index, channel) in output.channels.enumerated() {
        let place = "\(kernels) \(options) at \(x),\(y) \(channel.name)"
        if !mapsSums {
          // An array holds 32 bits.
          #expect(Float(channel.fraction) == Float(array.values[(index * height + y) * width + x]), "\(place)")
        }
        #expect(channel.stored == stored[row: y, x: x, channel: index], "\(place)")
        let products = channel.planes.flatMap { $0.products.joined() }
        let counted = zip(products, channel.planes.flatMap { $0.taps.joined() }).filter { $0.1 != 0 }.map(\.0)
        let sum = output.reduction == "largest" ? counted.max() ?? .nan : products.reduce(0, +)
        #expect(mismatch([sum], [channel.sum], relative: 1e-12) == nil, "\(place)")
        #expect(abs(channel.computed - channel.result) <= channel.errorBound, "\(place)")
        #expect(channel.rounded == channel.mapped.rounded(.toNearestOrEven), "\(place)")
        #expect(Double(channel.stored) == min(max(channel.rounded, 0), Double(stored.format.depth.maximum)), "\(place)")
      }
    }
  }

  @Test(
    "gives the sum of apply's array and the sample of its image",
    arguments: [
      PixelFormat(.grey), PixelFormat(.rgb), PixelFormat(.rgb, depth: .sixteen), PixelFormat(.grey, hasAlpha: true),
      PixelFormat(.rgb, hasAlpha: true),
    ],
    ["sobel-x", "gaussian5", "box3", "emboss", "gaussian:1.3", "1/3 1/5; 1/7 1/9"])
  func equalsApply(format: PixelFormat, kernel: String) throws {
    let image = TestImage(format, width: 13, height: 11)
    try expectEqualsApply([kernel], of: image, at: [(0, 0), (6, 5), (12, 10), (12, 0)])
  }

  @Test(
    "follows every option of apply",
    arguments: [
      ["--border", "reflect101"], ["--border", "constant:0.5"], ["--border", "wrap"], ["--border", "symmetric"],
      ["--padding", "valid"], ["--padding", "same-lower"], ["--padding", "2,0,1,3"], ["--stride", "2"],
      ["--stride", "1,3", "--dilation", "2,1"], ["--op", "convolve"], ["--channels", "luma"], ["--channels", "G"],
      ["--channels", "A"], ["--linear"], ["--linear", "--channels", "luma"], ["--alpha", "keep"],
      ["--alpha", "filter"], ["--alpha", "drop"], ["--algorithm", "reference"], ["--threads", "1"],
      ["--map", "signed"],
      ["--map", "abs"], ["--map", "minmax"], ["--map", "percentile:90"], ["--map=-0.5:0.5"],
      ["--map", "minmax", "--linear"],
      ["--activation", "relu"], ["--activation", "abs", "--activation", "sigmoid", "--map", "signed"],
      ["--pool", "max:2"], ["--pool", "max:3/2,same", "--activation", "tanh"],
      ["--activation", "abs", "--pool", "average:3/2,same"],
      ["--pool", "average:2", "--linear"], ["--pool", "max:2", "--alpha", "keep"],
      ["--pool", "average:2", "--alpha", "drop"],
      ["--pool", "max:2", "--pool", "average:2x1", "--channels", "G"],
    ])
  func followsOptions(options: [String]) throws {
    let image = TestImage(PixelFormat(.rgb, hasAlpha: true), width: 15, height: 12)
    for kernel in ["1 2 0 -1; 0 1/2 1 0", "laplacian"] {
      try expectEqualsApply([kernel], of: image, at: [(0, 0), (3, 2)], options)
    }
  }

  @Test("explains the last kernel of a chain, on what those before it give")
  func explainsTheLastOfAChain() throws {
    let image = TestImage(PixelFormat(.rgb), width: 14, height: 9)
    let chain = ["--kernel", "gaussian3", "--kernel", "sobel-y"]
    try expectEqualsApply(chain, of: image, at: [(0, 0), (7, 4), (13, 8)])
    let output = try explain(chain, 7, 4)
    #expect(output.earlier == ["convolution gaussian3"])
    #expect(try Tool.run(["apply", "gaussian3", "in.png", "blurred.npy"], in: folder.url).exitCode == 0)
    let blurred = try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("blurred.npy")))))
    let samples = output.channels[1].planes[0].samples
    for (row, y) in (3...5).enumerated() {
      for (column, x) in (6...8).enumerated() {
        #expect(Float(samples[row][column] / 255) == Float(blurred.values[(9 + y) * 14 + x]))
      }
    }
  }

  @Test("sums over channels, and explains every map of a bank")
  func banks() throws {
    let image = TestImage(PixelFormat(.rgb), width: 6, height: 5)
    try image.writePNG(to: folder.file("in.png"))
    try Data("channels: R G B\nbias: 1/4\n1 2\n---\n-1 0\n---\n1/2 1/4\n".utf8).write(to: folder.file("mix.kernel"))
    try expectEqualsApply(["mix.kernel"], of: image, at: [(0, 0), (5, 4)])
    let mixed = try explain(["mix.kernel"], 2, 3)
    #expect(mixed.channels.map { $0.planes.map(\.name) } == [["R", "G", "B"]])
    #expect(mixed.channels[0].bias == 63.75)
    let transparent = TestImage(PixelFormat(.rgb, hasAlpha: true), width: 6, height: 5)
    for alpha in ["premultiply", "keep", "filter", "drop"] {
      try expectEqualsApply(["mix.kernel"], of: transparent, at: [(0, 0), (3, 2)], ["--alpha", alpha])
    }
    try Data("channels: R G B A\n1\n---\n-1\n---\n1/2\n---\n1/4\n".utf8).write(to: folder.file("all.kernel"))
    try expectEqualsApply(["all.kernel"], of: transparent, at: [(1, 1)], ["--alpha", "filter"])
    #expect(
      try explain(["all.kernel"], 1, 1, ["--alpha", "filter"]).channels[0].planes.map(\.name) == ["R", "G", "B", "A"])
    try image.writePNG(to: folder.file("in.png"))
    let compass = try explain(["compass"], 2, 3)
    #expect(compass.channels.count == 24)
    #expect(compass.channels[8].name == "G, map 1" && compass.channels[8].planes[0].name == "G")
  }

  @Test("shows the lecture's window: each product, the sum, and what the border puts under a tap")
  func lecture() throws {
    let bits = [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    try TestImage(PixelFormat(.grey), width: 5, height: 5, samples: bits).writePNG(to: folder.file("in.png"))
    let cross = "1 0 1; 0 1 0; 1 0 1"
    let output = try explain([cross], 0, 0, ["--padding", "valid"])
    let channel = output.channels[0]
    #expect(channel.planes[0].samples == [[1, 1, 1], [0, 1, 1], [0, 0, 1]])
    #expect(channel.planes[0].products == [[1, 0, 1], [0, 1, 0], [0, 0, 1]])
    #expect(channel.sum == 4 && channel.result == 4 && channel.stored == 4)
    let corner = try explain([cross], 0, 4)
    #expect(
      corner.rows == [.init(position: 3, source: 3), .init(position: 4, source: 4), .init(position: 5, source: 4)])
    #expect(corner.columns[0] == .init(position: -1, source: 0))
    let zero = try explain([cross], 0, 4, ["--border", "zero"])
    #expect(zero.columns[0] == .init(position: -1, source: nil))
    #expect(zero.channels[0].planes[0].samples == [[0, 0, 0], [0, 0, 1], [0, 0, 0]])
  }

  @Test("shows what alpha weighs, and by what the sum is divided")
  func alpha() throws {
    try TestImage(PixelFormat(.grey, hasAlpha: true), width: 2, height: 1, samples: [200, 51, 100, 255])
      .writePNG(to: folder.file("in.png"))
    let output = try explain(["1/2 1/2"], 0, 0, ["--padding", "valid"])
    let (color, alpha) = (output.channels[0], output.channels[1])
    #expect(color.planes[0].samples == [[200, 100]])
    #expect(color.planes[0].alphas == [[51, 255]])
    #expect(color.planes[0].products == [[200 * 51, 100 * 255]])
    // Alpha is (51 + 255) / 2 = 153; the colour (10200 + 25500) / 2 / 153 = 116.67.
    #expect(color.divisor == 2 && color.alpha == 153 && color.stored == 117)
    #expect(alpha.name == "A" && alpha.sum == 306 && alpha.stored == 153)
  }

  @Test("prints a table that a reader can add up; of large windows a part, and the sum of the rest")
  func text() throws {
    try TestImage(PixelFormat(.grey), width: 3, height: 1, samples: [10, 20, 40]).writePNG(to: folder.file("in.png"))
    let run = try Tool.run(["explain", "1 0 -1", "in.png", "--at", "0,0"], in: folder.url)
    #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(
      run.text == """
        output     0,0 of 1×1×3, from 1×1×3 (PNG, 8-bit grey)
        operator   convolution kernel, 1×3, stride 1,1, dilation 1,1
        padding    top 0, right 1, bottom 0, left 1; holds edge
        rows       0
        columns    -1→0* 0 1

        grey: sample × tap = product, * padding
           10* × 1  = 10  |  10 × 0  = 0  |  20 × -1  = -20
           sum         -10
           = computed  -10
           engine      -10  (32-bit sums, direct: equal)
           fraction    -0.0392156862745098
           mapped      -10  (clamp)
           rounded     -10
           stored      0  (clamped to 0…255)

        """)
    let large = try Tool.run(["explain", "box:31", "in.png", "--at", "1,0"], in: folder.url)
    #expect(large.exitCode == 0, "\(large.errors)")
    let lines = large.text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 170 } && lines.count < 40)
    #expect(large.text.contains("more of 961 products"))
    #expect(try explain(["box:31"], 1, 0).channels[0].planes[0].products.joined().count == 961)
  }

  @Test("goes on to activations, and names the window and the winner of a pooling")
  func whatFollows() throws {
    try TestImage(PixelFormat(.grey), width: 4, height: 2, samples: [10, 20, 40, 30, 0, 50, 20, 60])
      .writePNG(to: folder.file("in.png"))
    let relu = try Tool.run(["explain", "-1", "in.png", "--at", "1,0", "--activation", "relu"], in: folder.url)
    #expect(relu.text.contains("   engine      -20  (32-bit sums, direct: equal)\n   relu        0\n"), "\(relu.text)")
    let pooled = try Tool.run(
      ["explain", "1 0 0", "in.png", "--at", "1,0", "--padding", "0", "--pool", "max:2/1,0,1,0,0"], in: folder.url)
    #expect(
      pooled.text == """
        output     1,0 of 1×1×2, from 1×2×2 (PNG, 8-bit grey)
        after      convolution kernel: the samples below are its results
        operator   max pooling, 2×2, stride 1,1, dilation 1,1
        padding    top 0, right 1, bottom 0, left 0; does not count
        rows       0 1
        columns    1 2*

        grey: samples, * padding
           20  |  –*
           50  |  –*
           largest     50  (at 1,1)
           = computed  50
           engine      50  (32-bit sums: equal)
           fraction    0.19607843137254902
           mapped      50  (clamp)
           rounded     50
           stored      50

        """)
    let mean = try explain(["identity"], 1, 0, ["--pool", "average:2"])
    #expect(mean.earlier == ["convolution identity"] && mean.channels[0].planes[0].samples == [[40, 30], [20, 60]])
    #expect(mean.channels[0].sum == 150 && mean.channels[0].divisor == 4 && mean.channels[0].stored == 38)
  }

  @Test("warns of damage that it was told to put up with")
  func damage() throws {
    try TestImage(PixelFormat(.rgb), width: 200, height: 100).writePNG(to: folder.file("whole.png"))
    let whole = try Data(contentsOf: folder.file("whole.png"))
    try whole.prefix(whole.count * 3 / 4).write(to: folder.file("in.png"))
    let arguments = ["explain", "box3", "in.png", "--at", "9,9"]
    #expect(try Tool.run(arguments, in: folder.url).exitCode == 65)
    let run = try Tool.run(arguments + ["--fail-on", "none"], in: folder.url)
    #expect(run.exitCode == 0 && run.errors.contains("warning: in.png"), "\(run.errors)")
  }

  @Test("65 outside the output, naming its shape; 64 without a place")
  func errors() throws {
    try TestImage(PixelFormat(.rgb), width: 9, height: 7).writePNG(to: folder.file("in.png"))
    for place in ["9,0", "0,7", "-1,0"] {
      let run = try Tool.run(["explain", "edge", "in.png", "--at", place], in: folder.url)
      #expect(run.exitCode == 65 && run.output.isEmpty)
      #expect(run.errors.contains("3×7×9") && run.errors.contains(place), "\(run.errors)")
    }
    #expect(try Tool.run(["explain", "edge", "in.png", "--at", "1"], in: folder.url).exitCode == 64)
    #expect(try Tool.run(["explain", "edge", "in.png"], in: folder.url).exitCode == 64)
    #expect(try Tool.run(["explain", "edge", "none.png", "--at", "1,1"], in: folder.url).exitCode == 66)
    let large = try Tool.run(
      ["explain", "box:999", "in.png", "--at", "1,1", "--max-memory", "100M"], in: folder.url)
    #expect(large.exitCode == 65 && large.errors.contains("--max-memory"), "\(large.errors)")
  }
}
