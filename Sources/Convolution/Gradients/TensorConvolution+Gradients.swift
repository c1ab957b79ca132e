public import Tensors

/// What a loss gains when each number that a convolution takes grows by one: the gradients beside one forward pass.
public struct ConvolutionGradients: Hashable, Sendable {
  /// The gradient of the input, in its shape.
  public let dInput: Tensor
  /// The gradient of the weight, in its shape.
  public let dWeight: Tensor
  /// The gradient of the bias: `O`.
  public let dBias: Tensor

  /// Gathers three gradients.
  public init(dInput: Tensor, dWeight: Tensor, dBias: Tensor) {
    self.dInput = dInput
    self.dWeight = dWeight
    self.dBias = dBias
  }
}

/// Backward, for every combination that `forward` accepts.
///
/// A gradient `dOutput` of the output is handed on to what the output was made of. `reference` follows the formulas product by product,
/// `im2col` goes by products with the matrix of windows, the other choices tap by tap. No gradient depends on the number of threads.
extension TensorConvolution {
  /// The algorithm that gradients, and with them transposed convolutions, run when `algorithm` is asked for.
  public func backwardAlgorithm(for algorithm: Algorithm) -> Algorithm {
    switch algorithm {
    case .reference, .im2col: algorithm
    default: .direct
    }
  }

  /// The gradients of input, weight and bias.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given.
  ///   - weight: what `forward` was given.
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - algorithm: how the gradients are computed.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: all three. Complexity: twice that of `forward`.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight is not finite.
  public func backward(
    input: Tensor, weight: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> ConvolutionGradients {
    ConvolutionGradients(
      dInput: try dInput(weight: weight, dOutput: dOutput, algorithm: algorithm, threadCount: threadCount),
      dWeight: try dWeight(input: input, dOutput: dOutput, algorithm: algorithm, threadCount: threadCount),
      dBias: try dBias(dOutput: dOutput, threadCount: threadCount))
  }

  /// The gradient of the input: every output's gradient spread over its receptive field, weighted as it was gathered.
  ///
  ///     dX[n, c, i·s + a·d − before] += W[l,d,a] · dY[n,l,i]
  ///
  /// It is the adjoint of `forward`: `⟨forward(x), y⟩ = ⟨x, dInput(y)⟩`. Sums are 32-bit, those of `reference` in `Double`.
  /// Complexity: `N·O·H'·W'·(C/g)·kh·kw` multiply-adds.
  ///
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight is not finite.
  public func dInput(
    weight: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try spread(dOutput, weight: weight, bias: nil, algorithm: algorithm, threadCount: threadCount)
  }

  /// `dInput`, added to a bias for each channel of the input: what a transposed convolution is.
  func spread(
    _ dOutput: Tensor, weight: Tensor, bias: [Float]?, algorithm: Algorithm, threadCount: Int
  ) throws(OperatorError) -> Tensor {
    try requireFinite("weight", weight, weightShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    let (gradient, weight) = (dOutput.elements, weight.elements)
    let elements =
      switch backwardAlgorithm(for: algorithm) {
      case .reference: referenceSpread(gradient, weight: weight, bias: bias)
      case .im2col: try columnwiseSpread(gradient, weight: weight, bias: bias, threadCount: threadCount)
      default: tapwiseSpread(gradient, weight: weight, bias: bias, threadCount: threadCount)
      }
    return Tensor(shape: inputShape, elements: elements)
  }

  /// The gradient of the weight: the correlation of the input with the output's gradient.
  ///
  ///     dW[l,d,a] = Σ_n Σ_i dY[n,l,i] · X[n, c(l)+d, i·s + a·d − before]
  ///
  /// Sums are in `Double`. Complexity: `N·O·H'·W'·(C/g)·kh·kw` multiply-adds.
  ///
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted.
  public func dWeight(
    input: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    let (samples, gradient) = (input.elements, dOutput.elements)
    let sums =
      switch backwardAlgorithm(for: algorithm) {
      case .reference: referenceWeightSums(samples, dOutput: gradient)
      case .im2col: try columnwiseWeightSums(samples, dOutput: gradient, threadCount: threadCount)
      default: tapwiseWeightSums(samples, dOutput: gradient, threadCount: threadCount)
      }
    return Tensor(shape: weightShape, elements: sums.map { Float($0) })
  }

  /// The gradient of the bias: the sum of the output's gradient over images and positions, in `Double`.
  ///
  /// Complexity: `N·O·H'·W'` additions.
  ///
  /// - Throws: `OperatorError` when the gradient has another shape than the output.
  public func dBias(dOutput: Tensor, threadCount: Int = 1) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    return output.channelSums(of: dOutput, shape: try biasShape, threadCount: threadCount)
  }
}
