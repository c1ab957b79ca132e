public import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension TensorPooling {
  /// The p-norm of each window, `(Σ |x|^p)^(1/p)`, in `Double` and without overflow on the way.
  ///
  /// Padding adds nothing; the norm of a window that holds padding alone is 0. A NaN makes its windows NaN.
  /// Complexity: `kh·kw` powers an output.
  ///
  /// - Parameters:
  ///   - input: the samples, in the shape that was fitted.
  ///   - p: the exponent; at least 1.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: `N×C×L'` or `N×C×H'×W'`. Its gradient is `dInputOfNorm`.
  /// - Throws: `OperatorError` when the input has another shape, or `p` is below 1.
  public func norm(of input: Tensor, p: Int = 2, threadCount: Int = 1) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    guard p >= 1 else { throw .attribute(name: "p", found: [p], expected: "at least 1") }
    let samples = input.elements
    return Tensor(
      shape: outputShape,
      elements: mapWindows(threadCount: threadCount) { Float(norm(of: $0, in: samples, p: Double(p))) })
  }

  /// The gradient of the input of `norm`: `dY · sign(x) · (|x| / y)^(p − 1)` from each window of norm `y`; 0 where the norm is 0.
  ///
  /// Complexity: twice `kh·kw` powers an output.
  ///
  /// - Parameters:
  ///   - input: what `norm` was given.
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - p: what `norm` was given.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: the gradient, in the shape of the input.
  /// - Throws: `OperatorError` when a tensor has another shape, or `p` is below 1.
  public func dInputOfNorm(
    input: Tensor, dOutput: Tensor, p: Int = 2, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    guard p >= 1 else { throw .attribute(name: "p", found: [p], expected: "at least 1") }
    let (samples, gradients) = (input.elements, dOutput.elements)
    return sumOverWindows(threadCount: threadCount) { window, add in
      let norm = norm(of: window, in: samples, p: Double(p))
      guard norm != 0 else { return }
      forEachSample(of: window) { place in
        let x = Double(samples[place])
        guard x != 0 else { return }
        let slope = pow(abs(x) / norm, Double(p - 1))
        add(place, Double(gradients[window.output]) * (x < 0 ? -slope : slope))
      }
    }
  }

  /// The p-norm of one window: its largest magnitude times the norm of the window divided by it.
  private func norm(of window: Window, in samples: [Float], p: Double) -> Double {
    var largest = 0.0
    forEachSample(of: window) { place in
      let magnitude = Double(abs(samples[place]))
      if magnitude > largest || magnitude.isNaN { largest = magnitude }
    }
    guard largest.isFinite, largest > 0 else { return largest }
    var sum = 0.0
    forEachSample(of: window) { sum += pow(Double(abs(samples[$0])) / largest, p) }
    return largest * pow(sum, 1 / p)
  }
}
