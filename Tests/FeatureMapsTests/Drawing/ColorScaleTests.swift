import FeatureMaps
import Testing

@Suite struct ColorScaleTests {
  @Test func divergingColoursHaveZeroInTheirMiddle() {
    let scale = ColorScale(.diverging, fitting: -1, 3)
    #expect(scale.low == -3 && scale.high == 3)
    #expect(scale.position(of: 0) == 0.5)
    #expect(scale.color(of: 3) == ColorMap.diverging.color(at: 1))
    #expect(ColorScale(.diverging, fitting: 0, 0).position(of: 0) == 0.5)
  }

  @Test func otherColoursReachOverTheRangeAlone() {
    let scale = ColorScale(.viridis, fitting: -1, 3)
    #expect(scale.position(of: -1) == 0 && scale.position(of: 1) == 0.5 && scale.position(of: 9) == 1)
    #expect(scale.color(of: -5) == ColorMap.viridis.color(at: 0))
  }

  @Test func followsTheRangeMapping() {
    var statistics = ValueStatistics(fullRange: 1)
    statistics.add([-0.5, 2.0])
    #expect(ColorScale(.grey, mapping: .minmax, statistics: statistics) == ColorScale(.grey, low: -0.5, high: 2))
    #expect(
      ColorScale(.diverging, mapping: .minmax, statistics: statistics) == ColorScale(.diverging, low: -2, high: 2))
    #expect(ColorScale(.grey, mapping: .clamp) == ColorScale(.grey, low: 0, high: 1))
    #expect(ColorScale(.grey, mapping: .signed) == ColorScale(.grey, low: -1, high: 1))
    #expect(ColorScale(.diverging, mapping: .range(low: 0, high: 4)) == ColorScale(.diverging, low: 0, high: 4))
    let magnitude = ColorScale(.grey, mapping: .abs)
    #expect(magnitude.color(of: -0.5) == magnitude.color(of: 0.5))
    #expect(magnitude.mapping == .abs)
  }

  @Test func leavesThePhotographWhereNothingIsToBeSeen() {
    let photograph = Canvas(
      width: 3, height: 1, colors: (0..<3).map { _ in ColorMap.Color(red: 200, green: 100, blue: 0) })
    let scale = ColorScale(.magma, low: 0, high: 1)
    let picture = scale.picture(of: ValuePlane(width: 3, height: 1, values: [0, 0.25, 1]), over: photograph)
    // 0.299 · 200 + 0.587 · 100 = 118.5
    #expect(picture[0, 0] == ColorMap.Color(red: 119, green: 119, blue: 119))
    #expect(picture[1, 0] != picture[0, 0] && picture[1, 0] != scale.color(of: 0.25))
    #expect(picture[2, 0] == scale.color(of: 1))
  }
}
