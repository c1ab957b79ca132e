import FeatureMaps
import Testing

@Suite struct RangeMappingTests {
  @Test func everyNameIsReadAndWrittenBack() throws {
    let named: [(String, RangeMapping)] = [
      ("clamp", .clamp), ("abs", .abs), ("signed", .signed), ("minmax", .minmax),
      ("percentile:98", .percentile(98)), ("-1.5:2", .range(low: -1.5, high: 2)),
    ]
    for (name, mapping) in named {
      #expect(try RangeMapping(name: name) == mapping)
      #expect(mapping.description == name)
    }
    #expect(try RangeMapping(name: "percentile:2") == .percentile(2))
    #expect(try RangeMapping(name: "1:0") == .range(low: 1, high: 0))
    #expect(try RangeMapping(name: "-1e-1:.5") == .range(low: -0.1, high: 0.5))
  }

  @Test func whatIsNoMappingIsNamedInTheError() {
    for text in ["", "Clamp", "minmax ", "1", "1:", ":1", "1:2:3", "a:b", "nan:1", "0:inf", "0:1e999"] {
      #expect(throws: RangeMappingError.unknownName(text)) { try RangeMapping(name: text) }
    }
    for text in ["", "50", "-1", "101", "nan", "x"] {
      #expect(throws: RangeMappingError.percentileOutOfRange(text)) { try RangeMapping(name: "percentile:\(text)") }
    }
    #expect(throws: RangeMappingError.emptyRange(2)) { try RangeMapping(name: "2:2.0") }
    #expect(
      RangeMappingError.unknownName("stretch").description.hasPrefix("'stretch' is no range mapping; expected clamp"))
  }

  @Test func onlyMappingsOfAllValuesAskForStatistics() {
    #expect(RangeMapping.clamp.statisticsNeeded == .none)
    #expect(RangeMapping.abs.statisticsNeeded == .none)
    #expect(RangeMapping.signed.statisticsNeeded == .none)
    #expect(RangeMapping.range(low: 0, high: 2).statisticsNeeded == .none)
    #expect(RangeMapping.minmax.statisticsNeeded == .extrema)
    #expect(RangeMapping.percentile(98).statisticsNeeded == .histogram)
  }
}
