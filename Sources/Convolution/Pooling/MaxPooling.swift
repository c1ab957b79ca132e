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
  /// - Parameters:
  ///   - input: the samples, in the shape that was fitted.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: the maxima, `N×C×L'` or `N×C×H'×W'`, and where they stood. Their gradient is `dInputOfMaximum`.
  /// - Throws: `OperatorError` when the input has another shape, or a window holds padding alone.
  public func maximum(of input: Tensor, threadCount: Int = 1) throws(OperatorError) -> MaxPooled {
    try SlidingWindows.require("input", input, inputShape)
    try requireSamplesInEveryWindow()
    let samples = input.elements
    let indices = mapWindows(threadCount: threadCount) { window in
      var best = -1
      forEachSample(of: window) { place in
        if best < 0 || samples[place] > samples[best] || (samples[place].isNaN && !samples[best].isNaN) {
          best = place
        }
      }
      return best
    }
    return MaxPooled(
      maxima: Tensor(shape: outputShape, elements: indices.map { samples[$0] }), indices: indices,
      inputShape: inputShape)
  }

  /// The gradient of the input of `maximum`: each output's gradient goes to the sample that won, and adds up where one won often.
  ///
  /// Complexity: one addition an output.
  ///
  /// - Parameters:
  ///   - pooled: what `maximum` gave.
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: the gradient, in the shape of the input.
  /// - Throws: `OperatorError` when the maxima are of another input or pooling, or the gradient has another shape than the output.
  public func dInputOfMaximum(
    _ pooled: MaxPooled, dOutput: Tensor, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("maxima", pooled.maxima, outputShape)
    guard pooled.inputShape == inputShape else {
      throw .shape(name: "input of the maxima", found: pooled.inputShape, expected: inputShape)
    }
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    let (area, gradients, indices) = (windows.input.area, dOutput.elements, pooled.indices)
    let windowCount = geometry.output.height * geometry.output.width
    var dInput = [Float](repeating: 0, count: inputShape.elementCount)
    ParallelStrips.forEachPart(of: &dInput, length: area, threadCount: threadCount) { plane, elements in
      for output in plane * windowCount..<(plane + 1) * windowCount {
        elements[indices[output] - plane * area] += gradients[output]
      }
    }
    return Tensor(shape: inputShape, elements: dInput)
  }
}
