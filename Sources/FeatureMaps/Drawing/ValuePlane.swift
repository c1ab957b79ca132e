/// One plane of numbers to be drawn: a feature map, or what is left of one that was shrunk.
public struct ValuePlane: Hashable, Sendable {
  /// The columns.
  public let width: Int
  /// The rows.
  public let height: Int
  /// The values, row by row.
  public let values: [Float]

  /// Creates a plane; traps unless there are `width × height` values.
  public init(width: Int, height: Int, values: [Float]) {
    precondition(width >= 1 && height >= 1 && values.count == width * height, "\(width)×\(height) values")
    self.width = width
    self.height = height
    self.values = values
  }

  /// The plane as it is, or shrunk as `MapShrinking` does so that neither side is longer than `side`; sides keep their proportion.
  public func fitting(side: Int) -> ValuePlane {
    let (width, height) = Self.extents(width: width, height: height, fitting: side)
    guard (width, height) != (self.width, self.height) else { return self }
    var shrinking = MapShrinking(
      rows: .init(count: height, of: self.height), columns: .init(count: width, of: self.width))
    for row in 0..<self.height { shrinking.add(Array(values[row * self.width..<(row + 1) * self.width])) }
    return ValuePlane(width: width, height: height, values: shrinking.take())
  }

  /// The extents of a picture that was shrunk until neither side is longer than `side`.
  public static func extents(width: Int, height: Int, fitting side: Int) -> (width: Int, height: Int) {
    let longer = max(width, height)
    guard longer > side else { return (width, height) }
    let scaled = { (length: Int) in max(1, Int((Double(length) * Double(side) / Double(longer)).rounded())) }
    return (scaled(width), scaled(height))
  }
}
