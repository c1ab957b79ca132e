import FeatureMaps
import Testing

@Suite struct MapStatisticsTests {
  @Test func countsZeroesAndEnergyInFullRanges() {
    var statistics = MapStatistics(fullRange: 10)
    statistics.add([-10, 0, 0][...] as ArraySlice<Float>)
    statistics.add([20, .nan][...] as ArraySlice<Float>)
    #expect(statistics.count == 5)
    #expect(statistics.minimum == -1 && statistics.maximum == 2)
    #expect(statistics.zeroShare == 0.4)
    #expect(statistics.energy == 1)
    #expect(abs(statistics.mean - 0.25) < 1e-9)
  }

  @Test func ofNothingAreZero() {
    let statistics = MapStatistics()
    #expect(statistics.minimum == 0 && statistics.mean == 0 && statistics.energy == 0 && statistics.zeroShare == 0)
  }
}
