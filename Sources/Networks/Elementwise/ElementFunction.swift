/// A function of one or two numbers that networks apply to each element.
enum ElementFunction: Hashable, Sendable {
  // Of one number x.
  case relu, hardSwish, sigmoid, tanh, silu, exponential, logarithm, squareRoot, magnitude, negation, reciprocal
  case errorFunction, softplus, softsign, mish, floor, ceiling, roundedToEven, sign, sine, cosine
  /// x·Φ(x), exact or by a hyperbolic tangent.
  case gelu(isApproximate: Bool)
  /// x below 0 times a slope.
  case leakyRelu(slope: Float)
  /// x kept between two numbers.
  case clip(low: Float, high: Float)
  /// slope·x + offset, between 0 and 1.
  case hardSigmoid(slope: Float, offset: Float)
  /// α(eˣ − 1) below 0.
  case elu(alpha: Float)
  /// γ·α(eˣ − 1) below 0, γ·x above.
  case selu(alpha: Float, gamma: Float)
  /// 0 up to a threshold.
  case threshold(Float)

  // Of two numbers.
  case sum, difference, product, quotient, power, minimum, maximum
  /// x below 0 times the second number.
  case parametricRelu

  /// How many numbers it is a function of: 1 or 2.
  var operandCount: Int {
    switch self {
    case .sum, .difference, .product, .quotient, .power, .minimum, .maximum, .parametricRelu: 2
    default: 1
    }
  }

  /// The function of whole numbers, where there is one; quotients are cut off towards 0, and that by 0 is 0.
  func ofIntegers(_ a: Int, _ b: Int) -> Int? {
    switch self {
    case .sum: a &+ b
    case .difference: a &- b
    case .product: a &* b
    case .quotient: b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    case .minimum: min(a, b)
    case .maximum: max(a, b)
    case .magnitude: a < 0 ? 0 &- a : a
    case .negation: 0 &- a
    case .relu: max(a, 0)
    case .sign: a.signum()
    case .clip(let low, let high): Int(max(Double(low), min(Double(high), Double(a))).clampedForIntegers)
    default: nil
    }
  }
}

extension Double {
  /// The number within what a 64-bit integer holds; 0 for NaN.
  var clampedForIntegers: Double { isNaN ? 0 : Swift.min(0x1p62, Swift.max(-0x1p62, self)) }
}
