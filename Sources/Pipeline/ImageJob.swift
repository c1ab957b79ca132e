public import Convolution
public import FeatureMaps
public import Tensors

/// What is done to an image: operators in order, and how its colours, its alpha and its values are treated.
public struct ImageJob: Sendable {
  /// One operator.
  public enum Step: Sendable {
    /// A convolution.
    case convolution(ConvolutionStep)
    /// A function of each sample; alpha is left alone.
    case activation(Activation)
    /// Max or average pooling.
    case pooling(PoolingStep)
  }

  /// The operators, the first one first.
  ///
  /// Between them values are neither rounded nor clamped.
  public var steps: [Step]
  /// Which channels take part.
  public var channels: ChannelSelection
  /// How alpha takes part.
  public var alpha: AlphaHandling
  /// Whether colours are filtered in linear light: decoded by the sRGB curve before, encoded after.
  public var isLinear: Bool
  /// How sums become pixels; `nil` for clamping, and for no mapping at all in arrays.
  public var mapping: RangeMapping?

  /// Creates a job.
  public init(
    steps: [Step], channels: ChannelSelection = .each, alpha: AlphaHandling = .premultiply, isLinear: Bool = false,
    mapping: RangeMapping? = nil
  ) {
    self.steps = steps
    self.channels = channels
    self.alpha = alpha
    self.isLinear = isLinear
    self.mapping = mapping
  }
}

/// A convolution as one operator of a job.
public struct ConvolutionStep: Sendable {
  /// The kernel's name, for messages.
  public var name: String
  /// The kernels, as they are laid on the image: not flipped any more.
  public var bank: KernelBank
  /// The step from window to window.
  public var stride: Extent
  /// The step from tap to tap.
  public var dilation: Extent
  /// How far the image is extended.
  public var padding: Padding
  /// What padded samples hold; a constant counts in full ranges.
  public var border: Border
  /// How it is computed.
  public var algorithm: Algorithm

  /// How messages call the kernel; one that was typed in has no name of its own.
  var mention: String { name == "kernel" ? "the kernel" : "kernel \(name)" }

  /// Creates a convolution step.
  public init(
    name: String, bank: KernelBank, stride: Extent = Extent(1), dilation: Extent = Extent(1), padding: Padding = .same,
    border: Border = .edge, algorithm: Algorithm = .auto
  ) {
    self.name = name
    self.bank = bank
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.border = border
    self.algorithm = algorithm
  }
}

/// A pooling as one operator of a job.
public struct PoolingStep: Sendable, Equatable {
  /// Maximum or average.
  public var kind: PoolingKind
  /// The extent of a window.
  public var size: Extent
  /// The step from window to window.
  public var stride: Extent
  /// How far the image is extended; padded samples never win and do not count, unless `countsPadding`.
  public var padding: Padding
  /// Whether a last window that does not fit whole is kept.
  public var rounding: OutputRounding
  /// Whether padded samples count, as zeros, in an average.
  public var countsPadding: Bool

  /// Creates a pooling step; windows do not overlap unless a stride is given.
  public init(
    kind: PoolingKind, size: Extent, stride: Extent? = nil, padding: Padding = .valid,
    rounding: OutputRounding = .floor,
    countsPadding: Bool = false
  ) {
    self.kind = kind
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
    self.rounding = rounding
    self.countsPadding = countsPadding
  }
}

/// Which channels of an image take part.
public enum ChannelSelection: String, Sendable, CaseIterable {
  /// Every colour channel on its own.
  case each
  /// One: Rec. 601 luma of the stored values (of a YCbCr JPEG the Y that is in the file), or Rec. 709 luminance in linear light.
  case luma
  /// Red alone.
  case red = "R"
  /// Green alone.
  case green = "G"
  /// Blue alone.
  case blue = "B"
  /// Alpha alone, as grey.
  case alpha = "A"
}

/// How alpha takes part.
public enum AlphaHandling: String, Sendable, CaseIterable {
  /// Colours are weighted by alpha, alpha is filtered too; a zero-sum kernel keeps alpha as it was.
  case premultiply
  /// Colours are filtered unweighted, alpha is copied.
  case keep
  /// Alpha is one more channel.
  case filter
  /// Alpha is removed first.
  case drop
}
