/// A reduced fraction with a positive denominator: how numbers such as `1/9` and `0.0625` are kept exact.
struct Fraction: Hashable {
  let numerator: Int
  let denominator: Int

  /// Reduces `numerator / denominator`; `nil` when the denominator is 0 or a part does not fit.
  init?(_ numerator: Int, _ denominator: Int = 1) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    let sign = denominator < 0 ? -1 : 1
    self.numerator = sign * (numerator / Int(divisor))
    self.denominator = sign * (denominator / Int(divisor))
  }

  /// The nearest `Double`: one rounding, provided that both parts are exact in a `Double`; `nil` otherwise.
  var value: Double? {
    let exact = 1 << 53
    guard numerator.magnitude <= exact, denominator <= exact else { return nil }
    return Double(numerator) / Double(denominator)
  }

  /// The quotient, or `nil` when a part overflows or `other` is 0.
  func divided(by other: Fraction) -> Fraction? {
    let (top, topOverflows) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (bottom, bottomOverflows) = denominator.multipliedReportingOverflow(by: other.numerator)
    return topOverflows || bottomOverflows ? nil : Fraction(top, bottom)
  }

  /// The largest number that divides both, by Euclid's algorithm; at least 1.
  static func greatestCommonDivisor(_ a: UInt, _ b: UInt) -> UInt {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }

  /// The smallest multiple of both, both at least 1, or `nil` above `limit`.
  static func leastCommonMultiple(_ a: Int, _ b: Int, limit: Int) -> Int? {
    let divisor = Int(greatestCommonDivisor(a.magnitude, b.magnitude))
    let (product, overflow) = (a / divisor).multipliedReportingOverflow(by: b)
    return overflow || product > limit ? nil : product
  }
}
