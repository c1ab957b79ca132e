/// Lines of text in columns.
enum TextTable {
  /// The rows as lines: the first `leading` columns begin, the others end at one place; two blanks stand between columns.
  ///
  /// Columns without any text are left out.
  static func lines(_ rows: [[String]], leading: Int = 1) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line: [String] = []
      for (column, text) in row.enumerated() where widths[column] > 0 {
        let blanks = String(repeating: " ", count: widths[column] - text.count)
        line.append(column < leading ? text + blanks : blanks + text)
      }
      return line.joined(separator: "  ").trimmingTrailingBlanks
    }
  }
}

extension String {
  /// The string without blanks at its end.
  var trimmingTrailingBlanks: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
