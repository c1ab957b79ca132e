public import Tensors

/// The matrix of windows of images and signals, and its adjoint.
extension Tensor {
  /// The matrix of windows of images: `C×H×W` gives `(C·kh·kw)×(H'·W')`, `N×C×H×W` one matrix an image.
  ///
  /// Each column is a receptive field, so that a convolution is one product of matrices; see `SlidingWindows.im2col`.
  ///
  /// - Parameters:
  ///   - kernel: the rows and columns of a window.
  ///   - stride: the step from window to window.
  ///   - padding: how far the image is extended with zeros.
  ///   - dilation: the step from tap to tap.
  /// - Returns: the matrix, with N before it of a batch. Takes and needs `N·C·kh·kw·H'·W'` elements. Its adjoint is `col2im`.
  /// - Throws: `OperatorError` when the windows do not fit, or the matrix cannot be counted.
  public func im2col(
    kernel: Extent, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1
  ) throws(OperatorError) -> Tensor {
    try im2col(
      [kernel.height, kernel.width], WindowParameters(stride: stride, padding: padding, dilation: dilation))
  }

  /// The matrix of windows of signals: `C×L` gives `(C·k)×L'`, `N×C×L` one matrix a signal.
  ///
  /// - Parameters:
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window.
  ///   - padding: how far the signal is extended with zeros.
  ///   - dilation: the step from tap to tap.
  /// - Returns: the matrix, with N before it of a batch. Takes and needs `N·C·k·L'` elements. Its adjoint is `col2im`.
  /// - Throws: `OperatorError` when the windows do not fit, or the matrix cannot be counted.
  public func im2col(
    length: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1
  ) throws(OperatorError) -> Tensor {
    try im2col([length], WindowParameters(alongOneAxis: stride, padding: padding, dilation: dilation))
  }

  /// The image, `image` in shape, whose samples are the sums of their places in a matrix of windows: the adjoint of `im2col`.
  ///
  /// - Parameters:
  ///   - image: `C×H×W`, or `N×C×H×W` for a batch of matrices.
  ///   - kernel: the rows and columns of a window.
  ///   - stride: the step from window to window.
  ///   - padding: how far the image was extended.
  ///   - dilation: the step from tap to tap.
  /// - Returns: the image. Takes as many additions as the matrix has elements.
  /// - Throws: `OperatorError` when the windows do not fit `image`, or this is not their matrix.
  public func col2im(
    image: Shape, kernel: Extent, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1
  ) throws(OperatorError) -> Tensor {
    try col2im(
      image, [kernel.height, kernel.width], WindowParameters(stride: stride, padding: padding, dilation: dilation))
  }

  /// The signal, `signal` in shape, whose samples are the sums of their places in a matrix of windows: the adjoint of `im2col`.
  ///
  /// - Parameters:
  ///   - signal: `C×L`, or `N×C×L` for a batch of matrices.
  ///   - length: the samples of a window.
  ///   - stride: the step from window to window.
  ///   - padding: how far the signal was extended.
  ///   - dilation: the step from tap to tap.
  /// - Returns: the signal. Takes as many additions as the matrix has elements.
  /// - Throws: `OperatorError` when the windows do not fit `signal`, or this is not their matrix.
  public func col2im(
    signal: Shape, length: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1
  ) throws(OperatorError) -> Tensor {
    try col2im(signal, [length], WindowParameters(alongOneAxis: stride, padding: padding, dilation: dilation))
  }

  private func im2col(_ kernel: [Int], _ window: WindowParameters) throws(OperatorError) -> Tensor {
    try asBatch(spatialRank: window.spatialRank) { (batch) throws(OperatorError) in
      try SlidingWindows(input: batch.shape, kernel: kernel, window: window).im2col(batch)
    }
  }

  private func col2im(_ image: Shape, _ kernel: [Int], _ window: WindowParameters) throws(OperatorError) -> Tensor {
    let isBatch = image.rank != window.spatialRank + 1
    let batchShape = isBatch ? image : try Shape(counting: [1] + image.extents)
    let windows = try SlidingWindows(input: batchShape, kernel: kernel, window: window)
    guard !isBatch else { return try windows.col2im(self) }
    return try windows.col2im(try batchOfOne()).firstOfBatch()
  }
}
