/// The taps of one output and what their sum is divided by: integers over a common denominator wherever that is exact.
struct ScaledTaps {
  /// The largest common denominator that is sought.
  static let largestDenominator = 1 << 24
  /// Integer taps stay below this, so that products with 16-bit samples are exact.
  static let largestTap = 1 << 31

  /// How a kernel asks to be scaled.
  enum Normalization: String, CaseIterable {
    case none
    case sum
    case abs
  }

  let taps: [Double]
  let divisor: Double
  /// Why a normalization that was asked for did not happen.
  let note: String?

  /// Scales numbers by `divisor`, which is not 0, or by their own sum.
  ///
  /// The taps are integers where all numbers are fractions with a common denominator up to 2²⁴ and numerators below 2³¹;
  /// otherwise they are the weights themselves, rounded to `Double`, and the divisor is 1.
  init(_ numbers: [Number], divisor: Number = Number(1), normalization: Normalization = .none) {
    let integers = Self.integers(numbers, divisor: divisor)
    let taps = integers?.taps ?? numbers.map { $0.divided(by: divisor).value }
    let sum = normalization == .abs ? taps.reduce(0) { $0 + Swift.abs($1) } : taps.reduce(0, +)
    let isZero =
      sum.isFinite && Swift.abs(sum) <= (integers == nil ? 0x1p-46 * taps.reduce(0) { $0 + Swift.abs($1) } : 0)
    note =
      normalization != .none && isZero ? "normalize: \(normalization.rawValue): the sum is 0, left alone" : nil
    if normalization == .none || isZero {
      self.taps = taps
      self.divisor = integers?.divisor ?? 1
    } else if let integers {
      self.taps = taps
      self.divisor = normalization == .abs && integers.divisor < 0 ? -sum : sum
    } else {
      self.taps = taps.map { $0 / sum }
      // A sum beyond the range of `Double` stays visible to the caller.
      self.divisor = sum.isFinite ? 1 : sum
    }
  }

  private static func integers(_ numbers: [Number], divisor: Number) -> (taps: [Double], divisor: Double)? {
    var denominator = 1
    for number in numbers {
      guard let exact = number.exact,
        let multiple = Fraction.leastCommonMultiple(denominator, exact.denominator, limit: largestDenominator)
      else { return nil }
      denominator = multiple
    }
    guard let divisor = divisor.exact, divisor.denominator <= largestDenominator,
      divisor.numerator.magnitude < largestTap
    else { return nil }
    var taps: [Double] = []
    taps.reserveCapacity(numbers.count)
    for number in numbers {
      guard let exact = number.exact, exact.numerator.magnitude < largestTap else { return nil }
      let (tap, overflow) = (exact.numerator * (denominator / exact.denominator))
        .multipliedReportingOverflow(by: divisor.denominator)
      guard !overflow, tap.magnitude < largestTap else { return nil }
      taps.append(Double(tap))
    }
    let scale = denominator.multipliedReportingOverflow(by: divisor.numerator)
    guard !scale.overflow, scale.partialValue.magnitude <= 1 << 53 else { return nil }
    return (taps, Double(scale.partialValue))
  }
}
