/// The room that a terminal has for a picture.
public struct TerminalSize: Hashable, Sendable {
  /// The characters of a line.
  public let columns: Int
  /// The lines.
  public let rows: Int
  /// The pixels of a character across.
  public let cellWidth: Int
  /// The pixels of a character down.
  public let cellHeight: Int

  /// Creates a size; a terminal that does not tell its pixels (0) has characters of 8×16.
  public init(columns: Int, rows: Int, pixelWidth: Int = 0, pixelHeight: Int = 0) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    let cell = (pixelWidth / self.columns, pixelHeight / self.rows)
    (cellWidth, cellHeight) = cell.0 > 0 && cell.1 > 0 ? cell : (8, 16)
  }

  /// The pixels of a picture of `width × height` that fits, beside a line of text, and is not enlarged.
  public func fitted(width: Int, height: Int, _ graphics: TerminalGraphics) -> (width: Int, height: Int) {
    let lines = max(rows - 2, 1)
    var room = (width: columns * cellWidth, height: lines * cellHeight)
    if case .halfBlocks = graphics { room = (columns, lines * 2) }
    let scale = min(1, Double(room.width) / Double(width), Double(room.height) / Double(height))
    return (max(Int(Double(width) * scale), 1), max(Int(Double(height) * scale), 1))
  }
}
