/// Where everything lies on a contact sheet, in pixels.
struct SheetLayout {
  /// The blank space around everything.
  static let margin = 28
  /// The space between tiles.
  static let gap = 28
  /// From the top of a line of text to that of the next.
  static let lineHeight = 16
  /// Between a picture and what stands below it.
  static let captionGap = 10
  /// A tile's own scale with the space below it.
  static let scaleHeight = 20
  /// The side of the square that a kernel is drawn in.
  static let kernelSide = 86
  /// The width of the scale beside the heading.
  static let legendWidth = 256
  /// A scale of the heading, with its numbers.
  static let legendHeight = 31

  let tileWidth: Int
  let pictureHeight: Int
  let columns: Int
  let width: Int
  let height: Int
  /// The notes, broken into lines.
  let lines: [String]
  /// The room for the heading's text.
  let textWidth: Int
  let legendIsBeside: Bool
  let legendTop: Int
  private let side: Int
  private let tileHeight: Int
  private let headingHeight: Int

  init(_ sheet: ContactSheet) {
    let side = ContactSheet.pictureSide(tileCount: sheet.tiles.count)
    let sizes = sheet.tiles.map { Self.drawnSize(of: $0.picture, side: side) }
    let hasScales = sheet.tiles.contains { $0.scale != nil }
    let hasKernels = sheet.tiles.contains { $0.kernel != nil }
    self.side = side
    // A name has room, unless it is longer than the widest picture.
    let named = sheet.tiles.map { tile in
      BitmapFont.standard.width(of: tile.name, weight: .bold) + (tile.kernel == nil ? 0 : Self.kernelSide + 10)
    }
    tileWidth = max(sizes.map(\.width).max() ?? 0, hasKernels ? 192 : 128, min(named.max() ?? 0, 256))
    pictureHeight = sizes.map(\.height).max() ?? 0
    let captionLines = sheet.tiles.map { $0.details.count + 1 }.max() ?? 0
    let caption = max(captionLines * Self.lineHeight, hasKernels ? Self.kernelSide : 0)
    tileHeight = pictureHeight + Self.captionGap + (hasScales ? Self.scaleHeight : 0) + caption

    columns = Self.columns(count: sheet.tiles.count, width: tileWidth + Self.gap, height: tileHeight + Self.gap)
    let rows = (sheet.tiles.count + columns - 1) / columns
    width = 2 * Self.margin + columns * (tileWidth + Self.gap) - Self.gap
    let whole = width - 2 * Self.margin
    let beside = whole - (sheet.legend == nil ? 0 : Self.legendWidth + Self.gap)
    let font = BitmapFont.standard
    let needed = (sheet.notes.map { font.width(of: $0) } + [font.width(of: sheet.title, weight: .bold)]).max() ?? 0
    legendIsBeside = needed <= beside
    textWidth = legendIsBeside ? beside : whole
    lines = sheet.notes.flatMap { [textWidth] in Self.broken($0, width: textWidth) }
    let textHeight = (lines.count + 1) * Self.lineHeight
    legendTop = legendIsBeside ? Self.margin : Self.margin + textHeight + 8
    let legendHeight = sheet.legend == nil ? 0 : Self.legendHeight
    headingHeight = legendIsBeside ? max(textHeight, legendHeight) : textHeight + 8 + legendHeight
    height = 2 * Self.margin + headingHeight + rows * (tileHeight + Self.gap)
  }

  /// The top left corner of a tile.
  func origin(of index: Int) -> (x: Int, y: Int) {
    (
      x: Self.margin + index % columns * (tileWidth + Self.gap),
      y: Self.margin + headingHeight + Self.gap - 4 + index / columns * (tileHeight + Self.gap)
    )
  }

  /// The extents that a picture is drawn in.
  func drawnSize(of picture: Canvas) -> (width: Int, height: Int) { Self.drawnSize(of: picture, side: side) }

  /// The extents that fill the side; small pictures are enlarged by a whole factor where that nearly does.
  private static func drawnSize(of picture: Canvas, side: Int) -> (width: Int, height: Int) {
    let longer = max(picture.width, picture.height)
    let factor = side / longer
    if factor * longer * 10 >= side * 9 { return (picture.width * factor, picture.height * factor) }
    let scaled = { (length: Int) in max(1, Int((Double(length) * Double(side) / Double(longer)).rounded())) }
    return (scaled(picture.width), scaled(picture.height))
  }

  /// A note in lines of at most `width` pixels, broken between its parts; a part that is too long itself is shortened.
  private static func broken(_ note: String, width: Int) -> [String] {
    let font = BitmapFont.standard
    var lines: [String] = []
    for part in note.split(separator: "·").map({ $0.drop { $0 == " " } }) {
      var part = String(part)
      while part.last == " " { part.removeLast() }
      if let last = lines.last, font.width(of: "\(last) · \(part)") <= width {
        lines[lines.count - 1] = "\(last) · \(part)"
      } else {
        lines.append(font.fitting(part, width: width))
      }
    }
    return lines
  }

  /// The columns that make a sheet nearest to three by two, with as few places as possible left empty in its last row.
  private static func columns(count: Int, width: Int, height: Int) -> Int {
    func unease(_ columns: Int) -> Double {
      let rows = (count + columns - 1) / columns
      let ratio = Double(columns * width) / Double(rows * height) / 1.5
      return max(ratio, 1 / ratio) + 3 * Double(columns * rows - count) / Double(columns * rows)
    }
    return (1...max(1, count)).min { unease($0) < unease($1) } ?? 1
  }
}
