public import Tensors

/// Convolution of images, signals and batches with a weight.
///
/// The weight's rank says what is convolved: `O×(C/g)×kh×kw` goes over images `C×H×W` or batches `N×C×H×W`, `O×(C/g)×k` over
/// signals `C×L` or batches `N×C×L`, for which strides and dilations count as their width, paddings as left and right.
/// The result has the rank of the input.
extension Tensor {
  /// The cross-correlation with a weight, plus a bias for each output; see `TensorConvolution.forward`.
  ///
  /// - Parameters:
  ///   - weight: `O×(C/g)×kh×kw` or `O×(C/g)×k`; not flipped.
  ///   - bias: `O`; 0 when left out.
  ///   - stride: the step from window to window.
  ///   - padding: how far the input is extended with zeros.
  ///   - dilation: the step from tap to tap.
  ///   - group: g, which divides C and O.
  ///   - algorithm: how it is computed.
  /// - Returns: `O×H'×W'` of an image, `O×L'` of a signal, with N before it of a batch. Complexity: `(C/g)·kh·kw` multiply-adds an output.
  ///   Its gradients are `convolutionGradients`.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: window.spatialRank) { (batch) throws(OperatorError) in
      try TensorConvolution(input: batch.shape, weight: weight.shape, window: window, group: group)
        .forward(batch, weight: weight, bias: bias, algorithm: algorithm)
    }
  }

  /// The gradients of this input, the weight and the bias, when `convolved` was given the same arguments; see `TensorConvolution.backward`.
  ///
  /// Complexity: twice that of `convolved`.
  ///
  /// - Parameters:
  ///   - weight: `O×(C/g)×kh×kw` or `O×(C/g)×k`.
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - stride: the step from window to window.
  ///   - padding: how far the input is extended with zeros.
  ///   - dilation: the step from tap to tap.
  ///   - group: g, which divides C and O.
  ///   - algorithm: how they are computed.
  /// - Returns: the gradients, in the shapes of this tensor and the weight, and `O`.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func convolutionGradients(
    with weight: Tensor, dOutput: Tensor, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> ConvolutionGradients {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    return try gradients(dOutput, window) { (batch, dOutput) throws(OperatorError) in
      try TensorConvolution(input: batch.shape, weight: weight.shape, window: window, group: group)
        .backward(input: batch, weight: weight, dOutput: dOutput, algorithm: algorithm)
    }
  }

  /// The transposed convolution with a weight `C×(M/g)×kh×kw` or `C×(M/g)×k`; see `TransposedConvolution.forward`.
  ///
  /// - Parameters:
  ///   - weight: `C×(M/g)×kh×kw` or `C×(M/g)×k`.
  ///   - bias: `M`; 0 when left out.
  ///   - stride: the step from one sample's window to the next's.
  ///   - padding: what is cut off around the output.
  ///   - dilation: the step from tap to tap.
  ///   - group: g, which divides C.
  ///   - outputPadding: more samples at the end of each axis, outermost first; 0 when left out.
  ///   - algorithm: how it is computed.
  /// - Returns: `M×H'×W'` of an image, `M×L'` of a signal, with N before it of a batch. Complexity: `(M/g)·kh·kw` multiply-adds a sample.
  ///   Its gradients are `transposedConvolutionGradients`.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func transposeConvolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, outputPadding: [Int]? = nil, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: window.spatialRank) { (batch) throws(OperatorError) in
      try TransposedConvolution(
        input: batch.shape, weight: weight.shape, window: window, group: group, outputPadding: outputPadding
      ).forward(batch, weight: weight, bias: bias, algorithm: algorithm)
    }
  }

  /// The gradients of this input, the weight and the bias, when `transposeConvolved` was given the same arguments.
  ///
  /// Complexity: twice that of `transposeConvolved`.
  ///
  /// - Parameters:
  ///   - weight: `C×(M/g)×kh×kw` or `C×(M/g)×k`.
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - stride: the step from one sample's window to the next's.
  ///   - padding: what is cut off around the output.
  ///   - dilation: the step from tap to tap.
  ///   - group: g, which divides C.
  ///   - outputPadding: more samples at the end of each axis, outermost first; 0 when left out.
  ///   - algorithm: how they are computed.
  /// - Returns: the gradients, in the shapes of this tensor and the weight, and `M`.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func transposedConvolutionGradients(
    with weight: Tensor, dOutput: Tensor, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, outputPadding: [Int]? = nil, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> ConvolutionGradients {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    return try gradients(dOutput, window) { (batch, dOutput) throws(OperatorError) in
      try TransposedConvolution(
        input: batch.shape, weight: weight.shape, window: window, group: group, outputPadding: outputPadding
      ).backward(input: batch, weight: weight, dOutput: dOutput, algorithm: algorithm)
    }
  }

  /// The gradients on one image or signal, or on a batch.
  private func gradients(
    _ dOutput: Tensor, _ window: WindowParameters,
    _ body: (Tensor, Tensor) throws(OperatorError) -> ConvolutionGradients
  ) throws(OperatorError) -> ConvolutionGradients {
    guard shape.rank == window.spatialRank + 1 else { return try body(self, dOutput) }
    let gradients = try body(try batchOfOne(), try dOutput.batchOfOne())
    return ConvolutionGradients(
      dInput: try gradients.dInput.firstOfBatch(), dWeight: gradients.dWeight, dBias: gradients.dBias)
  }
}

extension WindowParameters {
  /// The windows of a weight, along two axes or, for one of rank 3, along one.
  fileprivate init(weight: Tensor, stride: Extent, padding: Padding, dilation: Extent) throws(OperatorError) {
    self =
      weight.shape.rank == 3
      ? try WindowParameters(alongOneAxis: stride.width, padding: padding, dilation: dilation.width)
      : try WindowParameters(stride: stride, padding: padding, dilation: dilation)
  }
}
