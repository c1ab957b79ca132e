public import Tensors

extension TensorPooling {
  /// The mean of each window, summed in `Double`.
  ///
  /// The sum is divided by the samples of the window that are not padding; with `countingPadding` (ONNX's `count_include_pad`) by
  /// those too that are padding, which are zeros. What a window rounded up to has beyond the padding never counts.
  /// Complexity: `kh·kw` additions an output.
  ///
  /// - Parameters:
  ///   - input: the samples, in the shape that was fitted.
  ///   - countingPadding: whether the zeros of the padding count.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: `N×C×L'` or `N×C×H'×W'`. Its gradient is `dInputOfAverage`.
  /// - Throws: `OperatorError` when the input has another shape, or, unless padding counts, a window holds padding alone.
  public func average(
    of input: Tensor, countingPadding: Bool = false, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    if !countingPadding { try requireSamplesInEveryWindow() }
    let samples = input.elements
    let means = mapWindows(threadCount: threadCount) { window in
      var sum = 0.0
      forEachSample(of: window) { sum += Double(samples[$0]) }
      return Float(sum / Double(divisor(of: window, countingPadding: countingPadding)))
    }
    return Tensor(shape: outputShape, elements: means)
  }

  /// The gradient of the input of `average`: each output's gradient, over what its sum was divided by, goes to each sample of its window.
  ///
  /// Complexity: `kh·kw` additions an output.
  ///
  /// - Parameters:
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - countingPadding: what `average` was given.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: the gradient, in the shape of the input.
  /// - Throws: `OperatorError` when the gradient has another shape than the output, or, unless padding counts, a window holds padding alone.
  public func dInputOfAverage(
    dOutput: Tensor, countingPadding: Bool = false, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    if !countingPadding { try requireSamplesInEveryWindow() }
    let gradients = dOutput.elements
    return sumOverWindows(threadCount: threadCount) { window, add in
      let share = Double(gradients[window.output]) / Double(divisor(of: window, countingPadding: countingPadding))
      forEachSample(of: window) { add($0, share) }
    }
  }

  /// What the sum of a window is divided by.
  private func divisor(of window: Window, countingPadding: Bool) -> Int {
    guard countingPadding else { return window.tapRows.count * window.tapColumns.count }
    return geometry.vertical.tapCount(insidePaddedWindow: window.row)
      * geometry.horizontal.tapCount(insidePaddedWindow: window.column)
  }
}
