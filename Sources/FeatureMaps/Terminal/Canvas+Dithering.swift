extension Canvas {
  /// The colours of a palette that stand for the pixels, row by row: what one differs by is handed on to the right and below.
  ///
  /// Shares are 7, 3, 5 and 1 sixteenths (Floyd and Steinberg, 1976).
  ///
  /// - Parameters:
  ///   - index: the palette's nearest colour.
  ///   - color: the colour of an index.
  /// - Returns: an index for each pixel.
  func dithered(nearest index: (Color) -> Int, color: (Int) -> Color) -> [Int] {
    var indices = Array(repeating: 0, count: width * height)
    let none = Array(repeating: 0.0, count: 3 * (width + 2))
    // Errors of this row and the next, three a pixel, with a pixel more on either side.
    var (here, below) = (none, none)
    for y in 0..<height {
      for x in 0..<width {
        let wanted = self[x, y].channels.enumerated().map { $1 + here[3 * (x + 1) + $0] }
        let found = index(Color(channels: wanted))
        indices[y * width + x] = found
        for (channel, value) in color(found).channels.enumerated() {
          let error = wanted[channel] - value
          here[3 * (x + 2) + channel] += error * 7 / 16
          below[3 * x + channel] += error * 3 / 16
          below[3 * (x + 1) + channel] += error * 5 / 16
          below[3 * (x + 2) + channel] += error / 16
        }
      }
      (here, below) = (below, none)
    }
    return indices
  }
}

extension ColorMap.Color {
  /// Red, green and blue, 0…255.
  var channels: [Double] { [Double(red), Double(green), Double(blue)] }

  /// A colour of channels that are rounded, and held within 0…255.
  init(channels: [Double]) {
    let bytes = channels.map { UInt8(min(max($0, 0), 255).rounded()) }
    self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
  }
}
