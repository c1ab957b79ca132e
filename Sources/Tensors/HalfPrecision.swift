extension Float {
  /// The value of an IEEE 754 half: sign, 5 bits of exponent, 10 of fraction; exact.
  public init(half bits: UInt16) {
    let fraction = Float(bits & 0x3FF)
    let magnitude: Float =
      switch Int(bits >> 10 & 0x1F) {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      case let exponent: Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
      }
    self = bits >> 15 == 0 ? magnitude : -magnitude
  }
}
