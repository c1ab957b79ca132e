public import Tensors

/// Many small pictures on one sheet, each with its name, its numbers and the kernel that made it.
///
/// Feature maps and the photograph they come from are tiles alike. Drawing costs the sheet's pixels.
public struct ContactSheet: Sendable {
  /// One picture with what stands below it.
  public struct Tile: Sendable {
    /// What it is called.
    public var name: String
    /// What else is said, a line each.
    public var details: [String]
    /// The picture; small ones are enlarged by whole factors, large ones shrunk.
    public var picture: Canvas
    /// A kernel to draw beside the lines.
    public var kernel: KernelBank?
    /// The picture's own scale, drawn below it.
    public var scale: ColorScale?

    /// Creates a tile.
    public init(
      name: String, details: [String], picture: Canvas, kernel: KernelBank? = nil, scale: ColorScale? = nil
    ) {
      self.name = name
      self.details = details
      self.picture = picture
      self.kernel = kernel
      self.scale = scale
    }

    /// Creates the tile of a feature map; `ownScale` says whether its scale is drawn below it.
    public init(_ map: FeatureMap, scale: ColorScale, ownScale: Bool) {
      let statistics = map.statistics
      self.init(
        name: map.name,
        details: [
          "\(map.height)×\(map.width)", "\(statistics.minimum.label)…\(statistics.maximum.label)",
          "mean \(statistics.mean.label)", "zero \(statistics.zeroShare.percentLabel)",
        ],
        picture: scale.picture(of: map.plane, over: map.photograph), kernel: map.kernel,
        scale: ownScale ? scale : nil)
    }
  }

  /// The heading.
  public var title: String
  /// What is said below it; lines that are too long are broken at ` · `.
  public var notes: [String]
  /// The pictures, in order.
  public var tiles: [Tile]
  /// The scale that all pictures share, drawn beside the heading.
  public var legend: ColorScale?

  /// Creates a sheet.
  public init(title: String, notes: [String] = [], tiles: [Tile], legend: ColorScale? = nil) {
    self.title = title
    self.notes = notes
    self.tiles = tiles
    self.legend = legend
  }

  /// Creates the sheet of feature maps, `first` before them, each on its scale.
  ///
  /// Where all scales are one it is drawn once, beside the heading. Traps unless there is a scale for each map.
  public init(title: String, notes: [String] = [], first: [Tile] = [], maps: [FeatureMap], scales: [ColorScale]) {
    precondition(maps.count == scales.count, "\(maps.count) maps, \(scales.count) scales")
    let isShared = Set(scales).count == 1
    let side = Self.pictureSide(tileCount: first.count + maps.count)
    self.init(
      title: title, notes: notes,
      tiles: first + zip(maps, scales).map { Tile($0.fitting(side: side), scale: $1, ownScale: !isShared) },
      legend: isShared ? scales.first : nil)
  }

  /// The longer side that pictures are drawn in: less where there are many.
  public static func pictureSide(tileCount: Int) -> Int {
    switch tileCount {
    case ...20: 256
    case ...60: 192
    default: 128
    }
  }

  /// About what a tile takes while a sheet is made: its place on the sheet, twice, and a map with what it is shrunk by.
  public static func bytesPerTile(side: Int) -> Int {
    2 * 3 * (side + SheetLayout.gap) * (side + 8 * SheetLayout.lineHeight + SheetLayout.gap) + 16 * side * side
  }

  /// The sheet as a picture.
  public func drawn() -> Canvas {
    let layout = SheetLayout(self)
    var canvas = Canvas(width: layout.width, height: layout.height)
    drawHeading(on: &canvas, layout)
    for (index, tile) in tiles.enumerated() { draw(tile, on: &canvas, at: layout.origin(of: index), layout) }
    return canvas
  }

  private func drawHeading(on canvas: inout Canvas, _ layout: SheetLayout) {
    let font = BitmapFont.standard
    let left = SheetLayout.margin
    canvas.write(
      font.fitting(title, width: layout.textWidth, weight: .bold), x: left, y: SheetLayout.margin, weight: .bold)
    for (index, line) in layout.lines.enumerated() {
      canvas.write(line, x: left, y: SheetLayout.margin + (index + 1) * SheetLayout.lineHeight + 2, color: .paleInk)
    }
    guard let legend else { return }
    let bar = Canvas.Area(
      x: layout.legendIsBeside ? layout.width - SheetLayout.margin - SheetLayout.legendWidth : left,
      y: layout.legendTop, width: SheetLayout.legendWidth, height: 14)
    canvas.draw(legend, in: bar)
    let labels = [legend.low, (legend.low + legend.high) / 2, legend.high].map { legend.label($0) }
    for (index, label) in labels.enumerated() {
      let slack = bar.width - font.width(of: label)
      canvas.write(label, x: bar.x + slack * index / 2, y: bar.y + bar.height + 4, color: .paleInk)
    }
  }

  private func draw(_ tile: Tile, on canvas: inout Canvas, at origin: (x: Int, y: Int), _ layout: SheetLayout) {
    let font = BitmapFont.standard
    let size = layout.drawnSize(of: tile.picture)
    let picture = Canvas.Area(x: origin.x, y: origin.y, width: size.width, height: size.height)
    canvas.draw(tile.picture, in: picture)
    var y = origin.y + layout.pictureHeight + SheetLayout.captionGap
    if let scale = tile.scale {
      let labels = (low: scale.label(scale.low), high: scale.label(scale.high))
      let widths = (low: font.width(of: labels.low), high: font.width(of: labels.high))
      canvas.write(labels.low, x: origin.x, y: y, color: .paleInk)
      canvas.write(labels.high, x: origin.x + layout.tileWidth - widths.high, y: y, color: .paleInk)
      canvas.draw(
        scale,
        in: Canvas.Area(
          x: origin.x + widths.low + 6, y: y + 2, width: max(4, layout.tileWidth - widths.low - widths.high - 12),
          height: 9))
      y += SheetLayout.scaleHeight
    }
    var x = origin.x
    if let kernel = tile.kernel {
      x += canvas.draw(kernel, x: x, y: y, side: SheetLayout.kernelSide) + 10
    }
    let width = origin.x + layout.tileWidth - x
    for (index, line) in ([tile.name] + tile.details).enumerated() {
      canvas.write(
        font.fitting(line, width: width, weight: index == 0 ? .bold : .regular), x: x,
        y: y + index * SheetLayout.lineHeight, color: index == 0 ? .ink : .paleInk,
        weight: index == 0 ? .bold : .regular)
    }
  }
}
