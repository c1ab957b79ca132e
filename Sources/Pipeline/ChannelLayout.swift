public import Tensors

/// The channels that are there before any is chosen: colours or feature maps, then alpha where there is one.
///
/// It is all that a plan needs to know of pixels. An image has 1 or 3 colours, a tensor any number of maps.
public struct ChannelLayout: Hashable, Sendable {
  /// The colours or feature maps; at least 1.
  public let colorCount: Int
  /// Whether an alpha channel follows them.
  public let hasAlpha: Bool
  /// The width of each stored sample.
  public let depth: SampleDepth

  /// Creates a layout; traps unless there is a colour.
  public init(colorCount: Int, hasAlpha: Bool = false, depth: SampleDepth = .eight) {
    precondition(colorCount >= 1, "\(colorCount) channels hold no sample")
    self.colorCount = colorCount
    self.hasAlpha = hasAlpha
    self.depth = depth
  }

  /// The channels of an image's pixels.
  public init(_ format: PixelFormat) {
    self.init(colorCount: format.color.rawValue, hasAlpha: format.hasAlpha, depth: format.depth)
  }

  /// The samples of one pixel.
  public var channelCount: Int { colorCount + (hasAlpha ? 1 : 0) }

  /// The names of the colours and maps, in order; that of alpha, `A`, is not among them.
  var colorNames: [String] {
    switch colorCount {
    case 1: ["grey"]
    case 3: ["R", "G", "B"]
    default: (1...colorCount).map(String.init)
    }
  }
}

extension ChannelLayout: CustomStringConvertible {
  /// The layout of pixels as `8-bit RGBA`, or the depth and the number of channels.
  public var description: String {
    guard let color = PixelFormat.Color(rawValue: colorCount) else {
      return "\(depth.rawValue)-bit with \(channelCount) channels"
    }
    return "\(PixelFormat(color, hasAlpha: hasAlpha, depth: depth))"
  }
}
