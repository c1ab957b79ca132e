public import Convolution
public import Kernels
public import Tensors

/// The engine alone on an image made up in memory: each algorithm compared with the reference, then timed.
///
/// What is timed is the way from stored pixels to stored pixels, in strips of about a megabyte that are given up once they are made, as when a file is filtered.
public struct ConvolutionBenchmark: Sendable {
  /// One algorithm's figures.
  public struct Result: Encodable, Sendable {
    /// The algorithm.
    public let algorithm: String
    /// Why it would be chosen.
    public let reason: String
    /// What sums were computed in.
    public let precision: String
    /// The instruction set of the inner loops.
    public let isa: String
    /// The threads.
    public let threads: Int
    /// The fastest run in milliseconds.
    public let msMin: Double
    /// The run in the middle in milliseconds.
    public let msMedian: Double
    /// Millions of pixels in a second, of the run in the middle.
    public let mpixPerS: Double
    /// Billions of multiplications and additions in a second, as the direct sum needs them, whatever the algorithm does.
    public let gflops: Double

    /// The figures in one line.
    public var text: String {
      "\(algorithm) (\(precision), \(threads) threads): \(msMedian.rounded(places: 2)) ms, fastest \(msMin.rounded(places: 2)) ms, "
        + "\(mpixPerS.rounded(places: 1)) Mpixel/s, \(gflops.rounded(places: 1)) GFLOP/s"
    }

    private enum CodingKeys: String, CodingKey {
      case algorithm, reason, precision, isa, threads, gflops
      case msMin = "ms_min"
      case msMedian = "ms_median"
      case mpixPerS = "mpix_per_s"
    }
  }

  /// The extents of the image that an algorithm is compared with the reference on; kernels may be larger, as borders have no end.
  static let verifiedExtent = Extent(height: 61, width: 97)

  private let format: PixelFormat
  private let extent: Extent
  private let bank: KernelBank
  private let choices: ConvolutionStep.Choices

  /// Creates a benchmark of a plain kernel.
  ///
  /// - Parameters:
  ///   - format: the pixels of the image.
  ///   - extent: its height and width.
  ///   - kernel: the kernel.
  ///   - choices: how it is laid on the image.
  public init(format: PixelFormat, extent: Extent, kernel: Kernel, choices: ConvolutionStep.Choices = .init()) {
    self.format = format
    self.extent = extent
    self.bank = kernel.correlationBank(choices.operation)
    self.choices = choices
  }

