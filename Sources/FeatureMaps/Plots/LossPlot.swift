#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The loss of a descent against its steps, as a picture: each step pale, and their geometric mean over a hundredth of all as a line.
///
/// The scale of the loss is logarithmic, with a line for each power of ten; a loss of 0, which has no logarithm, lies at the lower edge.
public struct LossPlot: Sendable {
  private static let margin = (left: 76, top: 44, right: 24, bottom: 52)
  private static let ink = ColorMap.Color(red: 24, green: 90, blue: 157)
  private static let pale = ColorMap.Color(red: 178, green: 205, blue: 232)

  private let title: String
  /// The powers of ten of the losses.
  private let exponents: [Double]
  /// The powers of ten at the lower and at the upper edge.
  private let range: ClosedRange<Int>

  /// Plots losses, the first step's first; traps when there is none.
  public init(_ losses: [Double], title: String) {
    precondition(!losses.isEmpty, "a plot shows a loss at least")
    self.title = title
    let found = losses.map { $0 > 0 && $0.isFinite ? log10($0) : nil }
    let low = Int((found.compactMap { $0 }.min() ?? 0).rounded(.down))
    let high = Int((found.compactMap { $0 }.max() ?? 0).rounded(.up))
    range = low...max(high, low + 1)
    exponents = found.map { $0 ?? Double(low) }
  }

  /// Draws the plot.
  public func canvas(width: Int = 760, height: Int = 440) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    let area = Canvas.Area(
      x: Self.margin.left, y: Self.margin.top, width: max(width - Self.margin.left - Self.margin.right, 2),
      height: max(height - Self.margin.top - Self.margin.bottom, 2))
    canvas.write(title, x: area.x, y: 14, weight: .bold)
    drawPowers(on: &canvas, area)
    drawSteps(on: &canvas, area)
    let points = exponents.indices.map { point($0, exponents[$0], area) }
    Self.draw(points, on: &canvas, Self.pale, thickness: 1)
    Self.draw(means.map { point($0.step, $0.exponent, area) }, on: &canvas, Self.ink, thickness: 2)
    canvas.frame(area, .hairline)
    return canvas
  }

  /// The mean of each hundredth of the steps, at its middle.
  private var means: [(step: Int, exponent: Double)] {
    let length = max(exponents.count / 100, 1)
    return stride(from: 0, to: exponents.count, by: length).map { start in
      let part = exponents[start..<min(start + length, exponents.count)]
      return (start + part.count / 2, part.reduce(0, +) / Double(part.count))
    }
  }

  private func point(_ step: Int, _ exponent: Double, _ area: Canvas.Area) -> (x: Double, y: Double) {
    let along = Double(step) / Double(max(exponents.count - 1, 1))
    let up = (exponent - Double(range.lowerBound)) / Double(range.upperBound - range.lowerBound)
    return (Double(area.x) + along * Double(area.width - 1), Double(area.y) + (1 - up) * Double(area.height - 1))
  }

  /// A line through points; of those in one column, the lowest and the highest are joined.
  private static func draw(
    _ points: [(x: Double, y: Double)], on canvas: inout Canvas, _ color: Canvas.Color, thickness: Double
  ) {
    var start = points[0]
    for point in points.dropFirst() {
      canvas.line(from: start, to: point, color, thickness: thickness)
      start = point
    }
    if points.count == 1 { canvas.line(from: start, to: start, color, thickness: thickness + 2) }
  }

  private func drawPowers(on canvas: inout Canvas, _ area: Canvas.Area) {
    let step = max((range.count + 7) / 8, 1)
    for power in stride(from: range.lowerBound, through: range.upperBound, by: step) {
      let y = Int(point(0, Double(power), area).y.rounded())
      canvas.fill(Canvas.Area(x: area.x, y: y, width: area.width, height: 1), .hairline)
      let label =
        power == 0
        ? "1" : power > 0 && power < 4 ? pow(10, Double(power)).label : "1e\(power < 0 ? "−" : "")\(abs(power))"
      let width = BitmapFont.standard.width(of: label)
      canvas.write(
        label, centredIn: Canvas.Area(x: area.x - 8 - width, y: y - 8, width: width, height: 17), color: .paleInk)
    }
  }

  private func drawSteps(on canvas: inout Canvas, _ area: Canvas.Area) {
    let last = exponents.count - 1
    for part in 0...4 where last >= 4 || part == 0 {
      let step = last * part / 4
      let x = Int(point(step, 0, area).x.rounded())
      canvas.fill(Canvas.Area(x: x, y: area.y + area.height, width: 1, height: 5), .paleInk)
      canvas.write(
        "\(step + 1)", centredIn: Canvas.Area(x: x - 40, y: area.y + area.height + 6, width: 80, height: 17),
        color: .paleInk)
    }
    canvas.write(
      "step", centredIn: Canvas.Area(x: area.x, y: area.y + area.height + 26, width: area.width, height: 17),
      color: .paleInk)
  }
}
