/// What is known of sums that were rounded to pixels at once: their number, extrema, mean, and how many rounding could not bring into range.
///
/// Of sums that are made of rounded weights extrema and mean are those of the rounded weights: the largest error of such a sum is an eighth of a stored unit.
/// The same however the image is cut into strips and pieces, and in whatever order parts are merged.
public struct SumStatistics: Hashable, Sendable {
  /// The sums.
  public private(set) var count = 0
  /// The smallest sum in stored units; +∞ before the first.
  public private(set) var minimum = Double.infinity
  /// The largest sum in stored units; −∞ before the first.
  public private(set) var maximum = -Double.infinity
  /// The sums below −½.
  public private(set) var belowCount = 0
  /// The sums more than ½ above full range.
  public private(set) var aboveCount = 0
  /// All sums added up, in units of 2⁻²⁴ of a stored unit.
  public private(set) var quanta: Int128 = 0

  /// What one stored unit has of `quanta`.
  public static let quantaPerUnit = 0x1p24

  /// A total in quanta; those beyond 2⁶⁴ units, which only weights from another world give, count as that, and what is no number as 0.
  static func quanta(of total: Double) -> Int128 {
    total.isNaN ? 0 : Int128((max(-0x1p64, min(0x1p64, total)) * quantaPerUnit).rounded())
  }

  /// Adds sums of which this is known.
  mutating func add(count: Int, minimum: Double, maximum: Double, below: Int, above: Int, quanta: Int128) {
    self.count += count
    self.minimum = min(self.minimum, minimum)
    self.maximum = max(self.maximum, maximum)
    belowCount += below
    aboveCount += above
    self.quanta += quanta
  }

  /// Adds what others have seen.
  mutating func merge(_ other: SumStatistics) {
    add(
      count: other.count, minimum: other.minimum, maximum: other.maximum, below: other.belowCount,
      above: other.aboveCount, quanta: other.quanta)
  }
}
