public import Tensors

/// Pooling of images, signals and batches, plane by plane, each kind beside its gradient.
///
/// A window of a `size` slides over images: `C×H×W` gives `C×H'×W'`, `N×C×H×W` gives `N×C×H'×W'`. A window of a `length` slides over
/// signals: `C×L` gives `C×L'`, `N×C×L` gives `N×C×L'`; of a padding the left and right count. Each takes `kh·kw` or `k` steps an output.
/// For norms, for where the maxima stood and for several threads see `TensorPooling`.
extension Tensor {
  /// The largest sample of each window; padding never wins.
  ///
  /// - Parameters:
  ///   - size: the rows and columns of a window.
  ///   - stride: the step from window to window; `size` when left out, so that windows do not overlap.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Returns: `C×H'×W'`, or `N×C×H'×W'` of a batch. Its gradient is `maxPoolingGradient`.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func maxPooled(
    size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor
  ) throws(OperatorError) -> Tensor {
    try maxPooled(PoolingWindow(size: size, stride, padding, dilation, rounding))
  }

  /// The largest sample of each window of a signal; padding never wins.
  ///
  /// - Parameters:
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window; `length` when left out, so that windows do not overlap.
  ///   - padding: how far the signal is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Returns: `C×L'`, or `N×C×L'` of a batch. Its gradient is `maxPoolingGradient`.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func maxPooled(
    length: Int, stride: Int? = nil, padding: Padding = .valid, dilation: Int = 1, rounding: OutputRounding = .floor
  ) throws(OperatorError) -> Tensor {
    try maxPooled(PoolingWindow(length: length, stride, padding, dilation, rounding))
  }

  /// The gradient of this image when it was given to `maxPooled` with the same arguments: each output's goes to the sample that won.
  ///
  /// - Parameters:
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - size: the rows and columns of a window.
  ///   - stride: the step from window to window; `size` when left out.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Returns: the gradient, in the shape of this tensor.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func maxPoolingGradient(
    dOutput: Tensor, size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor
  ) throws(OperatorError) -> Tensor {
    try maxPoolingGradient(dOutput, PoolingWindow(size: size, stride, padding, dilation, rounding))
  }

  /// The gradient of this signal when it was given to `maxPooled` with the same arguments: each output's goes to the sample that won.
  ///
  /// - Parameters:
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window; `length` when left out.
  ///   - padding: how far the signal is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Returns: the gradient, in the shape of this tensor.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func maxPoolingGradient(
    dOutput: Tensor, length: Int, stride: Int? = nil, padding: Padding = .valid, dilation: Int = 1,
    rounding: OutputRounding = .floor
  ) throws(OperatorError) -> Tensor {
    try maxPoolingGradient(dOutput, PoolingWindow(length: length, stride, padding, dilation, rounding))
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
  /// - Returns: `C×H'×W'`, or `N×C×H'×W'` of a batch. Its gradient is `averagePoolingGradient`.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func averagePooled(
    size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor, countingPadding: Bool = false
  ) throws(OperatorError) -> Tensor {
    try averagePooled(PoolingWindow(size: size, stride, padding, dilation, rounding), countingPadding)
  }

  /// The mean of each window of a signal.
  ///
  /// - Parameters:
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window; `length` when left out, so that windows do not overlap.
  ///   - padding: how far the signal is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  ///   - countingPadding: whether the zeros of the padding count in the mean.
  /// - Returns: `C×L'`, or `N×C×L'` of a batch. Its gradient is `averagePoolingGradient`.
  /// - Throws: `OperatorError` when the windows do not fit, or one holds padding alone.
  public func averagePooled(
    length: Int, stride: Int? = nil, padding: Padding = .valid, dilation: Int = 1, rounding: OutputRounding = .floor,
    countingPadding: Bool = false
  ) throws(OperatorError) -> Tensor {
    try averagePooled(PoolingWindow(length: length, stride, padding, dilation, rounding), countingPadding)
  }

  /// The gradient of this image when it was given to `averagePooled` with the same arguments: each output's is shared by its window.
  ///
  /// - Parameters:
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - size: the rows and columns of a window.
  ///   - stride: the step from window to window; `size` when left out.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  ///   - countingPadding: whether the zeros of the padding count in the mean.
  /// - Returns: the gradient, in the shape of this tensor.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func averagePoolingGradient(
    dOutput: Tensor, size: Extent, stride: Extent? = nil, padding: Padding = .valid, dilation: Extent = 1,
    rounding: OutputRounding = .floor, countingPadding: Bool = false
  ) throws(OperatorError) -> Tensor {
    try averagePoolingGradient(dOutput, PoolingWindow(size: size, stride, padding, dilation, rounding), countingPadding)
  }

  /// The gradient of this signal when it was given to `averagePooled` with the same arguments: each output's is shared by its window.
  ///
  /// - Parameters:
  ///   - dOutput: the gradient of the result, in its shape.
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window; `length` when left out.
  ///   - padding: how far the signal is extended.
  ///   - dilation: the step from sample to sample of a window.
  ///   - rounding: what happens to a last window that does not fit whole.
  ///   - countingPadding: whether the zeros of the padding count in the mean.
  /// - Returns: the gradient, in the shape of this tensor.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func averagePoolingGradient(
    dOutput: Tensor, length: Int, stride: Int? = nil, padding: Padding = .valid, dilation: Int = 1,
    rounding: OutputRounding = .floor, countingPadding: Bool = false
  ) throws(OperatorError) -> Tensor {
    try averagePoolingGradient(
      dOutput, PoolingWindow(length: length, stride, padding, dilation, rounding), countingPadding)
  }

  /// The largest sample of each plane: `C×1×1` of an image, `C×1` of a signal `C×L`, `N×C×1×1` of a batch of images.
  ///
  /// - Throws: `OperatorError` when the tensor has another rank or an empty axis.
  public func globallyMaxPooled() throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: shape.rank == 2 ? 1 : 2) { (batch) throws(OperatorError) in
      try TensorPooling(global: batch.shape).maximum(of: batch).maxima
    }
  }

  /// The mean of each plane: `C×1×1` of an image, `C×1` of a signal `C×L`, `N×C×1×1` of a batch of images.
  ///
  /// - Throws: `OperatorError` when the tensor has another rank or an empty axis.
  public func globallyAveragePooled() throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: shape.rank == 2 ? 1 : 2) { (batch) throws(OperatorError) in
      try TensorPooling(global: batch.shape).average(of: batch)
    }
  }
}

