public import Tensors

/// Pooling of images and batches, plane by plane: `C×H×W` gives `C×H'×W'` and `N×C×H×W` gives `N×C×H'×W'`.
///
/// For signals, `N×C×L`, and for where the maxima stood, see `TensorPooling`.
extension Tensor {
  /// The largest sample of each window; padding never wins.
  ///
  /// - Parameters:
  ///   - size: the rows and columns of a window.
  ///   - stride: the step from window to window; `size` when left out, so that windows do not overlap.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Returns: `C×H'×W'`, or `N×C×H'×W'` of a batch.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func maxPooled(
    size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(stride: stride ?? size, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      try TensorPooling(input: batch.shape, kernel: [size.height, size.width], window: window, rounding: rounding)
        .maximum(of: batch).maxima
    }
  }

  /// The mean of each window.
  ///
  /// - Parameters:
  ///   - size: the rows and columns of a window.
  ///   - stride: the step from window to window; `size` when left out, so that windows do not overlap.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  ///   - countingPadding: whether the zeros of the padding count in the mean.
  /// - Returns: `C×H'×W'`, or `N×C×H'×W'` of a batch.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func averagePooled(
    size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor, countingPadding: Bool = false
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(stride: stride ?? size, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      try TensorPooling(input: batch.shape, kernel: [size.height, size.width], window: window, rounding: rounding)
        .average(of: batch, countingPadding: countingPadding)
    }
  }

  /// The largest sample of each plane: `C×1×1`, or `N×C×1×1` of a batch.
  ///
  /// - Throws: `OperatorError` when the tensor has another rank or an empty axis.
  public func globallyMaxPooled() throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      try TensorPooling(global: batch.shape).maximum(of: batch).maxima
    }
  }

  /// The mean of each plane: `C×1×1`, or `N×C×1×1` of a batch.
  ///
  /// - Throws: `OperatorError` when the tensor has another rank or an empty axis.
  public func globallyAveragePooled() throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      try TensorPooling(global: batch.shape).average(of: batch)
    }
  }
}
