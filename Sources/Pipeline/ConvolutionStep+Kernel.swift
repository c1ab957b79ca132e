public import Convolution
public import Kernels
import Tensors

extension ConvolutionStep {
  /// How a kernel is laid on an image, where the caller says so; what is `nil` is left to the kernel's file, then to the defaults.
  public struct Choices: Sendable {
    /// Correlation or convolution.
    public var operation: Kernel.Operation?
    /// What padded samples hold.
    public var border: Border?
    /// How far the image is extended.
    public var padding: Padding
    /// The step from window to window.
    public var stride: Extent
    /// The step from tap to tap.
    public var dilation: Extent
    /// How it is computed.
    public var algorithm: Algorithm

    /// Creates choices; the defaults are those of images: `same` padding, stride and dilation 1.
    public init(
      operation: Kernel.Operation? = nil, border: Border? = nil, padding: Padding = .same, stride: Extent = Extent(1),
      dilation: Extent = Extent(1), algorithm: Algorithm = .auto
    ) {
      self.operation = operation
      self.border = border
      self.padding = padding
      self.stride = stride
      self.dilation = dilation
      self.algorithm = algorithm
    }
  }

  /// Creates the step that lays a kernel on an image.
  ///
  /// A convolution turns the kernel by 180° and mirrors its anchor; then it is correlated like any other.
  ///
  /// - Throws: `JobError` where the kernel's file names a border there is not.
  public init(_ kernel: Kernel, _ choices: Choices = Choices()) throws(JobError) {
    let advised = try kernel.advisedBorder()
    let flips = (choices.operation ?? kernel.operation ?? .correlate) == .convolve
    self.init(
      name: kernel.name, bank: flips ? kernel.bank.flipped(lowerCentre: choices.padding == .sameLower) : kernel.bank,
      stride: choices.stride,
      dilation: choices.dilation, padding: choices.padding, border: choices.border ?? advised ?? .edge,
      algorithm: choices.algorithm)
  }
}
