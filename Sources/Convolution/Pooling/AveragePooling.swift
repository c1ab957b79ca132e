public import Tensors

extension TensorPooling {
  /// The mean of each window, summed in `Double`.
  ///
  /// The sum is divided by the samples of the window that are not padding; with `countingPadding` (ONNX's `count_include_pad`) by
  /// those too that are padding, which are zeros. What a window rounded up to has beyond the padding never counts.
  /// Complexity: `kh·kw` additions an output.
  ///
  /// - Throws: `OperatorError` when the input has another shape, or, unless padding counts, a window holds padding alone.
  public func average(of input: Tensor, countingPadding: Bool = false) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    if !countingPadding { try requireSamplesInEveryWindow() }
    let samples = input.elements
    var means = [Float](repeating: 0, count: outputShape.elementCount)
    forEachWindow { window in
      var sum = 0.0
      forEachSample(of: window) { sum += Double(samples[$0]) }
      means[window.output] = Float(sum / Double(divisor(of: window, countingPadding: countingPadding)))
    }
    return Tensor(shape: outputShape, elements: means)
  }

  /// The gradient of the input of `average`: each output's gradient, over what its sum was divided by, goes to each sample of its window.
  ///
  /// - Throws: `OperatorError` when the gradient has another shape than the output, or, unless padding counts, a window holds padding alone.
  public func dInputOfAverage(dOutput: Tensor, countingPadding: Bool = false) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    if !countingPadding { try requireSamplesInEveryWindow() }
    let gradients = dOutput.elements
    var dInput = [Double](repeating: 0, count: inputShape.elementCount)
    forEachWindow { window in
      let share = Double(gradients[window.output]) / Double(divisor(of: window, countingPadding: countingPadding))
      forEachSample(of: window) { dInput[$0] += share }
    }
    return Tensor(shape: inputShape, elements: dInput.map { Float($0) })
  }

  /// What the sum of a window is divided by.
  private func divisor(of window: Window, countingPadding: Bool) -> Int {
    guard countingPadding else { return window.tapRows.count * window.tapColumns.count }
    return geometry.vertical.tapCount(insidePaddedWindow: window.row)
      * geometry.horizontal.tapCount(insidePaddedWindow: window.column)
  }
}
