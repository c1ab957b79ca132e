/// The type that sums are computed in.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32 bits, `Float`.
  case single
  /// 64 bits, `Double`.
  case double

  /// The type as a report names it.
  public var text: String { self == .single ? "32-bit" : "64-bit" }

  /// The bytes of one number.
  public var byteCount: Int { self == .single ? 4 : 8 }
}

/// How far 32-bit sums of one output may lie from exact ones, known before any sample is.
///
/// Every rounding of a number `v` to the nearest 32-bit one errs by at most `u·|v|` with `u = 2⁻²⁴` (Higham, "Accuracy and Stability of
/// Numerical Algorithms", 2002, chapter 3). The bound follows the inner loop step by step: weights are rounded once, products
/// once (where they are not fused), every partial sum of a group of taps once, every sum of groups once, then the quotient and the
/// sum with the bias. Partial sums are at most `Σ|w|·bound`.
struct RoundingAnalysis: Sendable {
  /// The largest distance from the exact result, in units of a sample.
  let errorBound: Double
  /// Whether every sum of products is exact, before the division: whole numbers, and none that 32 bits do not hold.
  let isExact: Bool
  /// Whether rounding the result to a whole number gives what rounding the exact one gives, ties included.
  let roundsLikeExact: Bool

  /// Half the distance from 1 to the next 32-bit number.
  private static let unit = 0x1p-24

  /// Analyses one weighted sum.
  ///
  /// - Parameters:
  ///   - sum: the taps in the order they are added in.
  ///   - tapsPerGroup: how many taps are summed before they are added to the total.
  ///   - sampleBound: the largest magnitude of a sample, the border's constant among them.
  ///   - samplesAreWhole: whether every sample, the border's constant among them, is a whole number.
  init(_ sum: PlannedSum, tapsPerGroup: Int, sampleBound: Double, samplesAreWhole: Bool) {
    let u = Self.unit
    let weightSum = sum.taps.reduce(0) { $0 + abs($1.weight) }
    // In units of the weights' common grain: integers when the kernel's taps are, whatever power of two divides them.
    let wholeSum = sum.taps.reduce(0) { $0 + abs($1.weight * sum.grain) } * max(sampleBound, 1)
    let sumsAreExact =
      samplesAreWhole && wholeSum < 0x1p24
      && sum.taps.allSatisfy { $0.weight * sum.grain == ($0.weight * sum.grain).rounded() }

    isExact = sumsAreExact
    var error = 0.0
    if !sumsAreExact {
      var conversion = 0.0
      var roundings = weightSum
      var (group, total) = (0.0, 0.0)
      for (index, tap) in sum.taps.enumerated() {
        conversion += abs(tap.weight - Double(Float(tap.weight)))
        group += abs(tap.weight)
        if index % tapsPerGroup != 0 { roundings += group }
        if (index + 1) % tapsPerGroup == 0 || index == sum.taps.count - 1 {
          if total != 0 { roundings += total + group }
          total += group
          group = 0
        }
      }
      // The second-order terms: at most one part in a thousand while (n/16 + 20)·u is.
      error = (conversion + u * roundings) * sampleBound * 1.001
    }

    let biasIsWhole = sum.bias == sum.bias.rounded()
    // The quotient has the grain of the weights here, and the bias shifts it by whole steps: nothing is lost below 2^24 steps.
    let biasIsExact = sumsAreExact && sum.divisor == 1 && biasIsWhole && wholeSum + abs(sum.bias) * sum.grain < 0x1p24
    error = Self.finished(error, sum, reach: weightSum * sampleBound, biasIsExact: biasIsExact)
    errorBound = error.isFinite ? error : .infinity

    // Whole sums over a whole divisor lie at least 1/(2·divisor) from a tie, or on it; and rounding is monotonic.
    let isDivisorWhole = sum.divisor == sum.divisor.rounded()
    roundsLikeExact =
      sumsAreExact && biasIsWhole && (error == 0 || (isDivisorWhole && error < 0.5 / abs(sum.divisor * sum.grain)))
  }

  /// What becomes of an error of sums up to `reach` when they are divided and the bias is added.
  private static func finished(_ error: Double, _ sum: PlannedSum, reach: Double, biasIsExact: Bool = false) -> Double {
    let quotient = reach / abs(sum.divisor)
    var error = error / abs(sum.divisor)
    if sum.divisor != 1 {
      error += quotient * (unit + abs(sum.divisor - Double(Float(sum.divisor))) / abs(sum.divisor)) * 1.001
    }
    if sum.bias != 0 && !biasIsExact {
      error += abs(sum.bias - Double(Float(sum.bias))) + unit * (quotient + abs(sum.bias)) * 1.001
    }
    return error
  }

  /// How far 32-bit sums down a column may lie from exact ones where two of them are made of three sums of half the taps, in units of a sample.
  ///
  /// Differences of samples reach twice as far as samples and are rounded once; the two sums that make an output are rounded when they are added.
  static func errorBound(_ halves: ColumnHalves, of sum: PlannedSum, tapsPerGroup: Int, sampleBound: Double) -> Double {
    let analysed = { (weights: [Double], bound: Double) in
      let sum = PlannedSum(
        taps: weights.enumerated().map { .init(channel: 0, tapRow: $0.offset, column: 0, weight: $0.element) })
      return (
        reach: sum.magnitude * bound,
        error: RoundingAnalysis(sum, tapsPerGroup: tapsPerGroup, sampleBound: bound, samplesAreWhole: false).errorBound
      )
    }
    let both = analysed(halves.both, sampleBound)
    return [halves.even, halves.odd].reduce(0) { worst, weights in
      let own = analysed(weights, 2 * sampleBound)
      let reach = own.reach + both.reach
      let error = own.error + both.error + unit * (own.reach + reach) * 1.001
      return max(worst, finished(error, sum, reach: reach))
    }
  }
}
