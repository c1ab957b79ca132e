/// A finite number as a text holds it: the nearest `Double`, and the exact fraction where it has small enough parts.
struct Number: Hashable {
  let value: Double
  let exact: Fraction?

  init(_ integer: Int) {
    value = Double(integer)
    exact = Fraction(integer)
  }

  /// A finite number that was computed: exact where it is a multiple of 2⁻²⁴ below 2³¹.
  init(_ value: Double) {
    self.value = value
    let scaled = value * 0x1p24
    exact =
      scaled == scaled.rounded() && abs(value) < 0x1p31 ? Fraction(Int(scaled), 1 << 24) : nil
  }

  private init(value: Double, exact: Fraction?) {
    self.value = value
    self.exact = exact
  }

  /// What keeps a word from being a number.
  enum Fault: Error {
    case notANumber
    case notFinite
    case zeroDenominator

    /// The sentence for an error about `word`.
    func message(_ word: String) -> String {
      switch self {
      case .notANumber: "found “\(word)”, expected a number"
      case .notFinite: "“\(word)” is not finite"
      case .zeroDenominator: "“\(word)” has the denominator 0"
      }
    }
  }

  /// Reads `-3`, `.5`, `1e-3` or a fraction of two of these, such as `-3/8`: the whole word or nothing.
  init(_ word: some Collection<UInt8>) throws(Fault) {
    let parts = word.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let top = try Self.decimal(parts[0])
    guard parts.count == 2 else {
      self = top
      return
    }
    let bottom = try Self.decimal(parts[1])
    guard bottom.value != 0 else { throw .zeroDenominator }
    self = top.divided(by: bottom)
    guard value.isFinite else { throw .notFinite }
  }

  /// The quotient: one rounding where both are exact; `other` is not 0.
  func divided(by other: Number) -> Number {
    if let exact, let divisor = other.exact, let quotient = exact.divided(by: divisor), let value = quotient.value {
      return Number(value: value, exact: quotient)
    }
    return Number(value: value / other.value, exact: nil)
  }

  /// Reads a sign, digits with at most one point among them, and an exponent.
  private static func decimal(_ word: some Collection<UInt8>) throws(Fault) -> Number {
    var rest = word[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    var digits = 0
    var scale = 0
    var seenPoint = false
    var seenDigit = false
    var fits = true
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if let digit = digit(byte) {
        seenDigit = true
        if seenPoint { scale -= 1 }
        if fits, digits < 1 << 58 { digits = digits * 10 + digit } else { fits = false }
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    guard seenDigit else {
      throw namesNoFiniteNumber(String(decoding: word, as: UTF8.self)) ? .notFinite : .notANumber
    }
    if let byte = rest.first {
      guard byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") else { throw .notANumber }
      guard let exponent = exponent(rest.dropFirst()) else { throw .notANumber }
      scale += exponent
    }
    let exact = fits ? fraction(negative ? -digits : digits, scale: scale) : nil
    // The library's own conversion, correctly rounded, only where the fraction does not give the value.
    if let exact, let value = exact.value { return Number(value: value, exact: exact) }
    guard let value = Double(String(decoding: word, as: UTF8.self)) else { throw .notANumber }
    guard value.isFinite else { throw .notFinite }
    return Number(value: value, exact: exact)
  }

  /// The exponent, held within ±100 000: beyond that every number is 0 or infinite.
  private static func exponent(_ word: some Collection<UInt8>) -> Int? {
    var rest = word[...]
    let negative = rest.first == UInt8(ascii: "-")
    if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var exponent = 0
    for byte in rest {
      guard let digit = digit(byte) else { return nil }
      exponent = min(exponent * 10 + digit, 100_000)
    }
    return negative ? -exponent : exponent
  }

  /// `digits · 10^scale`, or `nil` where a part does not fit.
  private static func fraction(_ digits: Int, scale: Int) -> Fraction? {
    guard digits != 0 else { return Fraction(0) }
    guard abs(scale) <= 40 else { return nil }
    var (digits, scale) = (digits, scale)
    while scale < 0, digits % 10 == 0 {
      digits /= 10
      scale += 1
    }
    var power = 1
    for _ in 0..<abs(scale) {
      let (product, overflow) = power.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      power = product
    }
    guard scale > 0 else { return Fraction(digits, power) }
    let (product, overflow) = digits.multipliedReportingOverflow(by: power)
    return overflow ? nil : Fraction(product)
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte) - 48 : nil
  }

  private static func namesNoFiniteNumber(_ text: String) -> Bool {
    let bare = text.drop { $0 == "-" || $0 == "+" }.lowercased()
    return ["nan", "inf", "infinity"].contains(bare)
  }
}
