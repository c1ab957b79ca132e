import FeatureMaps
import Tensors
import TestSupport
import Testing

@Suite struct ValueHistogramTests {
  @Test func valuesFallIntoEqualBinsAndTheEndsTakeWhatIsOutside() {
    var histogram = ValueHistogram(range: -1...1, binCount: 4, fullRange: 255)
    histogram.add([-300, -255, -128, -127, -1, 0, 127, 128, 255, 300, .nan, .infinity] as [Float])
    #expect(histogram.counts == [3, 2, 2, 3])
    #expect(histogram.binWidth == 0.5)
  }

  @Test func percentilesAreThoseOfNumPyWithinABin() {
    // numpy.percentile([-3, -1, 0, 0.25, 0.5, 1, 2, 7], p)
    let expected: [(Double, Double)] = [
      (0, -3), (2, -2.72), (25, -0.25), (50, 0.375), (90, 3.5), (98, 6.3), (100, 7),
    ]
    var histogram = ValueHistogram(range: -3...7, fullRange: 255)
    histogram.add([-3, -1, 0, 0.25, 0.5, 1, 2, 7].map { 255 * $0 })
    for (percentile, value) in expected {
      #expect(mismatch([histogram.percentile(percentile) ?? .nan], [value], absolute: histogram.binWidth) == nil)
    }
    #expect(histogram.binWidth == 10.0 / 65536)
  }

  @Test(arguments: [1, 2, 7, 1000, 4001])
  func percentilesOfRandomValuesAreWithinABin(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let values: [Double] = random.array(count: count, in: -1...1).map { $0 * $0 * $0 }
    let sorted = values.sorted()
    var histogram = ValueHistogram(range: sorted[0]...sorted[count - 1], binCount: 500, fullRange: 1)
    histogram.add(values)
    for percentile in stride(from: 0.0, through: 100, by: 0.5) {
      let place = percentile / 100 * Double(count - 1)
      let below = sorted[Int(place)]
      let above = sorted[min(count - 1, Int(place) + 1)]
      let exact = below + (above - below) * (place - place.rounded(.down))
      let found = try #require(histogram.percentile(percentile))
      #expect(abs(found - exact) <= histogram.binWidth * 1.000_001, "percentile \(percentile)")
    }
  }

  @Test func aHistogramOfOneValueGivesThatValue() {
    var histogram = ValueHistogram(range: 0.5...0.5, fullRange: 1)
    #expect(histogram.percentile(98) == nil)
    histogram.add(Array(repeating: Float(0.5), count: 10))
    #expect(histogram.percentile(2) == 0.5)
    #expect(histogram.percentile(98) == 0.5)
  }

  @Test func mergedCountsAreThoseOfTheWhole() {
    var random = SeededGenerator(seed: 5)
    let rows = PlanarRows<Float>(channelCount: 2, width: 50, rowCount: 3, samples: random.array(count: 300, in: 0...1))
    var whole = ValueHistogram(range: 0...1, binCount: 16, fullRange: 1)
    whole.add(rows)
    var first = ValueHistogram(range: 0...1, binCount: 16, fullRange: 1)
    first.add(rows, channels: 0..<1)
    var second = ValueHistogram(range: 0...1, binCount: 16, fullRange: 1)
    second.add(rows, channels: 1..<2)
    second.merge(first)
    #expect(second == whole)
    #expect(whole.counts.reduce(0, +) == 300)
  }
}
