import Codecs
public import Convolution
import Tensors

/// A layer of a network alone, on a tensor made up in memory: compared with the reference, then timed.
///
/// Weights are packed before the time runs, and the result goes to memory that is used again, as in programs that run networks.
public struct LayerBenchmark: Sendable {
  /// One algorithm's figures.
  public struct Result: Encodable, Sendable {
    /// The algorithm that ran.
    public let algorithm: String
    /// The instruction set of the inner loops.
    public let isa: String
    /// The threads.
    public let threads: Int
    /// The extents of the output.
    public let output: [Int]
    /// The fastest run in milliseconds.
    public let msMin: Double
    /// The run in the middle in milliseconds.
    public let msMedian: Double
    /// Millions of positions of the output in a second, of the run in the middle.
    public let mpixPerS: Double
    /// Billions of multiplications and additions in a second, as the direct sum needs them, whatever the algorithm does.
    public let gflops: Double
    /// The largest difference from the reference, as a part of the largest sum.
    public let error: Double

    /// The figures in one line.
    public var text: String {
      "\(algorithm) (\(threads) threads): \(msMedian.rounded(places: 3)) ms, fastest \(msMin.rounded(places: 3)) ms, "
        + "\(mpixPerS.rounded(places: 1)) Mpixel/s, \(gflops.rounded(places: 1)) GFLOP/s"
    }

    private enum CodingKeys: String, CodingKey {
      case algorithm, isa, threads, output, gflops, error
      case msMin = "ms_min"
      case msMedian = "ms_median"
      case mpixPerS = "mpix_per_s"
    }
  }

  /// The largest difference from the reference that passes, as a part of the largest sum.
  public static let tolerance = 2e-5

  /// The most multiply-adds of the reference, so that it takes a second or two: of a larger layer some rows at the top are compared.
  private static let verifiedMultiplyAdds = 300_000_000
  /// What the reference counts for an element that it holds, in multiply-adds.
  private static let costOfElement = 16

  private let input: Shape
  private let weight: Shape
  private let window: WindowParameters
  private let group: Int

  /// Creates a benchmark of one layer.
  ///
  /// - Parameters:
  ///   - input: the extents `N×C×H×W`.
  ///   - weight: the extents `O×(C/g)×kh×kw`.
  ///   - window: the step, padding and dilation.
  ///   - group: g.
  /// - Throws: `JobError` where the extents have no count, or a number of the window is out of its range.
  public init(
    input: [Int], weight: [Int], window: TensorOperation.WindowAttributes, group: Int = 1
  ) throws(JobError) {
    do {
      (self.input, self.weight) = (try Shape(input), try Shape(weight))
    } catch {
      throw JobError(.badData, code: "limit.dimension", "\(error)")
    }
    self.window = try Self.job { () throws(OperatorError) in try WindowParameters(window, spatialRank: 2) }
    self.group = group
  }

