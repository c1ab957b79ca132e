#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A colour for every value from 0 to 1.
public enum ColorMap: String, CaseIterable, Hashable, Sendable {
  /// Black to white.
  case grey
  /// Blue over light grey to red, for values with a middle that means nothing: weights, signed feature maps.
  ///
  /// The cool-warm map of K. Moreland, “Diverging Color Maps for Scientific Visualization” (2009), computed in its polar CIELAB space.
  case diverging
  /// Violet over green to yellow, even in lightness. Matplotlib, CC0.
  case viridis
  /// Black over magenta to pale yellow, even in lightness. Matplotlib, CC0.
  case magma
  /// Blue over green to red, as rainbow maps are, but smooth in lightness. A. Mikhailov, Google (2019), Apache-2.0.
  case turbo

  /// A colour of 8 bits a channel, in sRGB.
  public struct Color: Hashable, Sendable {
    /// Red, 0…255.
    public var red: UInt8
    /// Green, 0…255.
    public var green: UInt8
    /// Blue, 0…255.
    public var blue: UInt8

    /// Creates a colour from its channels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }

  /// The colour of a value; below 0 is as 0, above 1 as 1, and NaN as 0.
  ///
  /// Viridis, magma and turbo have 256 colours, of which the nearest is taken.
  public func color(at value: Double) -> Color {
    let x = value.isNaN ? 0 : min(1, max(0, value))
    switch self {
    case .grey: return Color(x, x, x)
    case .diverging: return Self.coolWarm(x)
    case .viridis: return Self.entry(x, of: ColorTables.viridis)
    case .magma: return Self.entry(x, of: ColorTables.magma)
    case .turbo: return Self.entry(x, of: ColorTables.turbo)
    }
  }

  /// The 256 colours at 0, 1/255, …, 1, for mapping 8-bit samples.
  public var palette: [Color] { (0...255).map { color(at: Double($0) / 255) } }

  private static func entry(_ x: Double, of table: [UInt8]) -> Color {
    let start = 3 * Int((x * 255).rounded())
    return Color(red: table[start], green: table[start + 1], blue: table[start + 2])
  }

  /// Two arms in polar CIELAB coordinates (radius, angle from the lightness axis, hue) that meet in a grey.
  ///
  /// Both ends have radius 80 and angle 1.08, at the hues −1.1 (blue) and 0.5 (red); the middle is the grey of lightness 88. Towards
  /// it the hue turns by `s·√(88² − 80²) / (80·sin s)`, so that the arms look straight, as in the paper.
  private static func coolWarm(_ x: Double) -> Color {
    let (radius, saturation, middle) = (80.0, 1.08, 88.0)
    let spin = saturation * (middle * middle - radius * radius).squareRoot() / (radius * sin(saturation))
    let distance = abs(2 * x - 1)
    let endHue = x < 0.5 ? -1.1 : 0.5
    let middleHue = endHue + (x < 0.5 ? -spin : spin)
    let m = middle + (radius - middle) * distance
    let s = saturation * distance
    let h = middleHue + (endHue - middleHue) * distance
    return Color(lightness: m * cos(s), a: m * sin(s) * cos(h), b: m * sin(s) * sin(h))
  }
}

extension ColorMap.Color {
  /// Channels in 0…1, clipped and rounded.
  fileprivate init(_ red: Double, _ green: Double, _ blue: Double) {
    let byte = { (value: Double) in UInt8((min(1, max(0, value)) * 255).rounded()) }
    self.init(red: byte(red), green: byte(green), blue: byte(blue))
  }

  /// A CIELAB colour under D65 in sRGB (CIE 15, IEC 61966-2-1).
  fileprivate init(lightness: Double, a: Double, b: Double) {
    let expand = { (t: Double) in t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29) }
    let y = (lightness + 16) / 116
    let (cieX, cieY, cieZ) = (0.950_47 * expand(y + a / 500), expand(y), 1.088_83 * expand(y - b / 200))
    let encode = { (c: Double) in c <= 0.003_130_8 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055 }
    self.init(
      encode(3.240_454_2 * cieX - 1.537_138_5 * cieY - 0.498_531_4 * cieZ),
      encode(-0.969_266_0 * cieX + 1.876_010_8 * cieY + 0.041_556_0 * cieZ),
      encode(0.055_643_4 * cieX - 0.204_025_9 * cieY + 1.057_225_2 * cieZ))
  }
}
