public import Convolution

/// What is to be learned, and from which pairs of images.
public struct LearningJob: Sendable {
  /// An image, and what is to become of it.
  public struct Pair: Hashable, Sendable {
    /// The image that goes in; `-` is standard input.
    public let input: String
    /// The image that is to come out.
    public let target: String

    /// Joins two files.
    public init(input: String, target: String) {
      self.input = input
      self.target = target
    }
  }

  /// How the kernel is found.
  public enum Method: Sendable {
    /// Closed-form least squares.
    case leastSquares
    /// Steps down the slope of the residual.
    case descent(GradientDescent)
  }

  /// The pairs; at least one.
  public var pairs: [Pair]
  /// The rows and columns of the kernel.
  public var kernel: Extent
  /// Whether every output sums over all channels; otherwise one plain kernel is learned from all channels together.
  public var isBank = false
  /// Whether each output has a bias.
  public var hasBias = false
  /// The step from window to window.
  public var stride: Extent = 1
  /// The step from tap to tap.
  public var dilation: Extent = 1
  /// What lies beyond the image; `nil` where windows that reach over its edge are left out.
  public var border: Border?
  /// What taps have in common.
  public var constraint: KernelConstraint = .none
  /// What the square of a tap costs, in mean squares of full range.
  public var ridge = 0.0
  /// Which channels take part; alpha is no channel, unless it is chosen.
  public var channels: ChannelSelection = .each
  /// Whether samples are taken in linear light.
  public var isLinear = false
  /// Whether target samples at 0 or full range count, which may have been clipped.
  public var usesClipped = false
  /// The parts that blocks of the images are dealt out to, for cross-validation; 1 for none.
  public var foldCount = 5
  /// Of how many rows of windows one counts; `nil` for as many as take about 50 billion multiply-adds.
  public var rowStep: Int?
  /// How the kernel is found.
  public var method = Method.leastSquares

  /// Creates a job with the defaults of its properties.
  public init(pairs: [Pair], kernel: Extent) {
    self.pairs = pairs
    self.kernel = kernel
  }
}
