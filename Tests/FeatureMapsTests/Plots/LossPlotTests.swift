import FeatureMaps
import Testing

@Suite("Plots of losses")
struct LossPlotTests {
  /// The first row from the top that holds the line's colour in some columns.
  private func top(of canvas: Canvas, columns: Range<Int>) -> Int? {
    (0..<canvas.height).first { y in
      columns.contains { x in Int(canvas[x, y].blue) > Int(canvas[x, y].red) + 80 }
    }
  }

  @Test("fall to the right as the losses do")
  func falls() throws {
    let losses = (0..<1000).map { 1 / Double($0 * $0 + 1) }
    let canvas = LossPlot(losses, title: "loss").canvas(width: 500, height: 300)
    let heights = try [90..<100, 200..<210, 440..<450].map { try #require(top(of: canvas, columns: $0)) }
    #expect(heights[0] < heights[1] && heights[1] < heights[2], "\(heights)")
  }

  @Test(
    "are drawn of one loss, of none that changes, and of one that is nothing",
    arguments: [[0.5], [2, 2, 2], [1, 0, 0]])
  func fewLosses(losses: [Double]) {
    let canvas = LossPlot(losses, title: "loss").canvas(width: 300, height: 200)
    #expect(top(of: canvas, columns: 70..<290) != nil)
  }
}
