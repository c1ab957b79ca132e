/// The colours of values from `low` to `high`; what lies beyond has the colour of the end.
public struct ColorScale: Hashable, Sendable {
  /// The colours.
  public let colors: ColorMap
  /// The value of the first colour.
  public let low: Double
  /// The value of the last colour; below `low` where colours run the other way.
  public let high: Double
  /// Whether absolute values are shown.
  public let isMagnitude: Bool
  private let palette: [ColorMap.Color]

  /// Creates a scale between two values.
  public init(_ colors: ColorMap, low: Double, high: Double, isMagnitude: Bool = false) {
    self.colors = colors
    self.low = low
    self.high = high
    self.isMagnitude = isMagnitude
    palette = colors.palette
  }

  /// Creates the scale that shows all values of a range: just that range, or, for diverging colours, as much on both sides of 0.
  public init(_ colors: ColorMap, fitting low: Double, _ high: Double) {
    let reach = max(abs(low), abs(high))
    self.init(colors, low: colors == .diverging ? -reach : low, high: colors == .diverging ? reach : high)
  }

  /// Where a value lies between `low` (0) and `high` (1); 0 where both are one.
  public func position(of value: Double) -> Double {
    guard high != low else { return colors == .diverging ? 0.5 : 0 }
    return min(1, max(0, ((isMagnitude ? abs(value) : value) - low) / (high - low)))
  }

  /// The colour of a value.
  public func color(of value: Double) -> ColorMap.Color {
    value.isNaN ? palette[0] : palette[Int((position(of: value) * 255).rounded())]
  }

  /// How much of a value's colour is laid over a photograph: nothing at 0 or, for colours without a middle, at the first.
  func coverage(of value: Double) -> Double {
    let position = value.isNaN ? 0 : position(of: value)
    return colors == .diverging ? abs(2 * position - 1) : position
  }

  /// A plane in its colours, or laid over a photograph of the same extents, which shows where values are small.
  public func picture(of plane: ValuePlane, over photograph: Canvas? = nil) -> Canvas {
    guard let photograph else {
      return Canvas(
        width: plane.width, height: plane.height, colors: plane.values.lazy.map { color(of: Double($0)) })
    }
    precondition(
      photograph.width == plane.width && photograph.height == plane.height,
      "\(plane.width)×\(plane.height) values over \(photograph.width)×\(photograph.height) pixels")
    return Canvas(
      width: plane.width, height: plane.height,
      colors: plane.values.indices.lazy.map { place in
        overlaid(Double(plane.values[place]), on: photograph[place % plane.width, place / plane.width])
      })
  }

  /// A value's colour over a pixel of a photograph, whose own colours step back to grey.
  public func overlaid(_ value: Double, on pixel: ColorMap.Color) -> ColorMap.Color {
    let grey = UInt8(pixel.luma.rounded())
    return ColorMap.Color(red: grey, green: grey, blue: grey).mixed(
      with: color(of: value), share: min(1, 1.5 * coverage(of: value)))
  }
}

extension Canvas {
  /// Draws the colours of a scale from left to right.
  public mutating func draw(_ scale: ColorScale, in area: Area) {
    let last = max(1, area.width - 1)
    let colors = (0..<area.width).map { column in
      scale.color(of: scale.low + (scale.high - scale.low) * Double(column) / Double(last))
    }
    for (column, color) in colors.enumerated() {
      fill(Area(x: area.x + column, y: area.y, width: 1, height: area.height), color)
    }
    frame(area, .hairline)
  }
}
