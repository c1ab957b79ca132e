public import Convolution

/// An operator of tensors with its attributes, under the names and in the meaning of ONNX (opset 22), not yet fitted to any shape.
///
/// The arrays that it takes and gives are named by `TensorRole`.
public enum TensorOperation: Sendable, Equatable {
  /// `input`, `weight` and, where there is one, `bias` give `output`.
  case convolution(ConvolutionAttributes)
  /// `input`, `weight` and `gradOutput` give those of `gradInput`, `gradWeight` and `gradBias` that are asked for.
  case convolutionGradients(ConvolutionAttributes)
  /// `input`, `weight` and, where there is one, `bias` give `output`.
  case transposedConvolution(ConvolutionAttributes, outputPadding: [Int]? = nil, outputShape: [Int]? = nil)
  /// `input` gives `output` and, for the maximum, `indices` where they are asked for; without attributes a window is a whole plane.
  case pooling(PoolingKind, PoolingAttributes?)
  /// `input` and `gradOutput` give `gradInput`.
  case poolingGradient(PoolingKind, PoolingAttributes)
  /// `input` gives `output`, the matrix of windows of each image.
  case im2col(kernelShape: [Int], WindowAttributes)
  /// `input`, a matrix of windows for each image, gives `output`, whose planes have the extents `imageShape`.
  case col2im(imageShape: [Int], kernelShape: [Int], WindowAttributes)

  /// How a window becomes one number.
  public enum PoolingKind: Sendable, Equatable {
    /// The largest sample.
    case maximum
    /// The mean; with `countingPadding` the zeros of the padding count.
    case average(countingPadding: Bool)
    /// The norm `(Σ |x|^p)^(1/p)`.
    case norm(p: Int)
  }

  /// How windows are laid, one number an axis, outermost first; what is `nil` is left to ONNX's defaults.
  public struct WindowAttributes: Sendable, Equatable {
    /// The step from window to window; 1.
    public var strides: [Int]?
    /// The padding before each axis, then after each; 0.
    public var pads: [Int]?
    /// The step from tap to tap; 1.
    public var dilations: [Int]?
    /// The rule that makes the padding.
    public var autoPad: AutoPadding

    /// Creates attributes.
    public init(
      strides: [Int]? = nil, pads: [Int]? = nil, dilations: [Int]? = nil, autoPad: AutoPadding = .notSet
    ) {
      self.strides = strides
      self.pads = pads
      self.dilations = dilations
      self.autoPad = autoPad
    }
  }

  /// The attributes of a convolution.
  public struct ConvolutionAttributes: Sendable, Equatable {
    /// How its windows are laid.
    public var window: WindowAttributes
    /// The groups that the channels are split into.
    public var group: Int
    /// How it is computed.
    public var algorithm: Algorithm

    /// Creates attributes.
    public init(window: WindowAttributes = WindowAttributes(), group: Int = 1, algorithm: Algorithm = .auto) {
      self.window = window
      self.group = group
      self.algorithm = algorithm
    }
  }

  /// The attributes of a pooling.
  public struct PoolingAttributes: Sendable, Equatable {
    /// The samples of a window on each axis.
    public var kernelShape: [Int]
    /// How its windows are laid.
    public var window: WindowAttributes
    /// What happens to a last window that does not fit whole.
    public var rounding: OutputRounding

    /// Creates attributes.
    public init(
      kernelShape: [Int], window: WindowAttributes = WindowAttributes(), rounding: OutputRounding = .floor
    ) {
      self.kernelShape = kernelShape
      self.window = window
      self.rounding = rounding
    }
  }
}

/// What an array is to an operator; the raw values are the names of the command line's options.
public enum TensorRole: String, Sendable, Hashable, CaseIterable {
  /// What windows are laid on: `N×C×L` or `N×C×H×W`; for `col2im` the matrices.
  case input
  /// The kernels.
  case weight
  /// One number for each output channel.
  case bias
  /// The gradient of the output, in its shape.
  case gradOutput = "grad-output"
  /// The result.
  case output
  /// Where each maximum stood in the whole input, row-major, as 64-bit integers.
  case indices
  /// The gradient of the input, in its shape.
  case gradInput = "grad-input"
  /// The gradient of the weight, in its shape.
  case gradWeight = "grad-weight"
  /// The gradient of the bias.
  case gradBias = "grad-bias"
}
