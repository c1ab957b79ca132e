public import Tensors

/// The maxima of a pooling and where each was found.
public struct MaxPooled: Hashable, Sendable {
  /// The maxima: `N×C×L'` or `N×C×H'×W'`.
  public let maxima: Tensor
  /// The place of each maximum among the elements of the whole input, row-major (ONNX's `storage_order` 0).
  ///
  /// In the order of `maxima`; padding is not counted. The first of equal maxima is named.
  public let indices: [Int]
  /// The shape of the input that the indices are of.
  public let inputShape: Shape
}

extension TensorPooling {
  /// The largest sample of each window, and its place.
  ///
  /// Padding never wins, not even over −∞. A NaN wins over every number, so a maximum over an unknown is unknown; its index is that of
  /// the first NaN. (ONNX Runtime's treatment of NaN depends on its place.)
  /// Complexity: `kh·kw` comparisons an output.
  ///
  /// - Throws: `OperatorError` when the input has another shape, or a window holds padding alone.
  public func maximum(of input: Tensor) throws(OperatorError) -> MaxPooled {
    try SlidingWindows.require("input", input, inputShape)
    try requireSamplesInEveryWindow()
    let samples = input.elements
    var maxima = [Float](repeating: 0, count: outputShape.elementCount)
    var indices = [Int](repeating: 0, count: outputShape.elementCount)
    forEachWindow { window in
      var best = -1
      forEachSample(of: window) { place in
        if best < 0 || samples[place] > samples[best] || (samples[place].isNaN && !samples[best].isNaN) {
          best = place
        }
      }
      maxima[window.output] = samples[best]
      indices[window.output] = best
    }
    return MaxPooled(
      maxima: Tensor(shape: outputShape, elements: maxima), indices: indices, inputShape: inputShape)
  }

  /// The gradient of the input of `maximum`: each output's gradient goes to the sample that won, and adds up where one won often.
  ///
  /// - Throws: `OperatorError` when the maxima are of another input or pooling, or the gradient has another shape than the output.
  public func dInputOfMaximum(_ pooled: MaxPooled, dOutput: Tensor) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("maxima", pooled.maxima, outputShape)
    guard pooled.inputShape == inputShape else {
      throw .shape(name: "input of the maxima", found: pooled.inputShape, expected: inputShape)
    }
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    var dInput = [Float](repeating: 0, count: inputShape.elementCount)
    for (place, gradient) in zip(pooled.indices, dOutput.elements) { dInput[place] += gradient }
    return Tensor(shape: inputShape, elements: dInput)
  }
}
