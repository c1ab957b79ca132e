import FeatureMaps
import Tensors
import Testing

@Suite struct CanvasTests {
  static let red = ColorMap.Color(red: 255, green: 0, blue: 0)

  /// The picture as letters: `.` for white, `#` for anything else.
  private func text(_ canvas: Canvas) -> [String] {
    (0..<canvas.height).map { y in
      String((0..<canvas.width).map { canvas[$0, y] == .white ? "." : "#" })
    }
  }

  @Test func fillsRectanglesAndCutsOffWhatLiesOutside() {
    var canvas = Canvas(width: 5, height: 4)
    canvas.fill(.init(x: 3, y: -2, width: 9, height: 4), Self.red)
    #expect(text(canvas) == ["...##", "...##", ".....", "....."])
    canvas.fill(.init(x: -9, y: 9, width: 3, height: 3), Self.red)
    #expect(text(canvas) == ["...##", "...##", ".....", "....."])
  }

  @Test func framesTheOutermostPixels() {
    var canvas = Canvas(width: 5, height: 5)
    canvas.frame(.init(x: 1, y: 1, width: 3, height: 4), Self.red)
    #expect(text(canvas) == [".....", ".###.", ".#.#.", ".#.#.", ".###."])
  }

  @Test func drawsStraightLinesSharpAndSlopesSoft() {
    var canvas = Canvas(width: 6, height: 3)
    canvas.line(from: (1, 1), to: (4, 1), .ink)
    #expect(text(canvas) == ["......", ".####.", "......"])
    #expect(canvas[2, 1] == .ink)
    var slope = Canvas(width: 8, height: 8)
    slope.line(from: (0, 0), to: (7, 3), .ink)
    let shades = Set((0..<8).flatMap { y in (0..<8).map { slope[$0, y].red } })
    #expect(shades.count > 3)
  }

  @Test func writesGlyphsFromTheTopOfTheirLine() {
    var canvas = Canvas(width: 7, height: 13)
    canvas.write("4", x: 1, y: 0)
    #expect(
      text(canvas) == [
        ".......", "....#..", "...##..", "...##..", "..#.#..", "..#.#..", ".#..#..", ".#####.", "....#..", "....#..",
        ".......", ".......", ".......",
      ])
  }

  @Test func writesInTheMiddleOfARectangle() {
    var canvas = Canvas(width: 11, height: 13)
    canvas.write("1", centredIn: .init(x: 0, y: 0, width: 11, height: 13))
    #expect(text(canvas).first { $0.contains("#") } == ".....#.....")
    #expect(text(canvas).firstIndex { $0.contains("#") } == 2)
    #expect(text(canvas).lastIndex { $0.contains("#") } == 10)
  }

  @Test func repeatsPixelsToGrowAndAveragesAreasToShrink() {
    let grey = { (value: UInt8) in ColorMap.Color(red: value, green: value, blue: value) }
    let small = Canvas(width: 2, height: 1, colors: [grey(10), grey(200)])
    let large = small.scaled(width: 4, height: 2)
    #expect((0..<2).flatMap { y in (0..<4).map { large[$0, y].red } } == [10, 10, 200, 200, 10, 10, 200, 200])
    #expect(large.scaled(width: 1, height: 1)[0, 0] == grey(105))
    let three = Canvas(width: 3, height: 1, colors: [grey(0), grey(90), grey(240)]).scaled(width: 2, height: 1)
    #expect([three[0, 0].red, three[1, 0].red] == [30, 190])
    let wider = small.scaled(width: 3, height: 1)
    #expect((0..<3).map { wider[$0, 0].red } == [10, 105, 200])
  }

  @Test func givesItsPixelsAsRowsForAnEncoder() {
    var canvas = Canvas(width: 2, height: 1)
    canvas[1, 0] = Self.red
    #expect(
      canvas.pixels
        == PixelRows(format: PixelFormat(.rgb), width: 2, rowCount: 1, bytes: [255, 255, 255, 255, 0, 0]))
  }
}
