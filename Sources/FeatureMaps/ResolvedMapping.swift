public import Tensors

/// A range mapping whose numbers are known: it maps sums to 0…`fullRange`, not yet clipped or rounded.
///
/// What packs the samples clips and rounds. NaN stays NaN.
public struct ResolvedMapping: Hashable, Sendable {
  private enum Formula: Hashable {
    case identity
    case magnitude
    /// `(v − origin) · scale` in sample units.
    case affine(origin: Double, scale: Double)
  }

  private let formula: Formula

  /// Settles a mapping.
  ///
  /// - Parameters:
  ///   - mapping: what is wished.
  ///   - statistics: of all values; traps when `mapping.statisticsNeeded` is not `none` and it is `nil`.
  ///   - histogram: of all values, between the extrema; traps when it is needed and `nil`.
  ///   - fullRange: the sum that stands for 1: 1, 255 or 65535; traps when the statistics' differ.
  public init(
    _ mapping: RangeMapping, statistics: ValueStatistics? = nil, histogram: ValueHistogram? = nil, fullRange: Double
  ) {
    precondition(statistics.map { $0.fullRange == fullRange } ?? true, "statistics are in units of another full range")
    precondition(histogram.map { $0.fullRange == fullRange } ?? true, "the histogram is in units of another full range")
    guard let limits = mapping.limits(statistics: statistics, histogram: histogram) else {
      formula = mapping == .abs ? .magnitude : .identity
      return
    }
    let scale = 1 / (limits.high - limits.low)
    // An image of one value, or of values too close to be told apart, has no contrast to stretch.
    let usable = Swift.abs(scale) <= Double(Float.greatestFiniteMagnitude)
    formula = .affine(origin: limits.low * fullRange, scale: usable ? scale : 0)
  }

  /// What `(v − origin) · scale` is made of, in sample units; `nil` where the mapping is none of these.
  public var affine: (origin: Double, scale: Double)? {
    if case .affine(let origin, let scale) = formula { (origin, scale) } else { nil }
  }

  /// Maps rows in place: all channels, or those of a range (to leave alpha alone).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func apply<Scalar>(to rows: inout PlanarRows<Scalar>, channels: Range<Int>? = nil) {
    guard formula != .identity else { return }
    let channels = channels ?? 0..<rows.channelCount
    precondition(channels.lowerBound >= 0 && channels.upperBound <= rows.channelCount, "no channels \(channels)")
    let (width, stride) = (rows.width, rows.channelCount * rows.width)
    for row in 0..<rows.rowCount {
      let start = row * stride
      map(&rows.samples, in: start + channels.lowerBound * width..<start + channels.upperBound * width)
    }
  }

  /// Maps one sum to 0…`fullRange`.
  public func callAsFunction(_ sum: Double) -> Double {
    switch formula {
    case .identity: sum
    case .magnitude: Swift.abs(sum)
    case .affine(let origin, let scale): (sum - origin) * scale
    }
  }

  private func map<Scalar: BinaryFloatingPoint>(_ samples: inout [Scalar], in range: Range<Int>) {
    switch formula {
    case .identity: break
    case .magnitude:
      for index in range { samples[index] = Swift.abs(samples[index]) }
    case .affine(let origin, let scale):
      let (origin, scale) = (Scalar(origin), Scalar(scale))
      for index in range { samples[index] = (samples[index] - origin) * scale }
    }
  }
}

extension RangeMapping {
  /// The values that become 0 and 1, in units of full range; `nil` for `clamp` and `abs`, which leave values where they are.
  ///
  /// Traps when statistics or a histogram are needed and `nil`. An image without a finite value has the limits 0 and 0.
  func limits(statistics: ValueStatistics?, histogram: ValueHistogram?) -> (low: Double, high: Double)? {
    func extrema() -> (low: Double, high: Double) {
      guard let statistics else { preconditionFailure("a mapping that depends on all values needs their statistics") }
      return (statistics.minimum ?? 0, statistics.maximum ?? 0)
    }
    switch self {
    case .clamp, .abs: return nil
    case .signed: return (-1, 1)
    case .range(let low, let high): return (low, high)
    case .minmax: return extrema()
    case .percentile(let percentile):
      guard let histogram else { preconditionFailure("\(self) needs a histogram") }
      let upper = max(percentile, 100 - percentile)
      let low = histogram.percentile(100 - upper) ?? 0
      let high = histogram.percentile(upper) ?? 0
      return high - low > histogram.binWidth ? (low, high) : extrema()
    }
  }
}
