/// What says how an image's numbers mean colours and sizes; it is carried from input to output unchanged.
public struct ColorMetadata: Hashable, Sendable {
  /// The ICC profile, as in the file; that of a CMYK image is left out, since its pixels are delivered as RGB.
  public var iccProfile: [UInt8]?
  /// The rendering intent 0…3 of an image that is declared to be sRGB.
  public var renderingIntent: Int?
  /// The gamma of the samples (1 over the display's) × 100000, as PNG's `gAMA` has it.
  public var gamma: UInt32?
  /// The x and y of white, red, green and blue × 100000, eight numbers, as PNG's `cHRM` has them.
  public var chromaticities: [UInt32]?
  /// The density of the pixels.
  public var density: PixelDensity?

  /// Creates metadata that say nothing.
  public init() {}
}

/// How many pixels stand side by side in a length.
public struct PixelDensity: Hashable, Sendable {
  /// Across, more than 0.
  public var x: Double
  /// Down, more than 0.
  public var y: Double
  /// Whether the numbers are pixels a metre; otherwise only their ratio, the shape of a pixel, has a meaning.
  public var isPerMetre: Bool

  /// Creates a density.
  public init(x: Double, y: Double, isPerMetre: Bool) {
    self.x = x
    self.y = y
    self.isPerMetre = isPerMetre
  }
}
