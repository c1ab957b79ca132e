import CMicrokernels

/// The taps of a column in halves: two output rows, one below the other, are made of three sums of half the length, where tap by tap they take
/// four.
///
/// An even output row adds `even` over differences of rows, an odd one `odd` over others, and both add one sum of `both`; see `columns.h`.
struct ColumnHalves: Sendable {
  /// Every other tap from the first.
  let even: [Double]
  /// Every other tap from the second; the last is 0 where the taps are odd in number.
  let odd: [Double]
  /// Each tap of `even` and the one of `odd` behind it.
  let both: [Double]

  /// Takes a sum down one column apart.
  init(_ sum: PlannedSum, height: Int) {
    var taps = [Double](repeating: 0, count: (height + 1) / 2 * 2)
    for tap in sum.taps { taps[tap.tapRow] = tap.weight }
    even = stride(from: 0, to: taps.count, by: 2).map { taps[$0] }
    odd = stride(from: 1, to: taps.count, by: 2).map { taps[$0] }
    both = zip(even, odd).map { $0 + $1 }
  }

  /// The weights as the inner loop takes them: `even`, `odd` and `both`, each in groups that zeros surround.
  func grouped<Scalar: EngineScalar>(tapsPerGroup: Int) -> [Scalar] {
    let zeros = [Scalar](repeating: 0, count: Int(imgconv_column_zeros))
    return [even, odd, both].flatMap { weights in
      stride(from: 0, to: weights.count, by: tapsPerGroup).flatMap { first in
        let group = weights[first..<min(first + tapsPerGroup, weights.count)].map { Scalar($0) }
        return zeros + group + Array(repeating: 0, count: tapsPerGroup - group.count) + zeros
      }
    }
  }

  /// The elements of scratch memory that the inner loop takes.
  static func scratchCount(outputCount: Int, height: Int) -> Int {
    (3 * ((outputCount + 1) / 2) + height + 4) * Int(imgconv_column_width)
  }
}
