/// How much a file may ask for; all are checked before anything of that size is allocated.
public struct DecodeLimits: Hashable, Sendable {
  /// The longest side, in pixels.
  public var maximumSide = 65_535
  /// The most pixels of an image.
  public var maximumPixels = 268_402_689
  /// The most bytes that a decoder may hold: interlaced, progressive and turned images are held whole.
  public var maximumMemory = 2 << 30
  /// The most scans of a JPEG file.
  public var maximumScans = 100
  /// The most bytes of a PNG chunk that is not image data, and of the ICC profile in one.
  public var maximumChunkBytes = 1_000_000

  /// Creates the default limits.
  public init() {}
}
