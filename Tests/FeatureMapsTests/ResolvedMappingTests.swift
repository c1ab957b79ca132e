import FeatureMaps
import Tensors
import TestSupport
import Testing

@Suite struct ResolvedMappingTests {
  let sums: [Float] = [-510, -255, -51, 0, 51, 255, 510]

  private func mapped<Scalar: BinaryFloatingPoint & SIMDScalar & Sendable>(
    _ samples: [Scalar], _ mapping: RangeMapping, fullRange: Double = 255
  ) -> [Scalar] {
    var statistics = ValueStatistics(fullRange: fullRange)
    statistics.add(samples)
    var histogram = ValueHistogram(
      range: (statistics.minimum ?? 0)...(statistics.maximum ?? 0), fullRange: fullRange)
    histogram.add(samples)
    let resolved = ResolvedMapping(mapping, statistics: statistics, histogram: histogram, fullRange: fullRange)
    var rows = PlanarRows<Scalar>(channelCount: 1, width: samples.count, rowCount: 1, samples: samples)
    resolved.apply(to: &rows)
    #expect(mismatch(rows.samples, samples.map { Scalar(resolved(Double($0))) }, relative: 1e-6) == nil)
    return rows.samples
  }

  @Test func clampLeavesTheSumsToThePacking() {
    #expect(mapped(sums, .clamp) == sums)
  }

  @Test func absFoldsAtZero() {
    #expect(mapped(sums, .abs) == [510, 255, 51, 0, 51, 255, 510])
  }

  @Test func signedPutsZeroAtMidGrey() {
    #expect(mapped(sums, .signed) == [-127.5, 0, 102, 127.5, 153, 255, 382.5])
    #expect(mapped([-65535.0, 0, 65535], .signed, fullRange: 65535) == [0, 32767.5, 65535])
  }

  @Test func tellsWhatItsFormulaIsMadeOf() {
    let half = ResolvedMapping(.range(low: -0.5, high: 1.5), fullRange: 255)
    #expect(half.affine?.origin == -127.5 && half.affine?.scale == 0.5)
    for other in [RangeMapping.clamp, .abs] { #expect(ResolvedMapping(other, fullRange: 255).affine == nil) }
  }

  @Test func minmaxStretchesTheExtremaToFullRange() {
    #expect(mapped(sums, .minmax) == [0, 63.75, 114.75, 127.5, 140.25, 191.25, 255])
    #expect(mapped([-2.0, 0, 2], .minmax, fullRange: 1) == [0, 0.5, 1])
  }

  @Test func aRangeIsGivenInUnitsOfFullRangeAndMayBeTurned() {
    #expect(mapped(sums, .range(low: -2, high: 2)) == [0, 63.75, 114.75, 127.5, 140.25, 191.25, 255])
    #expect(mapped([0, 64, 255.0], .range(low: 1, high: 0)) == [255, 191, 0])
  }

  @Test func percentilesAreStretchedAndMirrorEachOther() {
    let ramp = (0...1000).map { Double($0) * 0.255 }
    let found = mapped(ramp, .percentile(90))
    let expected = ramp.map { ($0 - 25.5) / 0.8 }
    #expect(mismatch(found, expected, absolute: 2 * 255.0 / 65536 / 0.8) == nil)
    #expect(mapped(ramp, .percentile(10)) == found)
  }

  @Test func percentilesThatFallTogetherGiveWayToTheExtrema() {
    var samples = [Double](repeating: 0, count: 1000)
    samples[3] = 510
    #expect(mapped(samples, .percentile(98)) == samples.map { $0 / 2 })
  }

  @Test func anImageOfOneValueBecomesZero() {
    for mapping in [RangeMapping.minmax, .percentile(98)] {
      #expect(mapped([Float](repeating: 77, count: 5), mapping) == [0, 0, 0, 0, 0])
      #expect(mapped([0, Double.leastNonzeroMagnitude], mapping) == [0, 0])
    }
  }

  @Test func nothingFiniteDoesNotTrap() {
    #expect(mismatch(mapped([Double.nan, .nan], .minmax), [Double.nan, .nan]) == nil)
  }

  @Test func channelsOutsideTheRangeAreLeftAlone() {
    var rows = PlanarRows<Float>(channelCount: 3, width: 2, rowCount: 2, samples: (0..<12).map { Float(-$0) })
    ResolvedMapping(.abs, fullRange: 255).apply(to: &rows, channels: 0..<2)
    #expect(rows.samples == [0, 1, 2, 3, -4, -5, 6, 7, 8, 9, -10, -11])
  }
}
