public import Tensors

extension Tensor {
  /// The matrix of windows: `C×H×W` gives `(C·kh·kw)×(H'·W')`, `N×C×H×W` one matrix an image; see `SlidingWindows.im2col`.
  ///
  /// - Throws: `OperatorError` when the windows do not fit, or the matrix cannot be counted.
  public func im2col(
    kernel: Extent, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(stride: stride, padding: padding, dilation: dilation)
    return try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      try SlidingWindows(input: batch.shape, kernel: [kernel.height, kernel.width], window: window).im2col(batch)
    }
  }

  /// The image, `image` in shape, whose samples are the sums of their places in a matrix of windows: the adjoint of `im2col`.
  ///
  /// - Throws: `OperatorError` when the windows do not fit `image`, or this is not their matrix.
  public func col2im(
    image: Shape, kernel: Extent, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1
  ) throws(OperatorError) -> Tensor {
    let window = try WindowParameters(stride: stride, padding: padding, dilation: dilation)
    let isBatch = image.rank != 3
    let batchShape = isBatch ? image : try Shape(counting: [1] + image.extents)
    let windows = try SlidingWindows(input: batchShape, kernel: [kernel.height, kernel.width], window: window)
    guard !isBatch else { return try windows.col2im(self) }
    return try windows.col2im(try batchOfOne()).firstOfBatch()
  }
}
