extension Canvas {
  /// The picture as lines of half blocks, `▀`: two rows of pixels a line, the upper one as ink and the lower as paper.
  ///
  /// - Parameter trueColor: whether colours have 24 bits; otherwise they are of xterm's colour cube and greys, dithered.
  /// - Returns: text that ends each line with its colours reset.
  public func halfBlocks(trueColor: Bool) -> String {
    let indices = trueColor ? [] : dithered(nearest: XtermPalette.index, color: XtermPalette.color)
    let code = { (x: Int, y: Int, layer: Int) in
      let color = self[x, y]
      return trueColor
        ? "\(layer);2;\(color.red);\(color.green);\(color.blue)" : "\(layer);5;\(indices[y * width + x])"
    }
    var text = ""
    for y in stride(from: 0, to: height, by: 2) {
      var last = ""
      for x in 0..<width {
        let ink = code(x, y, 38)
        // Below the last row stands the terminal's own background.
        let paper = y + 1 < height ? code(x, y + 1, 48) : "49"
        let colors = "\u{1B}[\(ink);\(paper)m"
        text += colors == last ? "▀" : colors + "▀"
        last = colors
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }
}

/// The colours 16…255 that xterm and its kin have: a cube of 6×6×6, and 24 greys.
enum XtermPalette {
  /// The levels of the cube's axes.
  static let levels = [0, 95, 135, 175, 215, 255]

  /// The colour of an index from 16 on.
  static func color(_ index: Int) -> Canvas.Color {
    precondition((16...255).contains(index), "colour \(index) is the terminal's own")
    guard index < 232 else {
      let grey = UInt8(8 + 10 * (index - 232))
      return Canvas.Color(red: grey, green: grey, blue: grey)
    }
    let place = index - 16
    return Canvas.Color(
      red: UInt8(levels[place / 36]), green: UInt8(levels[place / 6 % 6]), blue: UInt8(levels[place % 6]))
  }

  /// The index of the colour with the smallest distance in stored values.
  static func index(nearestTo color: Canvas.Color) -> Int {
    let nearest = { (value: UInt8) in
      levels.indices.min { abs(levels[$0] - Int(value)) < abs(levels[$1] - Int(value)) } ?? 0
    }
    let cube = 16 + 36 * nearest(color.red) + 6 * nearest(color.green) + nearest(color.blue)
    let mean = (Int(color.red) + Int(color.green) + Int(color.blue)) / 3
    let grey = 232 + min(max((mean - 3) / 10, 0), 23)
    return distance(Self.color(grey), color) < distance(Self.color(cube), color) ? grey : cube
  }

  private static func distance(_ a: Canvas.Color, _ b: Canvas.Color) -> Int {
    let difference = { (a: UInt8, b: UInt8) in (Int(a) - Int(b)) * (Int(a) - Int(b)) }
    return difference(a.red, b.red) + difference(a.green, b.green) + difference(a.blue, b.blue)
  }
}
