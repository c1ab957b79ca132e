public import Tensors

/// The extrema, the mean and the clipped values of a stream of sums.
///
/// Every result is the same however the stream is cut into rows and strips, and in whatever order parts are merged: counts and
/// extrema by nature, the mean because it is summed in integers (of 2⁻³² of the power of two at or above full range). Memory is constant.
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
  /// What a mapping keeps, in units of full range; `nil` where that is not known or does not matter.
  public let window: ClosedRange<Double>?
  /// The values below the window by more than ½ sample of the result, or at all where `fullRange` is 1.
  public private(set) var belowWindowCount = 0
  /// The values above the window, likewise.
  public private(set) var aboveWindowCount = 0
  /// The infinities and NaNs; extrema and mean leave them out.
  public private(set) var nonFiniteCount = 0

  private var smallest = Double.infinity
  private var largest = -Double.infinity
  private var sum: Int128 = 0

  /// Creates the statistics of no values.
  ///
  /// `fullRange` is what stands for 1 in the sums: 1, 255 or 65535. Traps unless it is positive and finite.
  /// `window`, in units of full range, is what values are counted against besides 0 and ±1.
  public init(fullRange: Double, window: ClosedRange<Double>? = nil) {
    precondition(fullRange > 0 && fullRange.isFinite, "full range is positive, not \(fullRange)")
    self.fullRange = fullRange
    self.window = window
  }

  /// The smallest finite value in units of full range, or `nil` before the first.
  public var minimum: Double? { smallest <= largest ? smallest / fullRange : nil }

  /// The largest finite value in units of full range, or `nil` before the first.
  public var maximum: Double? { smallest <= largest ? largest / fullRange : nil }

  /// The mean of the finite values in units of full range, within 2⁻³³; `nil` before the first.
  ///
  /// Values beyond 2⁵⁶ times full range count as that.
  public var mean: Double? {
    count == nonFiniteCount ? nil : Double(sum) * quantum / Double(count - nonFiniteCount) / fullRange
  }

  /// Adds samples in units of `fullRange`; quick where they are contiguous, as those of an array are.
  public mutating func add<Scalar: BinaryFloatingPoint>(_ samples: some Sequence<Scalar>) {
    let quick: Void? = samples.withContiguousStorageIfAvailable { unsafe scan($0) }
    guard quick == nil else { return }
    for sample in samples { add(value: Double(sample)) }
  }

  /// Adds rows whose samples are in units of `fullRange`: all channels, or those of a range.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar>(_ rows: PlanarRows<Scalar>, channels: Range<Int>? = nil) {
    guard let channels, channels != 0..<rows.channelCount else { return add(rows.samples) }
    precondition(channels.lowerBound >= 0 && channels.upperBound <= rows.channelCount, "no channels \(channels)")
    for row in 0..<rows.rowCount {
      let start = row * rows.channelCount * rows.width
      add(rows.samples[start + channels.lowerBound * rows.width..<start + channels.upperBound * rows.width])
    }
  }

  /// Adds one sample.
  mutating func add(value: Double) {
    count += 1
    guard value.isFinite else {
      nonFiniteCount += 1
      return
    }
    smallest = min(smallest, value)
    largest = max(largest, value)
    if value < -slack { belowZeroCount += 1 }
    if value < -fullRange - slack { belowMinusOneCount += 1 }
    if value > fullRange + slack { aboveOneCount += 1 }
    if let limits = windowLimits {
      if value < limits.low { belowWindowCount += 1 }
      if value > limits.high { aboveWindowCount += 1 }
    }
    let scaled = (value / quantum).rounded(.toNearestOrEven)
    sum += Int128(max(-0x1p88, min(0x1p88, scaled)))
  }

  /// Adds the count, extrema and sum of finite samples.
  mutating func note(count: Int, lowest: Double, highest: Double, quanta: Int128) {
    self.count += count
    smallest = min(smallest, lowest)
    largest = max(largest, highest)
    sum += quanta
  }

  /// Adds counts of clipped samples.
  mutating func note(belowZero: Int, aboveOne: Int, belowMinusOne: Int) {
    belowZeroCount += belowZero
    aboveOneCount += aboveOne
    belowMinusOneCount += belowMinusOne
  }

  /// Adds counts of samples outside the window.
  mutating func note(belowWindow: Int, aboveWindow: Int) {
    belowWindowCount += belowWindow
    aboveWindowCount += aboveWindow
  }

  /// Adds finite sums that were counted elsewhere; traps where these statistics are of a window, or of a full range of 1.
  ///
  /// - Parameters:
  ///   - count: the sums.
  ///   - minimum: the smallest, in units of the samples.
  ///   - maximum: the largest.
  ///   - belowZero: those below −½.
  ///   - aboveOne: those more than ½ above full range.
  ///   - quanta: their total in units of 2⁻²⁴.
  public mutating func add(
    count: Int, minimum: Double, maximum: Double, belowZero: Int, aboveOne: Int, quanta: Int128
  ) {
    precondition(window == nil && fullRange > 1, "counted sums are of stored samples, and of no window")
    note(
      count: count, lowest: minimum, highest: maximum,
      quanta: Int128((Double(quanta) * 0x1p-24 / quantum).rounded()))
    note(belowZero: belowZero, aboveOne: aboveOne, belowMinusOne: 0)
  }

  /// Adds all that other statistics have seen; traps when their full ranges or windows differ.
  public mutating func merge(_ other: ValueStatistics) {
    precondition(fullRange == other.fullRange, "statistics in \(fullRange) and in \(other.fullRange) do not merge")
    precondition(window == other.window, "statistics of two windows do not merge")
    count += other.count
    belowZeroCount += other.belowZeroCount
    aboveOneCount += other.aboveOneCount
    belowMinusOneCount += other.belowMinusOneCount
    belowWindowCount += other.belowWindowCount
    aboveWindowCount += other.aboveWindowCount
    nonFiniteCount += other.nonFiniteCount
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sum += other.sum
  }

  /// How far beyond the range a value is that rounding still brings back.
  var slack: Double { fullRange == 1 ? 0 : 0.5 }

  /// The smallest and the largest value that the window keeps, in the units of the values, once results are rounded.
  var windowLimits: (low: Double, high: Double)? {
    guard let window else { return nil }
    let reach = slack * (window.upperBound - window.lowerBound)
    return (window.lowerBound * fullRange - reach, window.upperBound * fullRange + reach)
  }

  /// The unit in which values are summed: 2⁻³² of the power of two at or above full range.
  var quantum: Double {
    (fullRange == fullRange.binade ? fullRange : 2 * fullRange.binade) * 0x1p-32
  }
}
