public import Tensors

/// The extrema, the mean and the clipped values of a stream of sums.
///
/// Every result is the same however rows are gathered in strips, and in whatever order parts are merged: counts and extrema by nature,
/// the mean because the sums of runs are added in integers (of 2⁻³² of the power of two at or above full range). Memory is constant.
public struct ValueStatistics: Hashable, Sendable {
  /// The value of a sum that stands for 1: 1, 255 or 65535.
  public let fullRange: Double
  /// The values seen, finite or not.
  public private(set) var count = 0
  /// The values below 0 that rounding does not bring back: below −½ sample, or below 0 where `fullRange` is 1.
  public private(set) var belowZeroCount = 0
  /// The values above 1 that rounding does not bring back: more than ½ sample above, or above 1 where `fullRange` is 1.
  public private(set) var aboveOneCount = 0
  /// The values below −1, which `abs` and `signed` clip; by more than ½ sample where `fullRange` is not 1.
  public private(set) var belowMinusOneCount = 0
  /// The infinities and NaNs; extrema and mean leave them out.
  public private(set) var nonFiniteCount = 0

  private var smallest = Double.infinity
  private var largest = -Double.infinity
  private var sum: Int128 = 0

  /// Creates the statistics of no values.
  ///
  /// `fullRange` is what stands for 1 in the sums: 1, 255 or 65535. Traps unless it is positive and finite.
  public init(fullRange: Double) {
    precondition(fullRange > 0 && fullRange.isFinite, "full range is positive, not \(fullRange)")
    self.fullRange = fullRange
  }

  /// The smallest finite value in units of full range, or `nil` before the first.
  public var minimum: Double? { smallest <= largest ? smallest / fullRange : nil }

  /// The largest finite value in units of full range, or `nil` before the first.
  public var maximum: Double? { smallest <= largest ? largest / fullRange : nil }

  /// The mean of the finite values in units of full range, within 2⁻³² (beside the rounding of 64-bit sums); `nil` before the first.
  ///
  /// Where values are beyond 2⁶⁴, it is a bound and no more.
  public var mean: Double? {
    count == nonFiniteCount ? nil : Double(sum) * quantum / Double(count - nonFiniteCount) / fullRange
  }

  /// Adds samples in units of `fullRange`.
  public mutating func add<Scalar: BinaryFloatingPoint & SIMDScalar>(_ samples: [Scalar]) {
    add(samples.span)
  }

  /// Adds rows whose samples are in units of `fullRange`: all channels, or those of a range.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar>(_ rows: PlanarRows<Scalar>, channels: Range<Int>? = nil) {
    let channels = channels ?? 0..<rows.channelCount
    let (width, stride) = (rows.width, rows.channelCount * rows.width)
    for row in 0..<rows.rowCount {
      let start = row * stride
      add(rows.samples.span.extracting(start + channels.lowerBound * width..<start + channels.upperBound * width))
    }
  }

  /// Adds a run of samples, eight at a time; a run that holds an infinity or a NaN is gone through once more, one at a time.
  @inline(__always)
  private mutating func add<Scalar: BinaryFloatingPoint & SIMDScalar>(_ samples: Span<Scalar>) {
    var run = Tally(smallest: smallest, largest: largest)
    let (ones, zeros) = (SIMD8<Scalar>(repeating: 1), SIMD8<Scalar>(repeating: 0))
    let bounds = bounds
    let (low, lowest, high) = (Scalar(bounds.low), Scalar(bounds.lowest), Scalar(bounds.high))
    let whole = samples.count / 8 * 8
    // Lanes count to 2²⁴ at most, which is exact.
    precondition(whole < 8 << 24, "a run holds fewer than 2²⁷ samples")
    if whole > 0 {
      var (below, belowMinusOne, above) = (zeros, zeros, zeros)
      var (least, most) = (SIMD8<Scalar>(repeating: samples[0]), SIMD8<Scalar>(repeating: samples[0]))
      var sum = SIMD8<Double>(repeating: 0)
      for start in stride(from: 0, to: whole, by: 8) {
        var value = zeros
        for lane in 0..<8 { value[lane] = samples[start + lane] }
        least.replace(with: value, where: value .< least)
        most.replace(with: value, where: value .> most)
        below += zeros.replacing(with: ones, where: value .< low)
        belowMinusOne += zeros.replacing(with: ones, where: value .< lowest)
        above += zeros.replacing(with: ones, where: value .> high)
        sum += SIMD8<Double>(value)
      }
      run.smallest = Swift.min(run.smallest, Double(least.min()))
      run.largest = Swift.max(run.largest, Double(most.max()))
      run.below = Int(below.sum())
      run.belowMinusOne = Int(belowMinusOne.sum())
      run.above = Int(above.sum())
      run.sum = sum.sum()
    }
    for index in whole..<samples.count { run.add(Double(samples[index]), bounds) }
    if !run.sum.isFinite {
      run = Tally(smallest: smallest, largest: largest)
      for index in samples.indices { run.add(Double(samples[index]), bounds) }
    }
    let scaled = (run.sum / quantum).rounded(.toNearestOrEven)
    sum += Int128(max(-0x1p118, min(0x1p118, scaled)))
    count += samples.count
    belowZeroCount += run.below
    belowMinusOneCount += run.belowMinusOne
    aboveOneCount += run.above
    nonFiniteCount += run.nonFinite
    (smallest, largest) = (run.smallest, run.largest)
  }

  /// What lies beyond the range by more than rounding brings back.
  private var bounds: (low: Double, lowest: Double, high: Double) {
    let slack = fullRange == 1 ? 0 : 0.5
    return (-slack, -fullRange - slack, fullRange + slack)
  }

  /// The statistics of one run.
  private struct Tally {
    var smallest: Double
    var largest: Double
    var below = 0
    var belowMinusOne = 0
    var above = 0
    var nonFinite = 0
    var sum = 0.0

    mutating func add(_ value: Double, _ bounds: (low: Double, lowest: Double, high: Double)) {
      guard value.isFinite else {
        nonFinite += 1
        return
      }
      if value < smallest { smallest = value }
      if value > largest { largest = value }
      if value < bounds.low { below += 1 }
      if value < bounds.lowest { belowMinusOne += 1 }
      if value > bounds.high { above += 1 }
      sum += Swift.max(-0x1p64, Swift.min(0x1p64, value))
    }
  }

  /// Adds all that other statistics have seen; traps when their full ranges differ.
  public mutating func merge(_ other: ValueStatistics) {
    precondition(fullRange == other.fullRange, "statistics in \(fullRange) and in \(other.fullRange) do not merge")
    count += other.count
    belowZeroCount += other.belowZeroCount
    aboveOneCount += other.aboveOneCount
    belowMinusOneCount += other.belowMinusOneCount
    nonFiniteCount += other.nonFiniteCount
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sum += other.sum
  }

  /// The unit in which values are summed: 2⁻³² of the power of two at or above full range.
  private var quantum: Double {
    (fullRange == fullRange.binade ? fullRange : 2 * fullRange.binade) * 0x1p-32
  }
}
