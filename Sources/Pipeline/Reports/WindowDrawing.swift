import Convolution

/// A picture of small windows in text: the samples numbered from 1, padding as 0 behind a bar, and the windows marked.
///
/// Windows of columns are marked under the samples, those of rows to the right: a bar for each row that is read. Samples that no window reaches stand in brackets;
/// what a last window that was rounded up to has beyond the padding is a point.
enum WindowDrawing {
  /// The most positions, padding included, on the axis of a signal.
  private static let longestSignal = 32
  /// The most positions, padding included, on each axis of an image.
  private static let longestSide = 16

  /// The lines of the picture; `nil` where it would be too large.
  static func lines(_ geometry: ConvolutionGeometry) -> [String]? {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let isSignal = vertical.input == 1 && vertical.positions == 0..<1
    let longest = isSignal ? longestSignal : longestSide
    guard [vertical, horizontal].allSatisfy({ $0.positions.count <= longest && $0.output <= longest }) else {
      return nil
    }
    return isSignal ? signal(horizontal) : image(vertical, horizontal)
  }

  private static func signal(_ axis: AxisGeometry) -> [String] {
    var cells = axis.positions.map { axis.cell(at: $0, sample: $0 + 1) }
    if axis.dropped > 0 {
      let end = axis.input - axis.positions.lowerBound
      cells[end - axis.dropped] = "(" + cells[end - axis.dropped]
      cells[end - 1] += ")"
    }
    let (line, spans) = join(cells, axis)
    return [line] + marks(axis, spans, of: line.count)
  }

  private static func image(_ vertical: AxisGeometry, _ horizontal: AxisGeometry) -> [String] {
    let rows = vertical.positions.map { row in
      horizontal.positions.map { column in
        guard (0..<vertical.input).contains(row) else { return vertical.cell(at: row, sample: 0) }
        let text = horizontal.cell(at: column, sample: row * horizontal.input + column + 1)
        let isDropped = row >= vertical.input - vertical.dropped || column >= horizontal.input - horizontal.dropped
        return isDropped && (0..<horizontal.input).contains(column) ? "(\(text))" : text
      }
    }
    let width = rows.joined().map(\.count).max() ?? 0
    let padded = rows.map { $0.map { String(repeating: " ", count: width - $0.count) + $0 } }
    let rowTaps = (0..<vertical.output).map { Set(vertical.places(ofWindow: $0)) }
    var lines: [String] = []
    var spans: [Range<Int>] = []
    for (index, (row, cells)) in zip(vertical.positions, padded).enumerated() {
      let line: String
      (line, spans) = join(cells, horizontal)
      if row == 0 && index > 0 || row == vertical.input { lines.append(String(repeating: "-", count: line.count)) }
      let marks = rowTaps.map { $0.contains(index) ? "|" : " " }
      lines.append((line + "   " + marks.joined(separator: " ")).trimmingTrailingBlanks)
    }
    return lines + marks(horizontal, spans, of: spans.last?.upperBound ?? 0)
  }

  /// A line of cells, `pad| 0 |1 2 3|0 0`, and the place of each in it.
  private static func join(_ cells: [String], _ axis: AxisGeometry) -> (line: String, spans: [Range<Int>]) {
    var line = axis.positions.lowerBound < 0 ? "pad| " : ""
    var spans: [Range<Int>] = []
    for (position, cell) in zip(axis.positions, cells) {
      if position == 0 && !spans.isEmpty {
        line += " |"
      } else if position == axis.input {
        line += "|"
      } else if !spans.isEmpty {
        line += " "
      }
      spans.append(line.count..<line.count + cell.count)
      line += cell
    }
    return (line, spans)
  }

  /// A line for each window: a bar at its ends, and at every tap where it is dilated.
  private static func marks(_ axis: AxisGeometry, _ spans: [Range<Int>], of length: Int) -> [String] {
    (0..<axis.output).map { output in
      let taps = axis.places(ofWindow: output).map { spans[$0] }
      var marks = Array(repeating: Character(" "), count: length)
      for place in taps[0].lowerBound..<taps[axis.kernel - 1].upperBound { marks[place] = "_" }
      if axis.dilation > 1 { for tap in taps.dropFirst() { marks[tap.upperBound - 1] = "|" } }
      marks[taps[0].lowerBound] = "|"
      marks[taps[axis.kernel - 1].upperBound - 1] = "|"
      return String(marks).trimmingTrailingBlanks
    }
  }
}

extension AxisGeometry {
  /// The positions that are drawn: every sample, the padding, and what a last window has beyond it.
  fileprivate var positions: Range<Int> {
    min(0, -before)..<max(input, input + after, start(ofWindow: output - 1) + effectiveKernel)
  }

  /// Where the taps of a window lie among the positions.
  fileprivate func places(ofWindow window: Int) -> [Int] {
    (0..<kernel).map { start(ofWindow: window) + $0 * dilation - positions.lowerBound }
  }

  /// What is drawn at a position: the sample's number, 0 for padding, a point for what lies beyond it.
  fileprivate func cell(at position: Int, sample: Int) -> String {
    if (0..<input).contains(position) { return "\(sample)" }
    return position < input + after ? "0" : "·"
  }
}
