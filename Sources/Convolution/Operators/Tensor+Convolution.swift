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
  /// - Returns: `O×H'×W'` of an image, `O×L'` of a signal, with N before it of a batch.
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

  /// The gradients of `convolved` with the same arguments, for the gradient `dOutput` of its result; see `TensorConvolution.backward`.
  ///
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func convolutionGradients(
    with weight: Tensor, dOutput: Tensor, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, algorithm: Algorithm = .auto
  ) throws(OperatorError) -> ConvolutionGradients {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    let isBatch = shape.rank != window.spatialRank + 1
    let batch = isBatch ? self : try batchOfOne()
    let gradients = try TensorConvolution(input: batch.shape, weight: weight.shape, window: window, group: group)
      .backward(
        input: batch, weight: weight, dOutput: isBatch ? dOutput : try dOutput.batchOfOne(), algorithm: algorithm)
    return isBatch
      ? gradients
      : ConvolutionGradients(
        dInput: try gradients.dInput.firstOfBatch(), dWeight: gradients.dWeight, dBias: gradients.dBias)
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
  /// - Returns: `M×H'×W'` of an image, `M×L'` of a signal, with N before it of a batch.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func transposeConvolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1,
    group: Int = 1, outputPadding: [Int]? = nil
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(weight: weight, stride: stride, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: window.spatialRank) { (batch) throws(OperatorError) in
      try TransposedConvolution(
        input: batch.shape, weight: weight.shape, window: window, group: group, outputPadding: outputPadding
      ).forward(batch, weight: weight, bias: bias)
    }
  }
}

extension WindowParameters {
  /// The windows of a weight, along two axes or, for one of rank 3, along one.
  fileprivate init(weight: Tensor, stride: Extent, padding: Padding, dilation: Extent) throws(OperatorError) {
    guard weight.shape.rank == 3 else {
      self = try WindowParameters(stride: stride, padding: padding, dilation: dilation)
      return
    }
    var pads = [0, 0]
    if case .explicit(_, let right, _, let left) = padding { pads = [left, right] }
    let rule: AutoPadding =
      switch padding {
      case .valid, .explicit: .notSet
      case .same: .sameUpper
      case .sameLower: .sameLower
      }
    self = try WindowParameters(
      spatialRank: 1, strides: [stride.width], pads: pads, dilations: [dilation.width], autoPad: rule)
  }
}
