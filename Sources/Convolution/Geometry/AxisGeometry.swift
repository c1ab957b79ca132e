/// One axis of a sliding window: how many outputs there are and where each window lies.
///
/// Window `i` covers the input positions `i·stride + a·dilation − before` for taps `a` in `0..<kernel`. With the total
/// padding `p = before + after` and the effective kernel length `k' = dilation·(kernel − 1) + 1` there are
/// `⌊(input + p − k') / stride⌋ + 1` outputs (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016).
public struct AxisGeometry: Hashable, Sendable {
  /// n: the samples of the input; at least 1.
  public let input: Int
  /// k: the taps; at least 1.
  public let kernel: Int
  /// s: the step from window to window; at least 1.
  public let stride: Int
  /// d: the step from tap to tap; at least 1.
  public let dilation: Int
  /// The padded samples before the first; below 0 where an anchor moves the windows into the input.
  public let before: Int
  /// The padded samples after the last; below 0 where an anchor moves the windows away from it.
  public let after: Int
  /// o: the outputs; at least 1.
  public let output: Int

  /// The largest extent, step or padding accepted, so that no product of two overflows.
  static let largestExtent = 1 << 30

  /// Lays windows on one axis.
  ///
  /// `same` and `sameLower` split their padding in halves, the odd sample after or before. An `anchor` (a tap, from 0) takes the
  /// split's place: with stride 1 that tap lies on the output's own sample. It has no effect on other paddings.
  ///
  /// `explicit` holds the padding before and after, for `Padding.explicit`; it is ignored otherwise.
  ///
  /// - Throws: `GeometryError` when a number is out of range or no window fits.
  init(
    input: Int, kernel: Int, stride: Int, dilation: Int, padding: Padding, explicit: (before: Int, after: Int),
    anchor: Int? = nil, rounding: OutputRounding = .floor
  ) throws(GeometryError) {
    for (name, value) in [("input", input), ("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
      guard value >= 1 && value <= Self.largestExtent else { throw .outOfRange(name: name, found: value, minimum: 1) }
    }
    let effectiveKernel = dilation * (kernel - 1) + 1
    let total: Int
    switch padding {
    case .valid:
      (before, after) = (0, 0)
    case .same, .sameLower:
      let output = (input + stride - 1) / stride
      total = max((output - 1) * stride + effectiveKernel - input, 0)
      // Half of the reach and half of the padding, both rounded towards the side that the odd sample does not go to.
      let odd = padding == .same ? 0 : 1
      let centre = (effectiveKernel - 1 + odd) / 2
      let half = (total + odd) / 2
      before = anchor.map { $0 * dilation - centre + half } ?? half
      after = total - before
    case .explicit:
      for value in [explicit.before, explicit.after] {
        guard value >= 0 && value <= Self.largestExtent else {
          throw .outOfRange(name: "padding", found: value, minimum: 0)
        }
      }
      (before, after) = explicit
    }
    self.input = input
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation

    let room = input + before + after - effectiveKernel
    guard room >= 0 else {
      throw .noWindowFits(input: input, padding: before + after, effectiveKernel: effectiveKernel)
    }
    var output = room / stride + 1
    if rounding == .ceil && room % stride != 0 && output * stride < input + before { output += 1 }
    self.output = output
  }

  /// k': the samples from a window's first tap to its last, both counted.
  public var effectiveKernel: Int { dilation * (kernel - 1) + 1 }

  /// The input position under tap 0 of window `output`; it may lie in the padding.
  public func start(ofWindow output: Int) -> Int { output * stride - before }

  /// The input samples after the last window, which no output depends on.
  public var dropped: Int { max(0, min(input, input - (start(ofWindow: output - 1) + effectiveKernel))) }
}
