public import Tensors

extension Canvas {
  /// Draws one kernel in a square: cells in diverging colours, with their taps where these fit.
  ///
  /// The planes of a kernel over several channels stand beside and below one another. Taps are written before the division that a
  /// bank keeps apart. Traps unless the bank has one output.
  ///
  /// - Parameters:
  ///   - kernel: the kernel.
  ///   - x: the first column.
  ///   - y: the first row.
  ///   - side: the side of the square; a kernel larger than it is shrunk.
  /// - Returns: the columns that were drawn on.
  @discardableResult
  public mutating func draw(_ kernel: KernelBank, x: Int, y: Int, side: Int) -> Int {
    precondition(kernel.outputCount == 1, "one kernel is drawn, not \(kernel.outputCount)")
    let planeCount = kernel.inputCount
    var columns = 1
    while columns * columns < planeCount { columns += 1 }
    let space = columns == 1 ? 0 : 4
    let planeSide = max(1, (side + space) / columns - space)
    let cell = max(1, (planeSide - 1) / max(kernel.width, kernel.height))
    let reach = kernel.taps.reduce(0) { max($0, abs($1)) }
    let scale = ColorScale(.diverging, low: -reach, high: reach)
    var used = 0
    for plane in 0..<planeCount {
      let area = Area(
        x: x + plane % columns * (planeSide + space), y: y + plane / columns * (planeSide + space),
        width: min(planeSide, cell * kernel.width + 1), height: min(planeSide, cell * kernel.height + 1))
      drawPlane(plane, of: kernel, scale: scale, cell: cell, in: area)
      used = max(used, area.x + area.width - x)
    }
    return used
  }

  private mutating func drawPlane(
    _ plane: Int, of kernel: KernelBank, scale: ColorScale, cell: Int, in area: Area
  ) {
    let taps = (0..<kernel.height).flatMap { row in
      (0..<kernel.width).map { kernel.tap(output: 0, input: plane, row: row, column: $0) }
    }
    let picture = scale.picture(
      of: ValuePlane(width: kernel.width, height: kernel.height, values: taps.map { Float($0) }))
    let inner = Area(x: area.x, y: area.y, width: area.width - 1, height: area.height - 1)
    draw(picture, in: inner)
    defer { frame(area, .hairline) }
    guard cell >= 6 else { return }
    let ruled = ColorMap.Color.hairline
    for column in 1..<max(kernel.width, 2) where kernel.width > 1 {
      fill(Area(x: area.x + column * cell, y: area.y, width: 1, height: area.height), ruled)
    }
    for row in 1..<max(kernel.height, 2) where kernel.height > 1 {
      fill(Area(x: area.x, y: area.y + row * cell, width: area.width, height: 1), ruled)
    }
    let texts = taps.map(\.label)
    guard cell >= 13, texts.allSatisfy({ BitmapFont.standard.width(of: $0) <= cell - 4 }) else { return }
    for (place, text) in texts.enumerated() {
      let (column, row) = (place % kernel.width, place / kernel.width)
      write(
        text,
        centredIn: Area(x: area.x + column * cell + 1, y: area.y + row * cell + 1, width: cell - 1, height: cell - 1),
        color: picture[column, row].luma < 140 ? .white : .ink)
    }
  }
}
