import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Fitting by steps down the slope of the mean square residual, which the convolution's own backward pass gives.
///
/// It finds what least squares finds, more slowly, and the slower the smoother the images are: what they hold little of is learned last.
public struct GradientDescent: Sendable {
  /// How a gradient becomes a step.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Stochastic gradient descent with Nesterov's momentum of 0.99, as Sutskever and others write it (2013).
    case sgd
    /// Adam (Kingma and Ba, 2015) with the constants 0.9, 0.99 and 10⁻⁸.
    case adam
  }

  /// The side of a patch in target samples, where images have so many.
  static let patchSide = 32

  /// How a gradient becomes a step.
  public let method: Method
  /// The steps.
  public let stepCount: Int
  /// How far the first steps go; they become shorter as a half wave of a cosine (Loshchilov and Hutter, 2017).
  ///
  /// `nil` for 0.05 with Adam, and for the reciprocal of a bound on the curvature with `sgd`.
  public let rate: Double?
  /// The patches of a step.
  public let batchSize: Int
  /// What the drawing of patches begins with.
  public let seed: UInt64

  /// Creates a descent; traps unless it has a step, a patch and a rate above 0.
  public init(method: Method, stepCount: Int = 5000, rate: Double? = nil, batchSize: Int = 8, seed: UInt64 = 1) {
    precondition(stepCount >= 1 && batchSize >= 1, "a descent has steps, and a step has patches")
    precondition(rate.map { $0 > 0 && $0.isFinite } ?? true, "a rate is above 0")
    self.method = method
    self.stepCount = stepCount
    self.rate = rate
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Where a descent ended.
  public struct Result: Sendable {
    /// The weights in `O×I×kh×kw` order.
    public let weights: [Double]
    /// The bias of each output, in full ranges.
    public let biases: [Double]
    /// The mean square residual of the patches of each step, before it was made, in squares of full ranges.
    public let losses: [Double]
  }

  /// Fits a kernel to pairs of images, from the kernel that copies its input.
  ///
  /// - Parameters:
  ///   - problem: what is looked for.
  ///   - constraint: what the taps have in common.
  ///   - pairs: the images; each must have a window that counts.
  ///   - threadCount: how many threads compute; the result does not depend on it.
  ///   - progress: told the number of steps made, and the loss of the last one.
  /// - Returns: the kernel after the last step. Complexity: three times a convolution of the patches, for each step.
  /// - Throws: `OperatorError`; `operator.value` where the steps were so long that weights are not finite any more.
  public func run(
    _ problem: FittingProblem, constraint: KernelConstraint, pairs: [TrainingPair], threadCount: Int = 1,
    progress: (Int, Double) -> Void = { _, _ in }
  ) throws(OperatorError) -> Result {
    var patches = PatchSampler(problem, pairs: pairs, seed: seed)
    let convolution = try TensorConvolution(
      input: Shape(counting: [batchSize, problem.inputCount, patches.inputSide.height, patches.inputSide.width]),
      weight: Shape(counting: [problem.outputCount, problem.inputCount, problem.kernel.height, problem.kernel.width]),
      window: WindowParameters(stride: problem.stride, dilation: problem.dilation))
    let outputs = (0..<problem.outputCount).map { output in
      TapParameters(problem, constraint: constraint, plane: output < problem.inputCount ? output : nil)
    }
    var unknowns = outputs.map { $0.start + [0] }
    var steps = outputs.map { _ in StepRule(method) }
    var losses: [Double] = []
    for step in 0..<stepCount {
      let batch = patches.next(batchSize)
      let input = Tensor(shape: convolution.inputShape, elements: batch.input)
      let taps = zip(outputs, unknowns).flatMap { $0.taps(Array($1.dropLast())) }
      let weight = Tensor(shape: convolution.weightShape, elements: taps.map { Float($0) })
      let bias = Tensor(shape: try convolution.biasShape, elements: unknowns.map { Float($0.last ?? 0) })
      let output = try convolution.forward(input, weight: weight, bias: bias, threadCount: threadCount)
      let (loss, dOutput) = Self.meanSquare(output, target: batch.target)
      losses.append(loss)
      let dWeight = try convolution.dWeight(input: input, dOutput: dOutput, threadCount: threadCount).elements
      let dBias = try convolution.dBias(dOutput: dOutput, threadCount: threadCount).elements
      for (index, parameters) in outputs.enumerated() {
        let dTaps = dWeight[index * problem.tapCount..<(index + 1) * problem.tapCount].map(Double.init)
        let gradient = parameters.gradient(Array(unknowns[index].dropLast()), dTaps: dTaps)
        let curvature = Self.curvature(of: batch, problem) * parameters.stretch(Array(unknowns[index].dropLast())) + 1
        steps[index].move(
          &unknowns[index], gradient: gradient + [problem.hasBias ? Double(dBias[index]) : 0],
          rate: rate(step: step, curvature: curvature))
      }
      progress(step + 1, loss)
    }
    return Result(
      weights: zip(outputs, unknowns).flatMap { $0.taps(Array($1.dropLast())) }, biases: unknowns.map { $0.last ?? 0 },
      losses: losses)
  }

  /// The mean of the squares of what is known, and its gradient: `2 (output − target) / n`, and 0 where the target is unknown.
  private static func meanSquare(_ output: Tensor, target: [Float]) -> (loss: Double, dOutput: Tensor) {
    var dOutput = Tensor(repeating: 0, shape: output.shape)
    var squares = 0.0
    let count = target.count { !$0.isNaN }
    guard count > 0 else { return (0, dOutput) }
    let scale = 2 / Float(count)
    let values = output.elements
    for (place, wanted) in target.enumerated() where !wanted.isNaN {
      let residual = values[place] - wanted
      squares += Double(residual) * Double(residual)
      dOutput.elements[place] = scale * residual
    }
    return (squares / Double(count), dOutput)
  }

  /// The mean square of a window, which bounds half the curvature of the loss in any direction of the taps.
  private static func curvature(of batch: TrainingBatch, _ problem: FittingProblem) -> Double {
    let squares = batch.input.reduce(0.0) { $0 + Double($1) * Double($1) }
    return Double(problem.tapCount) * squares / Double(batch.input.count)
  }

  private func rate(step: Int, curvature: Double) -> Double {
    let first = rate ?? (method == .sgd ? 0.5 / curvature : 0.05)
    return first * 0.5 * (1 + cos(.pi * Double(step) / Double(stepCount)))
  }
}
