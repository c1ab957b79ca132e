import CMicrokernels
public import Tensors

extension TensorPooling {
  /// The largest sample of each window, without its place; see `maximum`.
  ///
  /// Rows are folded into one, then columns: `kh + kw` comparisons an output, unless windows are dilated.
  ///
  /// The unsafe code relies on the shapes that were fitted: the rows of a window that lie on samples are rows of its plane.
  ///
  /// - Parameters:
  ///   - input: the samples, in the shape that was fitted.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: `N×C×L'` or `N×C×H'×W'`.
  /// - Throws: `OperatorError` when the input has another shape, or a window holds padding alone.
  public func maxima(of input: Tensor, threadCount: Int = 1) throws(OperatorError) -> Tensor {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    guard vertical.dilation == 1, horizontal.dilation == 1 else {
      return try maximum(of: input, threadCount: threadCount).maxima
    }
    try SlidingWindows.require("input", input, inputShape)
    try requireSamplesInEveryWindow()
    let operations = Float.operations(try .forLayers())
    let width = horizontal.input
    let elements: [Float] = unsafe input.elements.withUnsafeBufferPointer { samples in
      // Read by all threads, written by none.
      nonisolated(unsafe) let samples = unsafe samples
      return ParallelStrips.filled(
        count: outputShape.elementCount, length: horizontal.output, threadCount: threadCount
      ) { row, output in
        let (plane, window) = row.quotientAndRemainder(dividingBy: vertical.output)
        let taps = vertical.taps(insideWindow: window)
        let first = (plane * vertical.input + vertical.start(ofWindow: window) + taps.lowerBound) * width
        var layout = imgconv_windows(
          width: width, count: horizontal.output, size: horizontal.kernel, stride: horizontal.stride,
          before: horizontal.before)
        unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: taps.count) { rows in
          unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { scratch in
            unsafe output.withUnsafeMutableBufferPointer { output in
              guard let from = unsafe samples.baseAddress, let rows = rows.baseAddress,
                let scratch = scratch.baseAddress,
                let output = output.baseAddress
              else { return }
              for tap in 0..<taps.count { unsafe (rows + tap).initialize(to: from + first + tap * width) }
              unsafe operations.maximum(output, &layout, UnsafePointer(rows), taps.count, scratch)
            }
          }
        }
      }
    }
    return Tensor(shape: outputShape, elements: elements)
  }
}
