import Codecs
import Convolution
import FeatureMaps
import Foundation
import Kernels
import Pipeline
import Tensors
import TestSupport
import Testing

@Suite("A job on one image")
struct JobRunnerTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { folder.file(name).path }

  private func write(_ rows: PixelRows, to name: String, color: ColorMetadata = ColorMetadata()) throws {
    try Data().write(to: folder.file(name))
    let handle = try FileHandle(forWritingTo: folder.file(name))
    let writer = try PNGWriter(
      descriptor: handle.fileDescriptor, width: rows.width, height: rows.rowCount, format: rows.format, color: color)
    try writer.write(rows)
    try writer.finish()
    try handle.close()
  }

  private func read(_ name: String) throws -> (ImageDescription, PixelRows) {
    let source = try ImageReader.open(.bytes(Array(try Data(contentsOf: folder.file(name)))))
    var rows = PixelRows(format: source.description.pixelFormat, width: source.description.width, rowCount: 0)
    while let more = try source.read(upToRows: 7) { rows.append(more) }
    return (source.description, rows)
  }

  private func noise(_ format: PixelFormat, width: Int, height: Int) -> PixelRows {
    var generator = SeededGenerator(seed: 5)
    return PixelRows(
      format: format, width: width, rowCount: height,
      bytes: (0..<width * height * format.bytesPerPixel).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  private func step(_ name: String, _ choices: ConvolutionStep.Choices = .init()) throws -> ImageJob.Step {
    .convolution(try ConvolutionStep(try KernelResolver.kernel(name), choices))
  }

  @Test("keeps colour profile, gamma, chromaticities and density")
  func keepsColorMetadata() throws {
    var color = ColorMetadata()
    color.gamma = 45455
    color.chromaticities = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    color.density = PixelDensity(x: 2835, y: 2835, isPerMetre: true)
    try write(noise(PixelFormat(.rgb), width: 9, height: 5), to: "in.png", color: color)
    _ = try JobRunner.run(ImageJob(steps: [step("box3")]), input: path("in.png"), output: path("out.png"))
    #expect(try read("out.png").0.color == color)
  }

  @Test("never needs more memory than it says, and refuses to start where that is more than it may use")
  func refusesBeyondItsMemory() throws {
    try write(noise(PixelFormat(.rgb), width: 200, height: 300), to: "in.png")
    let job = ImageJob(steps: [try step("gaussian:9", .init(border: .wrap))])
    var options = RunOptions()
    options.limits.maximumMemory = 1 << 20
    do {
      _ = try JobRunner.run(job, input: path("in.png"), output: path("out.png"), options: options)
      Issue.record("a border that wraps needs the whole image")
    } catch {
      #expect(error.code == "limit.memory")
      #expect(error.kind == .badData)
      #expect(error.path == path("in.png"))
    }
    #expect(folder.names == ["in.png"])
  }

  @Test(
    "gives one result through every algorithm, precision and number of threads",
    arguments: ["box5", "gaussian:1.2", "emboss", "roberts-x"])
  func algorithmsAgree(kernel: String) throws {
    for format in [PixelFormat(.grey), PixelFormat(.rgb, hasAlpha: true), PixelFormat(.rgb, depth: .sixteen)] {
      try write(noise(format, width: 33, height: 41), to: "in.png")
      var results: [[UInt8]] = []
      for algorithm in ConvolutionPlan.algorithms {
        for threads in [1, 3] {
          let job = ImageJob(steps: [try step(kernel, .init(border: .reflect101, algorithm: algorithm))])
          do {
            _ = try JobRunner.run(
              job, input: path("in.png"), output: path("out.png"), options: RunOptions(threadCount: threads))
            results.append(try read("out.png").1.bytes)
          } catch {
            // Some algorithms need kernels of a kind; they say so.
            #expect("\(error)".contains("`\(algorithm)` does not serve"), "\(error)")
          }
        }
      }
      #expect(results.count >= 6)
      // Where results differ they do so by 1, and the sum lies within 0.001 of a tie.
      let sums = try atTie(kernel, in: "in.png")
      for result in results.dropFirst() {
        for (index, (found, first)) in zip(result, results[0]).enumerated() where found != first {
          #expect(format == PixelFormat(.grey), "\(format): only fractions on plain images may differ")
          #expect(abs(Int(found) - Int(first)) == 1 && sums[index], "sample \(index) of \(format)")
        }
      }
    }
  }

  /// For each sample of a grey image, whether the reference's sum lies within 0.001 of a tie.
  private func atTie(_ kernel: String, in name: String) throws -> [Bool] {
    let rows = try read(name).1
    guard rows.format == PixelFormat(.grey) else { return [] }
    let bank = try KernelResolver.kernel(kernel).bank
    let geometry = try ConvolutionGeometry(
      input: Extent(height: rows.rowCount, width: rows.width), kernel: Extent(height: bank.height, width: bank.width),
      padding: .same)
    return Reference.convolve(
      rows.bytes.map(Double.init), channelCount: 1, bank: bank, geometry: geometry, border: .reflect101
    ).map { abs($0 - $0.rounded(.down) - 0.5) <= 0.001 }
  }

  @Test("does what a kernel's file says about operation, border and anchor, unless the caller says otherwise")
  func obeysTheKernelFile() throws {
    try Data("op: convolve\nborder: zero\n1 0 0\n".utf8).write(to: folder.file("shift.kernel"))
    try write(
      PixelRows(format: PixelFormat(.grey), width: 4, rowCount: 1, bytes: [10, 20, 30, 40]), to: "in.png")
    let kernel = try KernelResolver.kernel(path("shift.kernel"))
    func filtered(_ choices: ConvolutionStep.Choices) throws -> [UInt8] {
      _ = try JobRunner.run(
        ImageJob(steps: [.convolution(try ConvolutionStep(kernel, choices))]), input: path("in.png"),
        output: path("out.png"))
      return try read("out.png").1.bytes
    }
    #expect(try filtered(.init()) == [20, 30, 40, 0])
    #expect(try filtered(.init(operation: .correlate)) == [0, 10, 20, 30])
    #expect(try filtered(.init(border: .edge)) == [20, 30, 40, 40])
    #expect(try filtered(.init(border: .constant(1))) == [20, 30, 40, 255])
  }

  @Test("sums over channels with a bank of planes, and refuses one for other channels with both shapes")
  func sumsOverChannels() throws {
    try Data("channels: R G B\n1\n---\n-1\n---\n1/2\n".utf8).write(to: folder.file("mix.kernel"))
    try write(
      PixelRows(format: PixelFormat(.rgb), width: 2, rowCount: 1, bytes: [100, 30, 21, 10, 0, 200]), to: "in.png")
    let job = ImageJob(steps: [.convolution(try ConvolutionStep(try KernelResolver.kernel(path("mix.kernel"))))])
    _ = try JobRunner.run(job, input: path("in.png"), output: path("out.png"))
    // 100 − 30 + 10.5 = 80.5 to even, 10 − 0 + 100.
    #expect(try read("out.png").1 == PixelRows(format: PixelFormat(.grey), width: 2, rowCount: 1, bytes: [80, 110]))

    try write(noise(PixelFormat(.grey), width: 4, height: 4), to: "grey.png")
    do {
      _ = try JobRunner.run(job, input: path("grey.png"), output: path("none.png"))
      Issue.record("a grey image has one channel")
    } catch {
      #expect(error.code == "shape.mismatch")
      #expect(error.message.contains("3") && error.message.contains("1"), "\(error)")
    }
  }

  @Test("keeps every feature map in an array, and refuses to make an image of eight")
  func severalKernels() throws {
    try write(noise(PixelFormat(.grey), width: 12, height: 9), to: "in.png")
    let job = ImageJob(steps: [try step("compass")])
    _ = try JobRunner.run(job, input: path("in.png"), output: path("out.npy"))
    let array = try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("out.npy")))))
    #expect(array.shape.extents == [8, 9, 12])
    let bank = try KernelResolver.kernel("compass").bank
    let geometry = try ConvolutionGeometry(input: Extent(height: 9, width: 12), kernel: Extent(3), padding: .same)
    let plane = try read("in.png").1.bytes.map { Double($0) / 255 }
    let wanted = Reference.convolve(plane, channelCount: 1, bank: bank, geometry: geometry, border: .edge)
    #expect(mismatch(array.values, wanted, absolute: 1e-5) == nil)
    #expect(throws: JobError.self) {
      try JobRunner.run(job, input: path("in.png"), output: path("out.png"))
    }
    #expect(folder.names == ["in.png", "out.npy"])
  }

  @Test("finds the percentiles of a whole image before it maps a row")
  func mapsByPercentile() throws {
    // 0…99 once each: the 10th percentile is 9.9, the 90th 89.1.
    try write(
      PixelRows(format: PixelFormat(.grey), width: 10, rowCount: 10, bytes: (0..<100).map { UInt8($0) }), to: "in.png")
    _ = try JobRunner.run(
      ImageJob(steps: [try step("identity")], mapping: .percentile(90)), input: path("in.png"), output: path("out.png"))
    let bytes = try read("out.png").1.bytes
    let wanted = (0..<100).map { value in
      min(max(((Double(value) - 9.9) / 79.2 * 255).rounded(.toNearestOrEven), 0), 255)
    }
    #expect(mismatch(bytes.map(Double.init), wanted, absolute: 1) == nil)
  }

  @Test("tells how far it is, from the first strip to the last")
  func tellsProgress() throws {
    try write(noise(PixelFormat(.rgb), width: 300, height: 2000), to: "in.png")
    var shares: [Double] = []
    _ = try JobRunner.run(
      ImageJob(steps: [step("box3")], mapping: .minmax), input: path("in.png"), output: path("out.png"),
      progress: { shares.append($0) })
    #expect(shares == shares.sorted())
    #expect((shares.first ?? 1) < 0.2 && shares.last == 1)
  }
}
