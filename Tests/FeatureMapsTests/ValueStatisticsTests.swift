import FeatureMaps
import Tensors
import TestSupport
import Testing

@Suite struct ValueStatisticsTests {
  @Test func everyFigureIsInUnitsOfFullRange() {
    var statistics = ValueStatistics(fullRange: 255)
    #expect(statistics.minimum == nil && statistics.maximum == nil && statistics.mean == nil)
    statistics.add([-510, -51, 0, 51, 255, 510] as [Float])
    #expect(statistics.count == 6)
    #expect(statistics.minimum == -2)
    #expect(statistics.maximum == 2)
    #expect(statistics.mean == 0.166_666_666_666_666_66)
    #expect(statistics.belowZeroCount == 2)
    #expect(statistics.belowMinusOneCount == 1)
    #expect(statistics.aboveOneCount == 1)
    #expect(statistics.nonFiniteCount == 0)
  }

  @Test func whatRoundingBringsBackIsNotCountedAsClipped() {
    var bytes = ValueStatistics(fullRange: 255)
    bytes.add([-0.5, -0.501, 255.5, 255.501, -255.5, -255.501])
    #expect(bytes.belowZeroCount == 3)
    #expect(bytes.aboveOneCount == 1)
    #expect(bytes.belowMinusOneCount == 1)
    var floats = ValueStatistics(fullRange: 1)
    floats.add([-0.001, 0, 1, 1.001, -1, -1.001])
    #expect(floats.belowZeroCount == 3)
    #expect(floats.aboveOneCount == 1)
    #expect(floats.belowMinusOneCount == 1)
  }

  @Test func infinitiesAndNaNsAreCountedApart() {
    var statistics = ValueStatistics(fullRange: 1)
    statistics.add([.nan, .infinity, -.infinity] as [Double])
    #expect(statistics.minimum == nil && statistics.mean == nil)
    statistics.add([0.25, 0.75])
    #expect(statistics.count == 5)
    #expect(statistics.nonFiniteCount == 3)
    #expect(statistics.minimum == 0.25 && statistics.maximum == 0.75 && statistics.mean == 0.5)
    #expect(statistics.belowZeroCount == 0 && statistics.aboveOneCount == 0)
  }

  @Test func hugeValuesDoNotOverflowTheMean() throws {
    var statistics = ValueStatistics(fullRange: 1)
    statistics.add(Array(repeating: Double.greatestFiniteMagnitude, count: 1000))
    #expect(statistics.maximum == .greatestFiniteMagnitude)
    #expect(statistics.mean == 0x1p56)
    var large = ValueStatistics(fullRange: 65535)
    large.add([1e9, 3e9])
    let mean = try #require(large.mean)
    #expect(abs(mean * 65535 - 2e9) < 1e-5)
  }

  @Test(arguments: [1.0, 255, 65535])
  func cuttingAndMergingInAnyOrderGivesTheSame(fullRange: Double) {
    var random = SeededGenerator(seed: 11)
    let samples: [Float] = random.array(count: 1999, in: Float(-3 * fullRange)...Float(3 * fullRange))
    var whole = ValueStatistics(fullRange: fullRange)
    whole.add(samples)
    let cuts = [0, 1, 2, 17, 640, 641, 1500, 1999]
    var parts = zip(cuts, cuts.dropFirst()).map { start, end in
      var part = ValueStatistics(fullRange: fullRange)
      part.add(Array(samples[start..<end]))
      return part
    }
    for _ in 0..<10 {
      parts.shuffle(using: &random)
      var merged = ValueStatistics(fullRange: fullRange)
      for part in parts { merged.merge(part) }
      #expect(merged == whole)
    }
    let mean = samples.reduce(0) { $0 + Double($1) } / Double(samples.count) / fullRange
    #expect(mismatch([whole.mean ?? .nan], [mean], absolute: 0x1p-32) == nil)
  }

  @Test(arguments: [1.0, 255, 65535])
  func theQuickPassGivesWhatSamplesOneByOneGive(fullRange: Double) {
    func check<Scalar: BinaryFloatingPoint>(_ samples: [Scalar], _ what: String) {
      var quick = ValueStatistics(fullRange: fullRange)
      quick.add(samples)
      var single = ValueStatistics(fullRange: fullRange)
      for sample in samples { single.add(CollectionOfOne(sample).lazy.map { $0 }) }
      #expect(quick == single, "\(what), \(Scalar.self)")
      #expect(quick.count == samples.count)
    }
    var random = SeededGenerator(seed: 23)
    for count in [0, 1, 7, 8, 2047, 2048, 2049, 5000] {
      let samples: [Float] = random.array(count: count, in: Float(-2 * fullRange)...Float(2 * fullRange))
      check(samples, "\(count)")
      check(samples.map(Double.init), "\(count)")
    }
    // One such sample in a block sends the whole block another way.
    let edges = [0, -0.0, -0.5, 0.5, fullRange, fullRange + 0.5, -fullRange - 0.5, fullRange + 0.75, -fullRange - 0.75]
    for odd in edges + [.nan, -.nan, .infinity, -.infinity, 1e30, -1e30, 0x1p19 * fullRange, .leastNonzeroMagnitude] {
      var samples: [Float] = random.array(count: 3000, in: 0...Float(fullRange))
      samples[2500] = Float(odd)
      check(samples, "\(odd)")
      check(samples.map(Double.init), "\(odd)")
    }
  }

  @Test func rowsAreCountedWholeOrByChannels() {
    let rows = PlanarRows<Double>(
      channelCount: 3, width: 2, rowCount: 2, samples: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    var all = ValueStatistics(fullRange: 1)
    all.add(rows)
    #expect(all.count == 12 && all.minimum == 0 && all.maximum == 11 && all.mean == 5.5)
    var colors = ValueStatistics(fullRange: 1)
    colors.add(rows, channels: 0..<2)
    #expect(colors.count == 8 && colors.minimum == 0 && colors.maximum == 9 && colors.mean == 4.5)
  }
}