  /// Verifies and times one algorithm.
  ///
  /// - Parameters:
  ///   - algorithm: the algorithm, or `auto` for what would be chosen.
  ///   - threadCount: the threads to use.
  ///   - runs: the runs that count; one more is made before them.
  /// - Returns: the figures.
  /// - Throws: `JobError`: `shape.mismatch` where the shapes do not fit, `bench.mismatch` where a result differs from the reference's.
  public func run(_ algorithm: Algorithm, threadCount: Int, runs: Int) throws(JobError) -> Result {
    try requireMemory(algorithm, threadCount: threadCount)
    let error = try verify(algorithm, threadCount: threadCount)
    let layer = try prepared(input, algorithm, threadCount: threadCount)
    let samples = Self.noise(input, seed: 1)
    var output = Tensor(repeating: 0, shape: layer.convolution.outputShape)
    let timing = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in
      try Self.job { () throws(OperatorError) in try layer.forward(samples, into: &output) }
    }
    let multiplyAdds = try Self.job { () throws(OperatorError) in try layer.convolution.cost().multiplyAdds }
    let positions = Double(output.shape.elementCount / weight[0])
    return Result(
      algorithm: layer.algorithm.rawValue, isa: layer.instructionSet.rawValue, threads: threadCount,
      output: output.shape.extents, msMin: timing.minimum, msMedian: timing.median,
      mpixPerS: positions / timing.median / 1e3, gflops: 2 * Double(multiplyAdds) / timing.median / 1e6, error: error)
  }

  /// Throws where the tensors and what the algorithm works on are more than programs of this package ask for.
  private func requireMemory(_ algorithm: Algorithm, threadCount: Int) throws(JobError) {
    let convolution = try fitted(input)
    let working = try Self.job { () throws(OperatorError) in
      try convolution.workingBytes(by: algorithm, threadCount: threadCount)
    }
    let float = MemoryLayout<Float>.size
    let limit = RunOptions().limits.maximumMemory
    guard input.elementCount <= limit / float, weight.elementCount <= limit / float,
      working <= limit - float * input.elementCount - float * weight.elementCount
    else {
      throw JobError(
        .badData, code: "limit.memory", "the layer needs more than the \(limit) bytes of memory that may be used")
    }
  }

  private func fitted(_ input: Shape) throws(JobError) -> TensorConvolution {
    try Self.job { () throws(OperatorError) in
      try TensorConvolution(input: input, weight: weight, window: window, group: group)
    }
  }

  private func prepared(
    _ input: Shape, _ algorithm: Algorithm, threadCount: Int
  ) throws(JobError) -> PreparedConvolution {
    let convolution = try fitted(input)
    return try Self.job { () throws(OperatorError) in
      try PreparedConvolution(
        convolution, weight: Self.noise(weight, seed: 2), bias: Self.noise(convolution.biasShape, seed: 3),
        algorithm: algorithm, threadCount: threadCount)
    }
  }

  /// Compares an algorithm with the reference, and returns the largest difference as a part of the largest sum.
  private func verify(_ algorithm: Algorithm, threadCount: Int) throws(JobError) -> Double {
    let shape = try verifiedInput()
    let samples = Self.noise(shape, seed: 1)
    let (layer, reference) = (
      try prepared(shape, algorithm, threadCount: threadCount), try prepared(shape, .reference, threadCount: 1)
    )
    let found = try Self.job { () throws(OperatorError) in try layer.forward(samples) }
    let expected = try Self.job { () throws(OperatorError) in try reference.forward(samples) }
    var (largest, difference) = (0.0, 0.0)
    for (found, expected) in zip(found.elements, expected.elements) {
      largest = max(largest, abs(Double(expected)))
      // NaN is never the smaller one.
      let distance = abs(Double(found) - Double(expected))
      difference = distance <= difference ? difference : distance
    }
    guard difference <= Self.tolerance * largest else {
      throw JobError(
        .internalError, code: "bench.mismatch",
        "\(algorithm.rawValue) differs from the reference by \(difference); the largest sum is \(largest)")
    }
    return largest > 0 ? difference / largest : 0
  }

  /// The input, or as many of its rows as the reference computes in a second or two.
  private func verifiedInput() throws(JobError) -> Shape {
    let whole = try fitted(input)
    let elements = input.elementCount + whole.outputShape.elementCount
    let cost =
      try Self.job { () throws(OperatorError) in try whole.cost().multiplyAdds } / Self.costOfElement + elements
    let most = Self.verifiedMultiplyAdds / Self.costOfElement
    guard cost > most else { return input }
    let vertical = whole.geometry.vertical
    let rows = Double(vertical.output) * Double(most) / Double(cost)
    let extent = max(Int(rows), 1) * vertical.stride + vertical.effectiveKernel
    return (try? Shape([input[0], input[1], min(extent, input[2]), input[3]])) ?? input
  }

  /// Makes an operator's error a job's.
  private static func job<Result>(_ body: () throws(OperatorError) -> Result) throws(JobError) -> Result {
    do { return try body() } catch { throw JobError(.badData, code: error.code, "\(error)") }
  }

  /// Numbers from −1 to 1 from a fixed generator (a 64-bit linear congruential one, Knuth's MMIX constants).
  private static func noise(_ shape: Shape, seed: UInt64) -> Tensor {
    var state = seed
    return Tensor(
      shape: shape,
      elements: (0..<shape.elementCount).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
      })
  }
}
