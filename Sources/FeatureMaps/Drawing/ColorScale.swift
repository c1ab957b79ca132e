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
  /// The colours of 256 places from `low` to `high`.
  public let palette: [ColorMap.Color]

  /// Creates a scale between two values.
  public init(_ colors: ColorMap, low: Double, high: Double, isMagnitude: Bool = false) {
    self.colors = colors
    self.low = low
    self.high = high
    self.isMagnitude = isMagnitude
    palette = colors.palette
  }

  /// Creates the scale that shows all values of a range: just that range or, for diverging colours, as much on both sides of 0.
  public init(_ colors: ColorMap, fitting low: Double, _ high: Double) {
    guard colors == .diverging else {
      self.init(colors, low: low, high: high)
      return
    }
    let reach = low == 0 && high == 0 ? 1 : max(abs(low), abs(high))
    self.init(colors, low: -reach, high: reach)
  }

  /// Creates the scale that shows what a range mapping keeps; diverging colours have 0 in their middle unless `LO:HI` was asked for.
  ///
  /// Traps when the mapping needs statistics or a histogram and there is none.
  public init(
    _ colors: ColorMap, mapping: RangeMapping, statistics: ValueStatistics? = nil, histogram: ValueHistogram? = nil
  ) {
    let limits = mapping.limits(statistics: statistics, histogram: histogram) ?? (0, 1)
    switch mapping {
    case .abs: self.init(colors, low: 0, high: 1, isMagnitude: true)
    case .range: self.init(colors, low: limits.low, high: limits.high)
    default: self.init(colors, fitting: limits.low, limits.high)
    }
  }

  /// The range mapping that gives a value its place on the scale.
  public var mapping: RangeMapping { isMagnitude ? .abs : .range(low: low, high: high) }

  /// Where a value lies between `low` (0) and `high` (1); 0 where both are one.
  public func position(of value: Double) -> Double {
    guard high != low else { return colors == .diverging ? 0.5 : 0 }
    return min(1, max(0, ((isMagnitude ? abs(value) : value) - low) / (high - low)))
  }

  /// The place in the palette of a value; 0 for NaN.
  private func step(of value: Double) -> UInt8 { value.isNaN ? 0 : UInt8((position(of: value) * 255).rounded()) }

  /// The colour of a value.
  public func color(of value: Double) -> ColorMap.Color { palette[Int(step(of: value))] }

  /// How a value is written beside the scale.
  func label(_ value: Double) -> String { value.label(reach: max(abs(low), abs(high))) }

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
        overlaid(
          step: step(of: Double(plane.values[place])), on: photograph[place % plane.width, place / plane.width])
      })
  }

  /// A colour of the palette over a pixel of a photograph, whose own colours step back to grey.
  ///
  /// The more it says, the more it covers: nothing at the middle of diverging colours and at the first of others, all from half
  /// the way to the end on.
  public func overlaid(step: UInt8, on pixel: ColorMap.Color) -> ColorMap.Color {
    // The middle of 256 colours lies between two of them.
    let strength = colors == .diverging ? Double(abs(2 * Int(step) - 255) - 1) / 254 : Double(step) / 255
    let grey = UInt8(pixel.luma.rounded())
    return ColorMap.Color(red: grey, green: grey, blue: grey).mixed(
      with: palette[Int(step)], share: min(1, 2 * strength))
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
