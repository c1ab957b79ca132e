import Codecs
public import Convolution
public import Kernels
import Tensors

/// A kernel that was learned, and how well it does what it is to do.
public struct LearnedKernel: Sendable {
  /// The kernel, with how it was made as its source.
  public let kernel: Kernel
  /// The job.
  public let job: LearningJob
  /// How well the images determine it.
  public let fit: KernelFit
  /// How far its sums lie from the targets, in stored units.
  public let residuals: ResidualStatistics
  /// The root mean square residual of blocks under kernels learned from the other blocks; `nil` where that was not asked for, or a block had no others.
  public let crossValidation: Double?
  /// The root mean square difference of target and input; `nil` where channels do not correspond.
  public let difference: Double?
  /// How far the taps lie from those of least squares at most; `nil` where they are those.
  public let distanceFromLeastSquares: Double?
  /// The mean square residual of each step of a descent, in squares of full ranges; empty for least squares.
  public let losses: [Double]
  /// Of how many rows of windows one was used.
  public let rowStep: Int
  /// The target samples of all pairs, those that carry no equation too.
  public let sampleCount: Int
}

/// Learns kernels from pairs of images.
public enum KernelLearning {
  /// What an automatic choice of rows aims at, in multiply-adds.
  private static let affordableProducts = 5e10

  /// Finds the kernel that turns inputs into targets with the smallest mean square residual.
  ///
  /// Images are read two or three times, row by row; a descent holds them whole. A pixel of either image that is not wholly opaque, and a
  /// target sample at 0 or full range, carry no equation.
  ///
  /// - Parameters:
  ///   - job: what is learned.
  ///   - options: what the run may use.
  ///   - progress: told the steps that a descent has made, and the loss of the last one.
  /// - Returns: the kernel and how well it fits.
  /// - Throws: `JobError`; `shape.mismatch` where images do not fit, `learn.equations` where none carries an equation.
  public static func run(
    _ job: LearningJob, options: RunOptions = RunOptions(), progress: (Int, Double) -> Void = { _, _ in }
  ) throws(JobError) -> LearnedKernel {
    let pairs = try opened(job, options)
    let depth = pairs.contains { $0.depth == .sixteen } ? SampleDepth.sixteen : .eight
    let problem = try problem(job, pairs, depth)
    let geometries = try pairs.map { pair throws(JobError) in try pair.geometry(problem) }
    let rowStep = job.rowStep ?? affordableStep(problem, pairs)
    try checkMemory(job, problem, pairs, options)

    let equations = KernelEquations(
      problem, partCount: job.foldCount, rowStep: rowStep, threadCount: options.threadCount)
    for (index, pair) in pairs.enumerated() {
      let windows = WindowRows(
        into: equations, geometry: geometries[index], input: pair.inputShape, pair: index)
      try read(pair, windows, depth)
    }
    let rounding = pairs.map { $0.rounding(in: depth) }.max() ?? 1
    guard let closed = equations.leastSquares(constraint: job.constraint, ridge: job.ridge, rounding: rounding) else {
      throw noEquation(pairs)
    }
    var fit = closed
    var losses: [Double] = []
    if case .descent(let descent) = job.method {
      let result = try descend(descent, job, problem, pairs, depth, options, progress)
      losses = result.losses
      let biases = result.biases.map { $0 * problem.fullRange }
      fit =
        equations.assessed(
          weights: result.weights, biases: biases, constraint: job.constraint, rounding: rounding) ?? closed
    }
    let residuals = ResidualTally(problem, weights: fit.weights, biases: fit.biases, rowStep: rowStep)
    for (index, pair) in pairs.enumerated() {
      try read(
        pair, WindowRows(into: residuals, geometry: geometries[index], input: pair.inputShape), depth)
    }
    return LearnedKernel(
      kernel: kernel(job, fit, residuals.found.rootMeanSquare), job: job, fit: fit, residuals: residuals.found,
      crossValidation: losses.isEmpty ? equations.crossValidated(constraint: job.constraint, ridge: job.ridge) : nil,
      difference: equations.differenceOfInput,
      distanceFromLeastSquares: losses.isEmpty
        ? nil : zip(fit.weights, closed.weights).reduce(0) { max($0, abs($1.0 - $1.1)) },
      losses: losses, rowStep: rowStep, sampleCount: pairs.reduce(0) { $0 + $1.targetSampleCount })
  }

  private static func opened(_ job: LearningJob, _ options: RunOptions) throws(JobError) -> [LearningPair] {
    precondition(!job.pairs.isEmpty, "a kernel is learned from a pair at least")
    let names = job.pairs.flatMap { [$0.input, $0.target] }
    guard names.count(where: { $0 == "-" }) <= 1 else { throw JobError.standardInputIsTaken }
    return try job.pairs.map { pair throws(JobError) in try LearningPair(pair, job: job, options: options) }
  }

