public import Tensors

/// A picture in memory to draw on: 8-bit RGB in sRGB, `(0, 0)` at the top left.
///
/// What is drawn beyond its edges is cut off.
public struct Canvas: Hashable, Sendable {
  /// The pixels of a row.
  public let width: Int
  /// The rows.
  public let height: Int
  private var bytes: [UInt8]

  /// A colour of the canvas.
  public typealias Color = ColorMap.Color

  /// A rectangle of pixels.
  public struct Area: Hashable, Sendable {
    /// The first column.
    public var x: Int
    /// The first row.
    public var y: Int
    /// The columns.
    public var width: Int
    /// The rows.
    public var height: Int

    /// Creates a rectangle.
    public init(x: Int, y: Int, width: Int, height: Int) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Creates an empty picture; traps unless it has a pixel.
  public init(width: Int, height: Int, paper: Color = .white) {
    precondition(width >= 1 && height >= 1, "a picture of \(width)×\(height) pixels")
    self.width = width
    self.height = height
    bytes = Array(repeating: paper.red, count: 3 * width * height)
    if paper.green != paper.red || paper.blue != paper.red {
      fill(Area(x: 0, y: 0, width: width, height: height), paper)
    }
  }

  /// Creates a picture of `width × height` colours, row by row; traps when there are not as many.
  public init(width: Int, height: Int, colors: some Sequence<Color>) {
    precondition(width >= 1 && height >= 1, "a picture of \(width)×\(height) pixels")
    self.width = width
    self.height = height
    bytes = []
    bytes.reserveCapacity(3 * width * height)
    for color in colors {
      bytes.append(color.red)
      bytes.append(color.green)
      bytes.append(color.blue)
    }
    precondition(bytes.count == 3 * width * height, "\(bytes.count / 3) colours do not fill \(width)×\(height)")
  }

  /// The picture as rows for an encoder, 8-bit RGB.
  public var pixels: PixelRows { PixelRows(format: PixelFormat(.rgb), width: width, rowCount: height, bytes: bytes) }

