import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite("imgconv learn")
struct LearnTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What is read of the report.
  struct Summary: Decodable {
    struct KernelNumbers: Decodable {
      let shape: [Int]
      let weights, biases: [Double]
    }

    let kernel: KernelNumbers
    let equations, samples, rank, unknowns, rowStep: Int
    let rms, maximum: Double
    let crossValidation, difference, explained, standardError: Double?
    let losses: [Double]?
    let warnings: [String]
  }

  private func learn(_ arguments: [String]) throws -> (summary: Summary, errors: String) {
    let run = try Tool.run(["learn"] + arguments + ["--json", "-o", "found.kernel"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    return (try JSONDecoder().decode(Summary.self, from: run.output), run.errors)
  }

  private func failure(_ arguments: [String]) throws -> Tool.Run {
    try Tool.run(["learn"] + arguments + ["-o", "found.kernel"], in: folder.url)
  }

  private func apply(_ kernel: String, _ input: String, _ output: String, _ options: [String] = []) throws {
    let run = try Tool.run(["apply", kernel, input, output, "--quiet"] + options, in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  /// A sample, or a photograph.
  private static func picture(_ name: String) -> String {
    SharedFiles.packageFolder.appendingPathComponent("samples/\(name)").path
  }

  private static let kernels = [
    "sharpen", "emboss-grey", "emboss", "gaussian5", "motion-d9", "box3", "unsharp", "laplacian", "sobel-x",
  ]

  @Test("finds a built-in kernel again from a filtered picture, to 0.01 a tap", arguments: kernels)
  func recovers(kernel: String) throws {
    try recover(kernel, from: Self.picture("harbour-grey.png"))
  }

  @Test(
    "finds it from photographs", .enabled(if: SharedFiles.exist), arguments: kernels,
    ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "rocket.jpg"])
  func recoversFromPhotographs(kernel: String, photograph: String) throws {
    try recover(kernel, from: SharedFiles.folder.appendingPathComponent("photos/\(photograph)").path)
  }

  private func recover(_ name: String, from picture: String) throws {
    let bank = try #require(try Catalogue.kernel(named: name)).bank
    try apply(name, picture, "target.png")
    let (found, errors) = try learn([picture, "target.png", "--size", "\(bank.height),\(bank.width)", "--bias"])
    let weights = bank.taps.map { $0 / bank.divisors[0] }
    #expect(mismatch(found.kernel.weights, weights, absolute: 0.01) == nil)
    #expect(abs(found.kernel.biases[0] - bank.biases[0]) < 0.01)
    #expect(found.rms < 0.5 && found.warnings.isEmpty && !errors.contains("warning"))
    // The file does what the kernel did: but for rounding, a step at most.
    try apply("found.kernel", picture, "again.png")
    let difference = try Tool.run(["diff", "target.png", "again.png", "--tolerance", "1"], in: folder.url)
    #expect(difference.exitCode == 0, "\(difference.text)")
  }

  /// A picture and what a JPEG file at quality 90 makes of it; numbers of `numpy.linalg.lstsq` on the same equations.
  @Test("finds what NumPy finds, of an effect that no kernel is")
  func agreesWithNumPy() throws {
    let (found, _) = try learn([Self.picture("harbour.png"), Self.picture("harbour.jpg"), "--size", "3", "--bias"])
    #expect(mismatch(found.kernel.weights, NumPyGoldens.weights, absolute: 1e-9) == nil)
    #expect(abs(found.kernel.biases[0] * 255 - NumPyGoldens.bias) < 1e-6)
    #expect(abs(found.rms - NumPyGoldens.rms) < 1e-6 && abs(found.maximum - NumPyGoldens.maximum) < 1e-6)
    #expect(found.equations == NumPyGoldens.equations)
  }

  @Test("learns from 16 bits, from alpha and in linear light what was applied there")
  func formats() throws {
    for (picture, options) in [
      ("harbour-16bit.png", []), ("harbour-palette.png", ["--channels", "luma"]), ("harbour.jpg", ["--linear"]),
    ] as [(String, [String])] {
      try apply("gaussian3", Self.picture(picture), "target.png", options)
      let (found, _) = try learn([Self.picture(picture), "target.png", "--size", "3"] + options)
      let wanted = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { Double($0) / 16 }
      #expect(mismatch(found.kernel.weights, wanted, absolute: 0.01) == nil, "\(picture)")
    }
    // Hidden colours carry no equation: where alpha is not full nothing is known of them.
    let sticker = Self.picture("sticker.png")
    try apply("gaussian3", sticker, "target.png")
    let (found, _) = try learn([sticker, "target.png", "--size", "3"])
    #expect(found.equations < found.samples / 2)
    #expect(found.rms < 0.5)
  }

  @Test("learns strides, borders, targets without padding, several pairs, and channels that mix")
  func layouts() throws {
    let picture = Self.picture("harbour-grey.png")
    let wanted = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { Double($0) / 16 }
    for (applied, learned) in [
      (["--stride", "2"], ["--stride", "2"]), (["--padding", "valid"], []),
      (["--dilation", "2"], ["--dilation", "2"]),
      (["--border", "wrap"], ["--border", "wrap"]),
    ] as [([String], [String])] {
      try apply("gaussian3", picture, "target.png", applied)
      let (found, _) = try learn([picture, "target.png", "--size", "3"] + learned)
      #expect(mismatch(found.kernel.weights, wanted, absolute: 0.01) == nil, "\(applied)")
    }
    try apply("gaussian3", Self.picture("chart.png"), "chart.png")
    try apply("gaussian3", picture, "target.png")
    let (pair, _) = try learn([picture, "target.png", "--size", "3"])
    let (pairs, _) = try learn([picture, "target.png", Self.picture("chart.png"), "chart.png", "--size", "3"])
    #expect(pairs.equations > pair.equations)

    try apply("identity", Self.picture("harbour.png"), "target.png", ["--channels", "luma"])
    let (bank, _) = try learn([Self.picture("harbour.png"), "target.png", "--size", "1", "--bank"])
    #expect(bank.kernel.shape == [1, 3, 1, 1])
    #expect(mismatch(bank.kernel.weights, [0.299, 0.587, 0.114], absolute: 0.001) == nil)
  }

  @Test("descends to the same kernel, the loss said and plotted", arguments: ["sgd", "adam"])
  func descends(method: String) throws {
    let picture = Self.picture("harbour-grey.png")
    try apply("sharpen", picture, "target.png")
    let (found, errors) = try learn(
      [picture, "target.png", "--size", "3", "--method", method, "--plot", "loss.png"])
    #expect(mismatch(found.kernel.weights, [0, -1, 0, -1, 5, -1, 0, -1, 0], absolute: 0.01) == nil)
    #expect(found.losses?.count == 5000)
    #expect(errors.contains("step 1: loss ") && errors.contains("step 5000: loss "))
    #expect(try TestImage(contentsOf: folder.file("loss.png")).rows.width == 760)
  }

  @Test("warns where the images do not determine the kernel, and not where a ridge does")
  func warns() throws {
    let flat = TestImage(PixelFormat(.grey), width: 40, height: 40, samples: Array(repeating: 100, count: 1600))
    try flat.writePNG(to: folder.file("flat.png"))
    let (found, errors) = try learn(["flat.png", "flat.png", "--size", "3"])
    #expect(found.rank == 1 && found.unknowns == 9)
    #expect(errors.contains("warning: the images determine 1 of 9 unknowns"), "\(errors)")
    let (ridged, quiet) = try learn(["flat.png", "flat.png", "--size", "3", "--ridge", "0.001"])
    #expect(ridged.rank == 9 && !quiet.contains("determine 1"))
    // Steps of one in a slope are all that is there of nine unknowns.
    let steps = (0..<3600).map { place -> Int in 60 + place % 60 + place / 60 }
    let slope = TestImage(PixelFormat(.grey), width: 60, height: 60, samples: steps)
    try slope.writePNG(to: folder.file("slope.png"))
    #expect(try learn(["slope.png", "slope.png", "--size", "5"]).errors.contains("warning: "))
  }

  @Test("refuses what does not fit, naming both")
  func refuses() throws {
    let picture = Self.picture("harbour-grey.png")
    try TestImage(PixelFormat(.grey), width: 30, height: 20).writePNG(to: folder.file("small.png"))
    let sizes = try failure([picture, "small.png", "--size", "3"])
    #expect(sizes.exitCode == 65)
    #expect(
      sizes.errors.contains("600×400, small.png is 30×20; expected a target of 600×400 or 598×398"), "\(sizes.errors)")
    let channels = try failure([picture, Self.picture("harbour.png"), "--size", "3"])
    #expect(channels.exitCode == 65 && channels.errors.contains("--bank"), "\(channels.errors)")
    let white = TestImage(PixelFormat(.grey), width: 30, height: 20, samples: Array(repeating: 255, count: 600))
    try white.writePNG(to: folder.file("white.png"))
    let clipped = try failure(["small.png", "white.png", "--size", "3"])
    #expect(clipped.exitCode == 65 && clipped.errors.contains("[learn.equations]"), "\(clipped.errors)")
    #expect(try failure(["small.png", "white.png", "--size", "3", "--use-clipped"]).exitCode == 0)
    let large = try failure([picture, picture, "--size", "46"])
    #expect(large.exitCode == 65 && large.errors.contains("2116 taps"), "\(large.errors)")
    try apply("sharpen", picture, "target.png")
    let long = try failure([picture, "target.png", "--size", "3", "--method", "sgd", "--rate", "1e9"])
    #expect(long.exitCode == 65 && long.errors.contains("[learn.diverged]"), "\(long.errors)")
    for wrong in [[picture], [picture, picture, "--size", "0"], [picture, picture, "--size", "3", "--steps", "5"]] {
      #expect(try failure(wrong).exitCode == 64, "\(wrong)")
    }
    #expect(try failure([picture, "missing.png", "--size", "3"]).exitCode == 66)
  }

  @Test("writes every format a kernel has, and to standard output the kernel alone")
  func writes() throws {
    let picture = Self.picture("harbour-grey.png")
    let run = try Tool.run(["learn", picture, picture, "--size", "3"], in: folder.url)
    #expect(run.exitCode == 0 && run.text.contains("source: imgconv learn, least squares, 3×3"), "\(run.text)")
    let csv = try Tool.run(["learn", picture, picture, "--size", "3", "--to", "csv"], in: folder.url)
    #expect(csv.text == "0,0,0\n0,1,0\n0,0,0\n", "\(csv.text)")
  }
}
