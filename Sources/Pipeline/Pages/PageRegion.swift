import Tensors

/// A rectangle of an image's pixels.
public struct PageRegion: Hashable, Sendable {
  /// The first column, from 0.
  public let x: Int
  /// The first row, from 0.
  public let y: Int
  /// The columns.
  public let width: Int
  /// The rows.
  public let height: Int

  /// Creates a rectangle.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The most pixels of an image that a page holds whole.
  static let wholePixels = 1 << 20
  /// The most pixels that a page holds: its computations take seconds then.
  static let largestPixels = 1 << 23

  /// The part of an image that a page holds where none is asked for: all of it, or as much as `wholePixels` around a centre.
  init(width: Int, height: Int, around centre: (x: Int, y: Int)) {
    guard width * height > Self.wholePixels else {
      self.init(x: 0, y: 0, width: width, height: height)
      return
    }
    let rows = min(height, max(1024, Self.wholePixels / width))
    let columns = min(width, Self.wholePixels / rows)
    func start(_ centre: Int, _ size: Int, of extent: Int) -> Int { min(max(centre - size / 2, 0), extent - size) }
    self.init(
      x: start(centre.x, columns, of: width), y: start(centre.y, rows, of: height), width: columns, height: rows)
  }

  /// Whether it lies in an image, and is neither empty nor too large.
  ///
  /// - Throws: `JobError` with both shapes.
  func check(width: Int, height: Int, path: String) throws(JobError) {
    let isInside =
      x >= 0 && y >= 0 && self.width >= 1 && self.height >= 1 && self.width <= width && self.height <= height
      && x <= width - self.width && y <= height - self.height
    guard isInside, self.width * self.height <= Self.largestPixels else {
      throw JobError(
        .badData, code: "shape.mismatch", path: path,
        """
        the part \(self) does not lie in the image, \(width)×\(height), or has more than \(Self.largestPixels) pixels \
        (--crop)
        """)
    }
  }
}

extension PageRegion: CustomStringConvertible {
  /// The rectangle as `X,Y,WIDTHxHEIGHT`.
  public var description: String { "\(x),\(y),\(width)x\(height)" }
}
