import Tensors

/// Columns of text.
enum TextGrid {
  /// Rows of cells, right-aligned by column and joined by one blank.
  static func aligned(_ cells: [[String]]) -> [String] {
    guard let first = cells.first else { return [] }
    let widths = first.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: " ")
    }
  }
}

extension Kernel {
  /// The numbers as an aligned table, for reading.
  ///
  /// Integer taps stand as they are under a line such as `1/16 ×`; other weights are rounded to six significant digits of the largest.
  /// Outputs of a bank stand under their names and planes under their channels. A side longer than `limit` shows its ends around `…`.
  public func grid(limit: Int = 32) -> String {
    precondition(limit >= 2, "a table shows at least its ends")
    var lines: [String] = []
    for output in 0..<bank.outputCount {
      if bank.outputCount > 1 { lines.append("\(outputNames[output]):") }
      let count = bank.inputCount * bank.height * bank.width
      let taps = bank.taps[output * count..<(output + 1) * count]
      let areIntegers = taps.allSatisfy { $0 == $0.rounded() && abs($0) < 1e9 }
      let divisor = bank.divisors[output]
      if areIntegers, divisor != 1 {
        lines.append(divisor == divisor.rounded() ? "1/\(DecimalText.shortest(divisor)) ×" : "1/(\(divisor)) ×")
      }
      let largest = taps.reduce(0) { max($0, abs($1)) } / (areIntegers ? 1 : abs(divisor))
      for input in 0..<bank.inputCount {
        if bank.inputCount > 1 { lines.append(channelName(input) + ":") }
        let rows = Self.places(bank.height, limit: limit)
        let columns = Self.places(bank.width, limit: limit)
        let cells = rows.map { row in
          columns.map { column in
            guard let row, let column else { return "…" }
            if areIntegers {
              return DecimalText.shortest(bank.tap(output: output, input: input, row: row, column: column))
            }
            return Self.rounded(bank.weight(output: output, input: input, row: row, column: column), largest: largest)
          }
        }
        lines += TextGrid.aligned(cells)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The name of an input channel: R, G, B, A or its number from 1.
  private func channelName(_ input: Int) -> String {
    [3, 4].contains(bank.inputCount) ? ["R", "G", "B", "A"][input] : "channel \(input + 1)"
  }

  /// The indices shown, with `nil` for what is left out between the two ends.
  private static func places(_ extent: Int, limit: Int) -> [Int?] {
    guard extent > limit else { return Array(0..<extent) }
    return Array(0..<limit / 2) + [nil] + Array(extent - limit / 2..<extent)
  }

  /// A value with as many digits behind the point as the largest one needs for six significant digits.
  private static func rounded(_ value: Double, largest: Double) -> String {
    guard largest < 1e6, largest >= 1e-6 else { return "\(value)" }
    var decimals = 5
    var power = 1.0
    while power > largest {
      power /= 10
      decimals += 1
    }
    power = 1
    while decimals > 0, power * 10 <= largest {
      power *= 10
      decimals -= 1
    }
    return DecimalText.fixed(value, decimals: decimals)
  }
}
