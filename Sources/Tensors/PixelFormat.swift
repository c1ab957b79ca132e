/// The width of one stored sample.
public enum SampleDepth: Int, Hashable, Sendable, CaseIterable {
  /// One byte: 0…255.
  case eight = 8
  /// Two bytes in the machine's byte order: 0…65535.
  case sixteen = 16

  /// The largest sample, 255 or 65535: full range, 1.0.
  public var maximum: Int { (1 << rawValue) - 1 }

  /// The bytes of one sample: 1 or 2.
  public var byteCount: Int { rawValue / 8 }
}

/// How the pixels of an image are stored: interleaved samples, colour first, alpha last.
public struct PixelFormat: Hashable, Sendable {
  /// The colour channels before alpha.
  public enum Color: Int, Hashable, Sendable, CaseIterable {
    /// One channel.
    case grey = 1
    /// Three channels: red, green, blue.
    case rgb = 3
  }

  /// The colour channels.
  public var color: Color
  /// Whether an alpha channel, not premultiplied, follows the colours.
  public var hasAlpha: Bool
  /// The width of each sample.
  public var depth: SampleDepth

  /// Creates a format.
  public init(_ color: Color, hasAlpha: Bool = false, depth: SampleDepth = .eight) {
    self.color = color
    self.hasAlpha = hasAlpha
    self.depth = depth
  }

  /// The samples of one pixel: 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA).
  public var channelCount: Int { color.rawValue + (hasAlpha ? 1 : 0) }

  /// The bytes of one pixel.
  public var bytesPerPixel: Int { channelCount * depth.byteCount }
}

extension PixelFormat: CustomStringConvertible {
  /// The channels and the depth, as in `8-bit RGBA`.
  public var description: String {
    let channels = color == .grey ? (hasAlpha ? "grey+alpha" : "grey") : (hasAlpha ? "RGBA" : "RGB")
    return "\(depth.rawValue)-bit \(channels)"
  }
}
