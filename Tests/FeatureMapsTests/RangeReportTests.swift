import FeatureMaps
import TestSupport
import Testing

@Suite struct RangeReportTests {
  private func line(_ mapping: RangeMapping, _ values: [Double]) -> String? {
    var statistics = ValueStatistics(fullRange: 1, window: mapping.window)
    statistics.add(values)
    return RangeReport.line(for: mapping, statistics: statistics)
  }

  /// A hundred values: 31 below 0, 4 above 1.
  private let edges =
    [-3.02, 2.97] + Array(repeating: -0.5, count: 30) + Array(repeating: 1.5, count: 3)
    + Array(repeating: 0.5, count: 65)

  @Test func clampTellsWhatItClippedAndWhatToTry() {
    #expect(line(.clamp, edges) == "range -3.02...2.97, 31 % below 0, 4 % above 1 clipped; try --map signed")
    #expect(line(.clamp, [0.5, 0.5, 2]) == "range 0.5...2, 33 % above 1 clipped; try --map minmax")
    #expect(line(.clamp, [-0.0123, 0.5]) == "range -0.012...0.5, 50 % below 0 clipped; try --map signed")
  }

  @Test func sharesNearNothingAndNearAllAreNotRoundedAway() {
    let few = Array(repeating: 0.5, count: 999) + [-1]
    #expect(line(.clamp, few) == "range -1...0.5, <1 % below 0 clipped; try --map signed")
    #expect(line(.clamp, few.map { -$0 }) == "range -0.5...1, >99 % below 0 clipped; try --map signed")
    #expect(line(.clamp, [-1, -1]) == "range -1...-1, 100 % below 0 clipped; try --map signed")
  }

  @Test func absAndSignedTellWhatLiesBeyondOne() {
    #expect(line(.abs, edges) == "range -3.02...2.97, 5 % beyond -1...1 clipped; try --map minmax")
    #expect(line(.signed, edges) == "range -3.02...2.97, 5 % beyond -1...1 clipped; try --map minmax")
  }

  @Test func aRangeTellsWhichEndWasClipped() {
    #expect(line(.range(low: -2, high: 3), edges) == "range -3.02...2.97, 1 % below -2 clipped; try --map minmax")
    #expect(
      line(.range(low: 1, high: 0), [-1, 2])
        == "range -1...2, 50 % below 0, 50 % above 1 clipped; try --map minmax")
  }

  @Test func aRangeCountsWhatLiesOutsideBlockByBlockAsOneByOne() {
    var generator = SeededGenerator(seed: 5)
    for (low, high) in [(0.0, 0.5), (-0.1, 0.3), (1, 0), (-0.25, 0.0)] {
      for fullRange in [1.0, 255] {
        let values = (0..<5000).map { _ in Float.random(in: -1...1, using: &generator) * Float(fullRange) } + [0, -0.0]
        let slack = fullRange == 1 ? 0 : 0.5 * abs(high - low)
        var statistics = ValueStatistics(
          fullRange: fullRange, window: RangeMapping.range(low: low, high: high).window)
        statistics.add(values)
        #expect(
          statistics.belowWindowCount == values.count { Double($0) < min(low, high) * fullRange - slack })
        #expect(
          statistics.aboveWindowCount == values.count { Double($0) > max(low, high) * fullRange + slack })
      }
    }
  }

  @Test func nothingIsSaidWhereNothingWasLost() {
    #expect(line(.clamp, [0, 0.5, 1]) == nil)
    #expect(line(.abs, [-1, 1]) == nil)
    #expect(line(.signed, [-1, 1]) == nil)
    #expect(line(.range(low: -4, high: 4), edges) == nil)
    #expect(line(.minmax, edges) == nil)
    #expect(line(.percentile(98), edges) == nil)
    #expect(line(.clamp, []) == nil)
  }

  @Test func valuesThatAreNotFiniteAreAlwaysTold() {
    #expect(line(.minmax, [0, 0.5, 1, .nan]) == "range 0...1, 25 % not finite")
    #expect(line(.minmax, [.infinity]) == "no value of 1 is finite")
  }
}