/// How the windows of a pooling are laid, before it is known on what.
private struct PoolingWindow {
  let kernel: [Int]
  let parameters: WindowParameters
  let rounding: OutputRounding

  init(
    size: Extent, _ stride: Extent?, _ padding: Padding, _ dilation: Extent, _ rounding: OutputRounding
  ) throws(OperatorError) {
    kernel = [size.height, size.width]
    parameters = try WindowParameters(stride: stride ?? size, padding: padding, dilation: dilation)
    self.rounding = rounding
  }

  init(
    length: Int, _ stride: Int?, _ padding: Padding, _ dilation: Int, _ rounding: OutputRounding
  ) throws(OperatorError) {
    kernel = [length]
    parameters = try WindowParameters(alongOneAxis: stride ?? length, padding: padding, dilation: dilation)
    self.rounding = rounding
  }

  func fitted(to batch: Tensor) throws(OperatorError) -> TensorPooling {
    try TensorPooling(input: batch.shape, kernel: kernel, window: parameters, rounding: rounding)
  }
}

extension Tensor {
  fileprivate func maxPooled(_ window: PoolingWindow) throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: window.parameters.spatialRank) { (batch) throws(OperatorError) in
      try window.fitted(to: batch).maximum(of: batch).maxima
    }
  }

  fileprivate func maxPoolingGradient(_ dOutput: Tensor, _ window: PoolingWindow) throws(OperatorError) -> Tensor {
    try asBatch(with: dOutput, spatialRank: window.parameters.spatialRank) { (batch, dOutput) throws(OperatorError) in
      let pooling = try window.fitted(to: batch)
      return try pooling.dInputOfMaximum(pooling.maximum(of: batch), dOutput: dOutput)
    }
  }

  fileprivate func averagePooled(_ window: PoolingWindow, _ countingPadding: Bool) throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: window.parameters.spatialRank) { (batch) throws(OperatorError) in
      try window.fitted(to: batch).average(of: batch, countingPadding: countingPadding)
    }
  }

  fileprivate func averagePoolingGradient(
    _ dOutput: Tensor, _ window: PoolingWindow, _ countingPadding: Bool
  ) throws(OperatorError) -> Tensor {
    try asBatch(with: dOutput, spatialRank: window.parameters.spatialRank) { (batch, dOutput) throws(OperatorError) in
      try window.fitted(to: batch).dInputOfAverage(dOutput: dOutput, countingPadding: countingPadding)
    }
  }
}
