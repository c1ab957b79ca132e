/// Which kernel is looked for: its extents, how it is laid on an image, and what else is unknown.
///
/// The kernel turns groups of `I` channels of an input into groups of `O` channels of a target, each group by the same numbers:
///
///     target[g·O + l, i, j] ≈ Σ_d Σ_a Σ_b input[g·I + d, i·s + a·δ − top, j·s + b·δ − left] · W[l,d,a,b] + bias[l]
///
/// `I = O = 1` is one kernel that all channels share.
public struct FittingProblem: Hashable, Sendable {
  /// The rows and columns of the kernel.
  public let kernel: Extent
  /// I: the channels that an output sums over.
  public let inputCount: Int
  /// O: the outputs.
  public let outputCount: Int
  /// The step from window to window.
  public let stride: Extent
  /// The step from tap to tap.
  public let dilation: Extent
  /// Whether each output has a bias.
  public let hasBias: Bool
  /// What lies beyond the image; `nil` where windows that reach over its edge do not count.
  public let border: Border?
  /// The largest stored sample: what a bias of 1 and a constant border of 1 are worth.
  public let fullRange: Double

  /// The most taps of an output: the sums of products of 2048 unknowns take 32 MiB.
  public static let largestTapCount = 2048

  /// Describes a problem; traps unless there are channels, and taps up to `largestTapCount` an output.
  public init(
    kernel: Extent, inputCount: Int = 1, outputCount: Int = 1, stride: Extent = 1, dilation: Extent = 1,
    hasBias: Bool = false, border: Border? = nil, fullRange: Double = 1
  ) {
    precondition(inputCount >= 1 && outputCount >= 1, "a kernel has channels")
    precondition(kernel.height >= 1 && kernel.width >= 1, "a kernel has taps")
    precondition(inputCount * kernel.height * kernel.width <= Self.largestTapCount, "too many taps to be fitted")
    self.kernel = kernel
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.stride = stride
    self.dilation = dilation
    self.hasBias = hasBias
    self.border = border
    self.fullRange = fullRange
  }

  /// P: the taps of one output, `I·kh·kw`.
  public var tapCount: Int { inputCount * kernel.height * kernel.width }

  /// The place among the taps of an output that lies on the output's own sample, in one plane.
  func centre(ofPlane plane: Int) -> Int {
    (plane * kernel.height + (kernel.height - 1) / 2) * kernel.width + (kernel.width - 1) / 2
  }

  /// Where the windows lie, so that a target of the given extent comes out; `nil` where none of the two paddings gives it.
  ///
  /// `same` is tried first, then `valid`.
  public func geometry(input: Extent, target: Extent) -> ConvolutionGeometry? {
    [Padding.same, .valid].lazy
      .compactMap { padding in
        try? ConvolutionGeometry(input: input, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
      }
      .first { $0.output == target }
  }

  /// The windows that count: all of an axis, or those that lie inside the image.
  func windows(_ axis: AxisGeometry) -> Range<Int> {
    guard border == nil else { return 0..<axis.output }
    let first = (axis.before + axis.stride - 1) / axis.stride
    let room = axis.input + axis.before - axis.effectiveKernel
    return room < first * axis.stride ? 0..<0 : first..<min(room / axis.stride + 1, axis.output)
  }

  /// What samples beyond the image hold, where the border is a constant, in stored units.
  var constant: Double {
    if case .constant(let value) = border { value * fullRange } else { 0 }
  }
}
