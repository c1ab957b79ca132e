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

  /// The mean of the finite values in units of full range, within 2⁻³³; `nil` before the first.
  ///
  /// Values beyond 2⁵⁶ times full range count as that.
  public var mean: Double? {
    count == nonFiniteCount ? nil : Double(sum) * quantum / Double(count - nonFiniteCount) / fullRange
  }

  /// Adds samples in units of `fullRange`.
  public mutating func add<Scalar: BinaryFloatingPoint>(_ samples: [Scalar]) {
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

  /// Adds a run of samples; its counts are kept apart until its end, so that the loop stays in registers.
  @inline(__always)
  private mutating func add<Scalar: BinaryFloatingPoint>(_ samples: Span<Scalar>) {
    let slack = fullRange == 1 ? 0 : 0.5
    let perQuantum = 1 / quantum
    let (lowest, highest) = (-fullRange - slack, fullRange + slack)
    var (below, belowMinusOne, above, nonFinite) = (0, 0, 0, 0)
    var (smallest, largest) = (smallest, largest)
    var partial: Int64 = 0
    for index in samples.indices {
      let value = Double(samples[index])
      guard value.isFinite else {
        nonFinite += 1
        continue
      }
      if value < smallest { smallest = value }
      if value > largest { largest = value }
      if value < -slack { below += 1 }
      if value < lowest { belowMinusOne += 1 }
      if value > highest { above += 1 }
      let scaled = (value * perQuantum).rounded(.toNearestOrEven)
      guard Swift.abs(scaled) < 0x1p62 else {
        sum += Int128(max(-0x1p88, min(0x1p88, scaled)))
        continue
      }
      let (total, overflow) = partial.addingReportingOverflow(Int64(scaled))
      if overflow {
        sum += Int128(partial) + Int128(Int64(scaled))
        partial = 0
      } else {
        partial = total
      }
    }
    sum += Int128(partial)
    count += samples.count
    belowZeroCount += below
    belowMinusOneCount += belowMinusOne
    aboveOneCount += above
    nonFiniteCount += nonFinite
    (self.smallest, self.largest) = (smallest, largest)
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
