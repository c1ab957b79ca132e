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
/// A gradient `dOutput` of the output is handed on to what the output was made of. `im2col` goes by products with the matrix of
/// windows, the other choices tap by tap.
extension TensorConvolution {
  /// The gradients of input, weight and bias.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given.
  ///   - weight: what `forward` was given.
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - algorithm: how the gradients are computed.
  /// - Returns: all three. Complexity: twice that of `forward`.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight is not finite.
  public func backward(
    input: Tensor, weight: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> ConvolutionGradients {
    ConvolutionGradients(
      dInput: try dInput(weight: weight, dOutput: dOutput, algorithm: algorithm),
      dWeight: try dWeight(input: input, dOutput: dOutput, algorithm: algorithm),
      dBias: try dBias(dOutput: dOutput))
  }

  /// The gradient of the input: every output's gradient spread over its receptive field, weighted as it was gathered.
  ///
  ///     dX[n, c, i·s + a·d − before] += W[l,d,a] · dY[n,l,i]
  ///
  /// It is the adjoint of `forward`: `⟨forward(x), y⟩ = ⟨x, dInput(y)⟩`. Sums are 32-bit.
  ///
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight is not finite.
  public func dInput(
    weight: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> Tensor {
    try requireFinite("weight", weight, weightShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    let elements =
      switch algorithm {
      case .im2col: try matrixInputGradient(dOutput.elements, weight: weight.elements)
      case .direct, .reference, .auto, .separable, .box, .fft: directInputGradient(dOutput.elements, weight: weight.elements)
      }
    return Tensor(shape: inputShape, elements: elements)
  }

  /// The gradient of the weight: the correlation of the input with the output's gradient.
  ///
  ///     dW[l,d,a] = Σ_n Σ_i dY[n,l,i] · X[n, c(l)+d, i·s + a·d − before]
  ///
  /// Sums are in `Double`.
  ///
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted.
  public func dWeight(
    input: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    let elements =
      switch algorithm {
      case .im2col: try matrixWeightGradient(input.elements, dOutput: dOutput.elements)
      case .direct, .reference, .auto, .separable, .box, .fft: directWeightGradient(input.elements, dOutput: dOutput.elements)
      }
    return Tensor(shape: weightShape, elements: elements)
  }

  /// The gradient of the bias: the sum of the output's gradient over images and positions, in `Double`.
  ///
  /// - Throws: `OperatorError` when the gradient has another shape than the output.
  public func dBias(dOutput: Tensor) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    return output.channelSums(of: dOutput, shape: try biasShape)
  }
}