  /// The colour of a pixel; setting one outside does nothing, asking for it traps.
  public subscript(x: Int, y: Int) -> Color {
    get {
      precondition(x >= 0 && x < width && y >= 0 && y < height, "(\(x), \(y)) is outside \(width)×\(height)")
      let start = 3 * (y * width + x)
      return Color(red: bytes[start], green: bytes[start + 1], blue: bytes[start + 2])
    }
    set {
      guard x >= 0, x < width, y >= 0, y < height else { return }
      let start = 3 * (y * width + x)
      (bytes[start], bytes[start + 1], bytes[start + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  /// Fills a rectangle.
  public mutating func fill(_ area: Area, _ color: Color) {
    for y in max(area.y, 0)..<max(area.y, 0, min(area.y + area.height, height)) {
      for x in max(area.x, 0)..<max(area.x, 0, min(area.x + area.width, width)) { self[x, y] = color }
    }
  }

  /// Draws the outermost pixels of a rectangle.
  public mutating func frame(_ area: Area, _ color: Color) {
    fill(Area(x: area.x, y: area.y, width: area.width, height: 1), color)
    fill(Area(x: area.x, y: area.y + area.height - 1, width: area.width, height: 1), color)
    fill(Area(x: area.x, y: area.y, width: 1, height: area.height), color)
    fill(Area(x: area.x + area.width - 1, y: area.y, width: 1, height: area.height), color)
  }

  /// Draws a straight line between the middles of two pixels, with soft edges and round ends.
  ///
  /// Its cost grows with the area of the rectangle around it.
  public mutating func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), _ color: Color, thickness: Double = 1
  ) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let lengthSquared = dx * dx + dy * dy
    let reach = thickness / 2 + 0.5
    let columns = Self.range(start.x, end.x, reach: reach, limit: width)
    for y in Self.range(start.y, end.y, reach: reach, limit: height) {
      for x in columns {
        let (px, py) = (Double(x) - start.x, Double(y) - start.y)
        let along = lengthSquared == 0 ? 0 : min(1, max(0, (px * dx + py * dy) / lengthSquared))
        let (ox, oy) = (px - along * dx, py - along * dy)
        let coverage = min(1, max(0, reach - (ox * ox + oy * oy).squareRoot()))
        if coverage > 0 { self[x, y] = self[x, y].mixed(with: color, share: coverage) }
      }
    }
  }

  private static func range(_ a: Double, _ b: Double, reach: Double, limit: Int) -> Range<Int> {
    let low = min(max((min(a, b) - reach).rounded(.up), 0), Double(limit))
    let high = min(max((max(a, b) + reach).rounded(.down) + 1, low), Double(limit))
    return Int(low)..<Int(high)
  }

  /// Lays another picture into a rectangle, scaled as `scaled` does.
  public mutating func draw(_ picture: Canvas, in area: Area) {
    let scaled = picture.scaled(width: area.width, height: area.height)
    for y in 0..<area.height {
      for x in 0..<area.width { self[area.x + x, area.y + y] = scaled[x, y] }
    }
  }

  /// The picture in another size: repeated pixels where it grows, means of areas where it shrinks.
  ///
  /// Where it grows by a fraction, pixels are repeated more often and areas of that averaged, so that all keep one size but for soft edges.
  public func scaled(width: Int, height: Int) -> Canvas {
    guard (width, height) != (self.width, self.height) else { return self }
    let (across, down) = ((width + self.width - 1) / self.width, (height + self.height - 1) / self.height)
    guard across == 1 && down == 1 else {
      let large = Canvas(
        width: across * self.width, height: down * self.height,
        colors: (0..<down * self.height).lazy.flatMap { y in
          (0..<across * self.width).lazy.map { self[$0 / across, y / down] }
        })
      return large.scaled(width: width, height: height)
    }
    let axes = (
      rows: AreaAverage.Axis(count: height, of: self.height), columns: AreaAverage.Axis(count: width, of: self.width)
    )
    let planes = (0..<3).map { channel in
      var average = AreaAverage(rows: axes.rows, columns: axes.columns)
      for y in 0..<self.height {
        average.add((0..<self.width).map { Float(bytes[3 * (y * self.width + $0) + channel]) })
      }
      return average.take()
    }
    return Canvas(width: width, height: height, planes: planes, fullRange: 255)
  }

  /// Creates a picture from its red, green and blue values, or from grey ones, row by row, where `fullRange` is full brightness.
  ///
  /// Traps unless there are 1 or 3 planes of `width × height` values.
  public init(width: Int, height: Int, planes: [[Float]], fullRange: Float) {
    precondition(
      (planes.count == 1 || planes.count == 3) && planes.allSatisfy { $0.count == width * height },
      "\(planes.count) planes do not make \(width)×\(height) pixels")
    let byte = { (value: Float) in UInt8(min(255, max(0, (value / fullRange * 255).rounded(.toNearestOrEven)))) }
    self.init(
      width: width, height: height,
      colors: (0..<width * height).lazy.map { place in
        Color(
          red: byte(planes[0][place]), green: byte(planes[planes.count / 2][place]),
          blue: byte(planes[planes.count - 1][place]))
      })
  }
}

extension ColorMap.Color {
  /// White paper.
  public static let white = ColorMap.Color(red: 255, green: 255, blue: 255)
  /// Ink for names and numbers.
  public static let ink = ColorMap.Color(red: 32, green: 33, blue: 36)
  /// Ink for what is said beside.
  public static let paleInk = ColorMap.Color(red: 95, green: 99, blue: 104)
  /// Hairlines around pictures.
  public static let hairline = ColorMap.Color(red: 200, green: 203, blue: 207)

  /// A colour between this one (share 0) and another (share 1), by stored values.
  public func mixed(with other: ColorMap.Color, share: Double) -> ColorMap.Color {
    let mix = { (a: UInt8, b: UInt8) in UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded()) }
    return ColorMap.Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }

  /// The luma of the colour, 0…255, as JPEG weighs it.
  public var luma: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }
}
