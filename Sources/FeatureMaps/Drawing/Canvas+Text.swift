extension Canvas {
  /// Writes a line of text.
  ///
  /// - Parameters:
  ///   - text: what to write; characters that the font lacks become `?`.
  ///   - x: the first column.
  ///   - y: the top of the line, which is `BitmapFont.height` rows high.
  ///   - color: the ink.
  ///   - weight: the strokes' weight.
  public mutating func write(
    _ text: String, x: Int, y: Int, color: Color = .ink, weight: BitmapFont.Weight = .regular
  ) {
    let font = BitmapFont.standard
    var x = x
    for character in text {
      let glyph = font.glyph(character)
      for (place, isInk) in glyph.ink.enumerated() where isInk {
        let column = x + place % glyph.width
        let row = y + glyph.top + place / glyph.width
        self[column, row] = color
        if weight == .bold { self[column + 1, row] = color }
      }
      x += font.advance(glyph, weight)
    }
  }

  /// Writes a line of text whose figures and capitals stand in the middle of a rectangle.
  public mutating func write(_ text: String, centredIn area: Area, color: Color = .ink) {
    let capitals = 9
    write(
      text, x: area.x + (area.width - BitmapFont.standard.width(of: text)) / 2,
      y: area.y + (area.height - capitals) / 2 - BitmapFont.capitalTop, color: color)
  }
}