  /// Verifies and times one algorithm.
  ///
  /// - Parameters:
  ///   - algorithm: the algorithm, or `auto` for what the planner chooses.
  ///   - threadCount: the threads to use.
  ///   - runs: the runs that count; one more is made before them.
  /// - Returns: the figures.
  /// - Throws: `JobError`: `shape.mismatch` where the kernel does not fit or does not allow the algorithm, `bench.mismatch` where a
  ///   result differs from the reference's by more than the rounding rule allows.
  public func run(_ algorithm: Algorithm, threadCount: Int, runs: Int) throws(JobError) -> Result {
    try verify(algorithm, threadCount: threadCount)
    let plan = try plan(algorithm, extent: extent)
    let strips = strips(of: noise(extent))
    let timing = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in
      filter(strips, plan: plan, threadCount: threadCount) { _ in }
    }
    let pixels = Double(extent.height * extent.width)
    return Result(
      algorithm: plan.algorithm.rawValue,
      reason: plan.pixels?.reason ?? plan.sums.reason, precision: plan.precision,
      isa: plan.sums.instructionSet.rawValue, threads: threadCount, msMin: timing.minimum, msMedian: timing.median,
      mpixPerS: pixels / timing.median / 1e3, gflops: 2 * Double(plan.sums.multiplyAddCount) / timing.median / 1e6)
  }

  /// Verifies and times an algorithm, or every one that the kernel allows, the planner's choice first.
  ///
  /// The reference itself is the measure and is timed only where it is asked for.
  ///
  /// - Parameters:
  ///   - algorithm: the algorithm; `nil` for all.
  ///   - threadCount: the threads to use.
  ///   - runs: the runs of each that count.
  /// - Returns: the figures of each.
  /// - Throws: `JobError` as the run of one.
  public func run(_ algorithm: Algorithm?, threadCount: Int, runs: Int) throws(JobError) -> [Result] {
    if let algorithm { return [try run(algorithm, threadCount: threadCount, runs: runs)] }
    var results = [try run(.auto, threadCount: threadCount, runs: runs)]
    for candidate in Algorithm.allCases where candidate != .auto && candidate != .reference {
      guard candidate.rawValue != results[0].algorithm, let plan = try? plan(candidate, extent: extent),
        plan.algorithm == candidate
      else { continue }
      results.append(try run(candidate, threadCount: threadCount, runs: runs))
    }
    return results
  }

  /// How the image is filtered: from pixels to pixels, or by sums where the algorithm works on those alone.
  private struct Plan {
    let sums: ConvolutionPlan
    let pixels: PixelPlan?

    var algorithm: Algorithm { pixels?.algorithm ?? sums.algorithm }

    var precision: String { pixels?.arithmetic.text ?? sums.precision.text }
  }

  private func plan(_ algorithm: Algorithm, extent: Extent) throws(JobError) -> Plan {
    let maximum = Double(format.depth.maximum)
    do {
      let sums = try ConvolutionPlan(
        input: StageShape(channelCount: format.channelCount, height: extent.height, width: extent.width), bank: bank,
        stride: choices.stride, padding: choices.padding, dilation: choices.dilation, border: choices.border ?? .edge,
        fullRange: maximum, isInteger: true, sampleBound: maximum, algorithm: algorithm)
      return Plan(sums: sums, pixels: PixelPlan(sums, format: format))
    } catch {
      throw JobError(.badData, code: error.code, "\(algorithm.rawValue): \(error)")
    }
  }

  /// The image that an algorithm is compared with the reference on: twice the kernel, or as much of it as the reference computes in some seconds.
  private var verifiedExtent: Extent {
    var extent = Extent(
      height: max(Self.verifiedExtent.height, 2 * bank.height), width: max(Self.verifiedExtent.width, 2 * bank.width))
    let taps = bank.height * bank.width * format.channelCount
    while extent.height * extent.width * taps > 1 << 31, min(extent.height, extent.width) > 16 {
      extent = Extent(height: extent.height / 2, width: extent.width / 2)
    }
    return extent
  }

  /// Compares an algorithm with the reference on a small image, under the rounding rule.
  private func verify(_ algorithm: Algorithm, threadCount: Int) throws(JobError) {
    let extent = verifiedExtent
    let plan = try plan(algorithm, extent: extent)
    let image = noise(extent)
    var found = PixelRows(format: format, width: plan.sums.geometry.output.width, rowCount: 0)
    filter(strips(of: image), plan: plan, threadCount: threadCount) { found.append($0) }
    let planes = SampleUnpacking.unpack(image, as: Double.self)
    let maximum = Double(format.depth.maximum)
    for channel in 0..<format.channelCount {
      let plane = (0..<extent.height).flatMap { planes.run(row: $0, channel: channel) }
      let sums = Reference.convolve(
        plane, channelCount: 1, bank: bank, geometry: plan.sums.geometry, border: plan.sums.border, fullRange: maximum)
      for (index, sum) in sums.enumerated() {
        let width = plan.sums.geometry.output.width
        let stored = Double(found[row: index / width, x: index % width, channel: channel])
        let wanted = min(max(sum.rounded(.toNearestOrEven), 0), maximum)
        let isNearTie = abs(sum - sum.rounded(.down) - 0.5) <= 0.001
        guard stored == wanted || (isNearTie && abs(stored - wanted) <= 1) else {
          throw JobError(
            .internalError, code: "bench.mismatch",
            "\(algorithm.rawValue) gives \(stored) where the reference gives \(sum), at sample \(index) of channel \(channel)"
          )
        }
      }
    }
  }

  /// The strips of an image as a decoder might hand them over.
  private func strips(of image: PixelRows) -> [PixelRows] {
    let height = min(max((1 << 20) / max(image.bytesPerRow, 1) / 16 * 16, 16), 128)
    return stride(from: 0, to: image.rowCount, by: height).map {
      image.rows($0..<min($0 + height, image.rowCount))
    }
  }

  private func filter(_ strips: [PixelRows], plan: Plan, threadCount: Int, take: (PixelRows) -> Void) {
    if let pixels = plan.pixels {
      let convolution = PixelConvolution(plan: pixels, threadCount: threadCount)
      for strip in strips { take(convolution.push(strip)) }
    } else if plan.sums.precision == .single {
      filter(strips, plan: plan.sums, as: Float.self, threadCount: threadCount, take: take)
    } else {
      filter(strips, plan: plan.sums, as: Double.self, threadCount: threadCount, take: take)
    }
  }

  private func filter<Scalar: EngineScalar>(
    _ strips: [PixelRows], plan: ConvolutionPlan, as type: Scalar.Type, threadCount: Int, take: (PixelRows) -> Void
  ) {
    let stage = StripConvolution<Scalar>(plan: plan, threadCount: threadCount)
    for strip in strips {
      take(SamplePacking.pack(stage.push(SampleUnpacking.unpack(strip, as: type)), into: format))
    }
  }

  /// An image of bytes from a fixed generator (a 64-bit linear congruential one, Knuth's MMIX constants).
  private func noise(_ extent: Extent) -> PixelRows {
    var state: UInt64 = 1
    let count = extent.height * extent.width * format.bytesPerPixel
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes.append(UInt8(truncatingIfNeeded: state >> 56))
    }
    return PixelRows(format: format, width: extent.width, rowCount: extent.height, bytes: bytes)
  }
}
