import FeatureMaps
import Testing

@Suite struct RangeReportTests {
  private func line(_ mapping: RangeMapping, _ values: [Double]) -> String? {
    var statistics = ValueStatistics(fullRange: 1)
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
    #expect(line(.range(low: -2, high: 3), edges) == "range -3.02...2.97, all below -2 clipped; try --map minmax")
    #expect(
      line(.range(low: 1, high: 0), [-1, 2])
        == "range -1...2, all below 0, all above 1 clipped; try --map minmax")
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
