/// The font of the drawings: proportional, one pixel a stroke, made for labels at 100 %.
///
/// Capitals and figures are 9 pixels high and figures all of one width, small letters 7; ascenders reach one pixel higher than capitals,
/// descenders three below the baseline. It has printable ASCII and what numbers and shapes need (`× − · … σ ° ± ≤ ≥ → ÷ Σ ² ∞`).
public struct BitmapFont: Sendable {
  /// The strokes' weight.
  public enum Weight: Sendable {
    /// One pixel a stroke.
    case regular
    /// Two pixels a stroke, across.
    case bold
  }

  /// One character: `width` columns from row `top` on, row by row.
  struct Glyph: Hashable, Sendable {
    let width: Int
    let top: Int
    let ink: [Bool]
  }

  /// The font itself.
  public static let standard = BitmapFont()

  /// The rows of a line: 10 above the baseline, 3 below.
  public static let height = 13

  /// The rows above the baseline that capitals do not fill.
  static let capitalTop = 1

  /// The blank columns between two glyphs.
  private static let gap = 2

  private let glyphs: [Character: Glyph]
  private let missing: Glyph

  private init() {
    var glyphs: [Character: Glyph] = [:]
    for strip in Self.strips {
      let rows = strip.rows.split(separator: "\n").map { $0.split(separator: " ") }
      for (index, character) in strip.characters.enumerated() {
        glyphs[character] = Glyph(
          width: rows[0][index].count, top: strip.top, ink: rows.flatMap { $0[index].map { $0 == "#" } })
      }
    }
    guard let missing = glyphs["?"] else { preconditionFailure("the font has a question mark") }
    self.glyphs = glyphs
    self.missing = missing
  }

  /// The characters that have a glyph; any other is drawn as `?`.
  public var characters: Set<Character> { Set(glyphs.keys) }

  /// The glyph of a character, or that of `?`.
  func glyph(_ character: Character) -> Glyph { glyphs[character] ?? missing }

  /// The pixels from one glyph's first column to the next one's.
  func advance(_ glyph: Glyph, _ weight: Weight) -> Int {
    glyph.width + Self.gap + (weight == .bold ? 1 : 0)
  }

  /// The width of a line of text in pixels; 0 of no text.
  public func width(of text: String, weight: Weight = .regular) -> Int {
    text.isEmpty ? 0 : text.reduce(-Self.gap) { $0 + advance(glyph($1), weight) }
  }

  /// The text, or as much of its beginning and end as fits `width` pixels, with `…` in the middle where some is left out.
  public func fitting(_ text: String, width: Int, weight: Weight = .regular) -> String {
    guard self.width(of: text, weight: weight) > width else { return text }
    for kept in stride(from: text.count - 1, through: 1, by: -1) {
      let short = text.prefix((kept + 1) / 2) + "…" + text.suffix(kept / 2)
      if self.width(of: String(short), weight: weight) <= width { return String(short) }
    }
    return ""
  }
}