  private static func problem(
    _ job: LearningJob, _ pairs: [LearningPair], _ depth: SampleDepth
  ) throws(JobError) -> FittingProblem {
    let colors = job.isBank ? pairs[0].colorCounts : (1, 1)
    let count = colors.0 * job.kernel.height * job.kernel.width
    guard count <= FittingProblem.largestTapCount else {
      throw JobError(
        .badData, code: "kernel.limit",
        "an output has \(count) taps to be learned; expected at most \(FittingProblem.largestTapCount)")
    }
    return FittingProblem(
      kernel: job.kernel, inputCount: colors.0, outputCount: colors.1, stride: job.stride, dilation: job.dilation,
      hasBias: job.hasBias, border: job.border, fullRange: Double(depth.maximum))
  }

  private static func affordableStep(_ problem: FittingProblem, _ pairs: [LearningPair]) -> Int {
    let columns = Double(problem.tapCount + 1 + problem.outputCount)
    let equations = pairs.reduce(0) { $0 + $1.targetSampleCount } / problem.outputCount
    return max(Int((Double(equations) * columns * columns / 2 / affordableProducts).rounded(.up)), 1)
  }

  private static func checkMemory(
    _ job: LearningJob, _ problem: FittingProblem, _ pairs: [LearningPair], _ options: RunOptions
  ) throws(JobError) {
    let side = problem.tapCount + 2 + problem.outputCount
    var bytes = (job.foldCount + 4) * side * side * 8
    if case .descent = job.method { bytes += pairs.reduce(0) { $0 + $1.sampleCount } * 4 }
    guard bytes <= options.limits.maximumMemory else {
      throw JobError(
        .badData, code: "limit.memory",
        """
        learning needs \(ByteCountText(bytes)) of memory; \(ByteCountText(options.limits.maximumMemory)) may be used, --max-memory \
        allows more
        """)
    }
  }

  private static func read(
    _ pair: LearningPair, _ windows: WindowRows, _ depth: SampleDepth
  ) throws(JobError) {
    try pair.read(in: depth) {
      windows.targetRows(afterInput: $0)
    } input: {
      windows.push(input: $0)
    } target: {
      windows.push(target: $0)
    }
    windows.finish()
  }

  private static func descend(
    _ descent: GradientDescent, _ job: LearningJob, _ problem: FittingProblem, _ pairs: [LearningPair],
    _ depth: SampleDepth, _ options: RunOptions, _ progress: (Int, Double) -> Void
  ) throws(JobError) -> GradientDescent.Result {
    let training = try pairs.map { pair throws(JobError) in try pair.training(problem, in: depth) }
    do {
      return try descent.run(
        problem, constraint: job.constraint, pairs: training, threadCount: options.threadCount, progress: progress)
    } catch .notFinite {
      throw JobError(
        .badData, code: "learn.diverged", "the descent left the range of numbers; expected a smaller --rate")
    } catch {
      throw JobError(.badData, code: error.code, "\(error)")
    }
  }

  private static func noEquation(_ pairs: [LearningPair]) -> JobError {
    let names = pairs.map { "\($0.names.input) and \($0.names.target)" }.joined(separator: ", ")
    return JobError(
      .badData, code: "learn.equations",
      """
      \(names) give no equation: each window reaches over the edge or a transparent pixel, or its target sample is 0 or full \
      range (--border, --use-clipped)
      """)
  }

  private static func rounded(_ weights: [Double]) -> [Double] {
    let largest = weights.reduce(0) { max($0, abs($1)) }
    guard largest > 1e-100, largest < 1e100 else { return weights }
    var scale = 1.0
    while largest * scale < 1e9 { scale *= 10 }
    while largest * scale >= 1e10 { scale /= 10 }
    // Adding 0 makes −0 a 0.
    return weights.map { ($0 * scale).rounded() / scale + 0 }
  }

  /// Weights rounded to ten significant digits of the largest, which is less than any image determines; a rounded product of a column and a
  /// row would be none, and stays.
  private static func kernel(_ job: LearningJob, _ fit: KernelFit, _ rootMeanSquare: Double) -> Kernel {
    let problem = fit.problem
    let bank = KernelBank(
      outputCount: problem.outputCount, inputCount: problem.inputCount, height: problem.kernel.height,
      width: problem.kernel.width, taps: job.constraint == .separable ? fit.weights : rounded(fit.weights),
      biases: fit.biases.map { $0 / problem.fullRange })
    let pairs = job.pairs.map { "\($0.input) to \($0.target)" }.joined(separator: ", ")
    return Kernel(
      name: "learned",
      description:
        "Learned from \(pairs), to within a root mean square of \((rootMeanSquare / problem.fullRange).forPeople) of full range.",
      source: "imgconv learn, \(job.methodText)", bank: bank,
      border: job.border.map { KernelAdvice(stringLiteral: "\($0)") },
      outputNames: problem.outputCount == 3 ? ["R", "G", "B"] : nil)
  }
}

extension LearningJob {
  /// How the kernel is found, in words.
  var methodText: String {
    let method =
      switch method {
      case .leastSquares: "least squares"
      case .descent(let descent): "\(descent.stepCount) steps of \(descent.method.rawValue)"
      }
    let words = [
      "\(method), \(kernel)", constraint == .none ? nil : constraint.rawValue, hasBias ? "with bias" : nil,
      ridge > 0 ? "ridge \(ridge.forPeople)" : nil, isLinear ? "in linear light" : nil,
      channels == .each ? nil : "of \(channels.rawValue)",
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}
