/// What is known of a feature map's values, gathered piece by piece.
public struct MapStatistics: Hashable, Sendable {
  /// Extrema, mean and what lies beyond a mapping's range.
  public private(set) var values: ValueStatistics
  /// The values that are 0.
  public private(set) var zeroCount = 0
  /// The sum of the squares, in units of the values.
  private var squareSum = 0.0

  /// Creates the statistics of no values.
  ///
  /// - Parameters:
  ///   - fullRange: what stands for 1 in the values: 1, 255 or 65535.
  ///   - window: what a mapping keeps, in units of full range, where that is known.
  public init(fullRange: Double = 1, window: ClosedRange<Double>? = nil) {
    values = ValueStatistics(fullRange: fullRange, window: window)
  }

  /// The values seen.
  public var count: Int { values.count }

  /// The smallest finite value in units of full range; 0 where there is none.
  public var minimum: Double { values.minimum ?? 0 }

  /// The largest finite value in units of full range; 0 where there is none.
  public var maximum: Double { values.maximum ?? 0 }

  /// The mean of the finite values in units of full range; 0 of none.
  public var mean: Double { values.mean ?? 0 }

  /// The mean of the squares, which maps are ordered by, in units of full range squared; 0 of none.
  public var energy: Double { squareSum / Double(max(1, count)) / (values.fullRange * values.fullRange) }

  /// The share of the values that are 0, 0…1; 0 of none.
  public var zeroShare: Double { Double(zeroCount) / Double(max(1, count)) }

  /// Adds values, in units of `fullRange`; those that are not finite have no energy.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar: BinaryFloatingPoint>(_ samples: ArraySlice<Scalar>) {
    values.add(samples)
    var (zeros, squares) = (0, 0.0)
    for sample in samples {
      if sample == 0 { zeros += 1 }
      let value = Double(sample)
      if value.isFinite { squares += value * value }
    }
    zeroCount += zeros
    squareSum += squares
  }
}
