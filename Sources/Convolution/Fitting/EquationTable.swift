/// Rows of a table whose columns are multiplied with one another: for each unknown, and for what it is to explain, one column.
struct EquationTable {
  /// The columns.
  let columnCount: Int
  /// The rows there is room for: a multiple of four.
  let capacity: Int
  /// The rows that are filled; those after them are 0.
  private(set) var rowCount = 0
  /// The numbers, column by column, with one column of zeros more where their count is odd.
  private(set) var numbers: [Double]
  /// The first of the rows that were appended last.
  private var firstNewRow = 0

  /// Creates an empty table that fits a core's cache.
  init(columnCount: Int) {
    self.columnCount = columnCount
    capacity = min(max((1 << 17) / columnCount / 4, 16), 1024) * 4
    numbers = Array(repeating: 0, count: (columnCount + columnCount % 2) * capacity)
  }

  /// The rows that still fit; in an empty table at least 64.
  var room: Int { capacity - rowCount }

  /// Begins some rows, whose columns are then filled one by one; traps when they do not fit.
  mutating func appendRows(_ count: Int) {
    precondition(count <= room, "\(count) rows do not fit a table of \(capacity)")
    firstNewRow = rowCount
    rowCount += count
  }

  /// Fills a column of the new rows with samples at some places, each moved by `offset`; one place a row.
  mutating func fill(column: Int, _ samples: [Double], at places: [Int], offset: Int) {
    precondition(places.count == rowCount - firstNewRow, "one sample a row")
    let first = column * capacity + firstNewRow
    for (row, place) in places.enumerated() { numbers[first + row] = samples[offset + place] }
  }

  /// Fills a column of the new rows with one number.
  mutating func fill(column: Int, with number: Double) {
    for row in firstNewRow..<rowCount { numbers[column * capacity + row] = number }
  }

  /// The numbers of a column.
  func column(_ column: Int) -> ArraySlice<Double> { numbers[column * capacity..<column * capacity + rowCount] }

  /// Forgets all rows.
  mutating func removeAll() {
    for column in 0..<columnCount {
      for row in column * capacity..<column * capacity + rowCount { numbers[row] = 0 }
    }
    rowCount = 0
  }
}
