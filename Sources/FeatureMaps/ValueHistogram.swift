public import Tensors

/// How often values fall into each of many equal bins: the second pass of a percentile.
///
/// Counts are the same however the stream is cut and in whatever order parts are merged.
public struct ValueHistogram: Hashable, Sendable {
  /// The value of a sum that stands for 1: 1, 255 or 65535.
  public let fullRange: Double
  /// The first bin's lower and the last bin's upper end, in units of full range.
  public let range: ClosedRange<Double>
  /// The values in each bin; a value outside the range is in the bin at that end.
  public private(set) var counts: [Int]

  /// Creates an empty histogram.
  ///
  /// - Parameters:
  ///   - range: the extrema of the values, in units of full range; traps unless finite.
  ///   - binCount: the bins; with the default, a percentile is within 1/65536 of the range.
  ///   - fullRange: what stands for 1 in the sums: 1, 255 or 65535.
  public init(range: ClosedRange<Double>, binCount: Int = 65536, fullRange: Double) {
    precondition(binCount >= 1, "a histogram has a bin")
    precondition(range.lowerBound.isFinite && range.upperBound.isFinite, "a histogram's range is finite")
    precondition(fullRange > 0 && fullRange.isFinite, "full range is positive, not \(fullRange)")
    self.range = range
    self.fullRange = fullRange
    self.counts = Array(repeating: 0, count: binCount)
  }

  /// The width of a bin in units of full range, which bounds the error of a percentile.
  public var binWidth: Double { range.upperBound / Double(counts.count) - range.lowerBound / Double(counts.count) }

  /// Adds samples in units of `fullRange`; infinities and NaNs are left out.
  public mutating func add<Scalar: BinaryFloatingPoint>(_ samples: some Sequence<Scalar>) {
    let low = range.lowerBound * fullRange
    let binsPerUnit = binWidth > 0 ? 1 / (binWidth * fullRange) : 0
    let last = Double(counts.count - 1)
    for sample in samples {
      let value = Double(sample)
      guard value.isFinite else { continue }
      counts[Int(max(0, min(last, (value - low) * binsPerUnit)))] += 1
    }
  }

  /// Adds rows whose samples are in units of `fullRange`: all channels, or those of a range.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar>(_ rows: PlanarRows<Scalar>, channels: Range<Int>? = nil) {
    guard let channels else { return add(rows.samples) }
    for row in 0..<rows.rowCount {
      for channel in channels { add(rows.run(row: row, channel: channel)) }
    }
  }

  /// Adds the counts of another histogram; traps when bins or ranges differ.
  public mutating func merge(_ other: ValueHistogram) {
    precondition(
      range == other.range && counts.count == other.counts.count && fullRange == other.fullRange,
      "histograms with different bins do not merge")
    for bin in counts.indices { counts[bin] += other.counts[bin] }
  }

  /// The percentile `percentile` (0…100) in units of full range, or `nil` when nothing was added.
  ///
  /// It is NumPy's default: of `n` sorted values, that at the place `percentile / 100 · (n − 1)`, linear between neighbours.
  /// The values of a bin are taken to lie evenly in it, so the result is within `binWidth`. Costs one pass over the bins.
  public func percentile(_ percentile: Double) -> Double? {
    precondition((0...100).contains(percentile), "a percentile is from 0 to 100, not \(percentile)")
    let total = counts.reduce(0, +)
    guard total > 0 else { return nil }
    let place = percentile / 100 * Double(total - 1)
    let lower = Int(place)
    let fraction = place - Double(lower)
    let below = value(atRank: lower)
    let above = fraction > 0 ? value(atRank: lower + 1) : below
    return below + (above - below) * fraction
  }

  /// The estimate of the value that has `rank` values before it.
  private func value(atRank rank: Int) -> Double {
    var before = 0
    var bin = 0
    while before + counts[bin] <= rank {
      before += counts[bin]
      bin += 1
    }
    let position = Double(bin) + (Double(rank - before) + 0.5) / Double(counts[bin])
    return range.lowerBound + position * binWidth
  }
}
