#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a function of a block of elements reads: the elements of a block, or one number in place of each.
@unsafe enum ElementSource {
  case block(UnsafePointer<Float>)
  case number(Float)
}

/// The loops over blocks of elements.
///
/// The unsafe code relies on this: blocks hold `count` elements, and the result overlaps no source unless it is the same block.
enum ElementLoops {
  /// Writes the function of each element.
  static func run(
    _ function: ElementFunction, _ first: ElementSource, _ second: ElementSource?,
    to out: UnsafeMutablePointer<Float>, count: Int
  ) {
    guard let second = unsafe second else {
      switch unsafe first {
      case .block(let x): unsafe run(function, x, to: out, count)
      case .number(let number):
        unsafe out.update(repeating: number, count: count)
        unsafe run(function, out, to: out, count)
      }
      return
    }
    switch function {
    case .sum: unsafe map(first, second, out, count) { $0 + $1 }
    case .difference: unsafe map(first, second, out, count) { $0 - $1 }
    case .product: unsafe map(first, second, out, count) { $0 * $1 }
    case .quotient: unsafe map(first, second, out, count) { $0 / $1 }
    case .minimum: unsafe map(first, second, out, count) { $0 < $1 || $0.isNaN ? $0 : $1 }
    case .maximum: unsafe map(first, second, out, count) { $0 > $1 || $0.isNaN ? $0 : $1 }
    case .parametricRelu: unsafe map(first, second, out, count) { $0 < 0 ? $0 * $1 : $0 }
    case .power:
      switch unsafe second {
      case .number(2): unsafe map(first, second, out, count) { x, _ in x * x }
      case .number(0.5): unsafe map(first, second, out, count) { x, _ in x.squareRoot() }
      default: unsafe map(first, second, out, count) { pow($0, $1) }
      }
    default: preconditionFailure("\(function) is a function of one number")
    }
  }

  private static func run(
    _ function: ElementFunction, _ x: UnsafePointer<Float>, to out: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch function {
    case .relu: unsafe map(x, out, count) { $0 < 0 ? 0 : $0 }
    case .leakyRelu(let slope): unsafe map(x, out, count) { $0 < 0 ? slope * $0 : $0 }
    case .clip(let low, let high):
      unsafe map(x, out, count) { x in
        let raised = x < low ? low : x
        return raised > high ? high : raised
      }
    case .hardSigmoid(let slope, let offset):
      unsafe map(x, out, count) { x in
        let line = slope * x + offset
        let raised = line < 0 ? 0 : line
        return raised > 1 ? 1 : raised
      }
    case .hardSwish:
      unsafe map(x, out, count) { x in
        let line = x * (1 / 6 as Float) + 0.5
        let raised = line < 0 ? 0 : line
        return x * (raised > 1 ? 1 : raised)
      }
    case .threshold(let threshold): unsafe map(x, out, count) { $0 > threshold ? $0 : 0 }
    case .magnitude: unsafe map(x, out, count) { abs($0) }
    case .negation: unsafe map(x, out, count) { -$0 }
    case .reciprocal: unsafe map(x, out, count) { 1 / $0 }
    case .squareRoot: unsafe map(x, out, count) { $0.squareRoot() }
    case .softsign: unsafe map(x, out, count) { $0 / (1 + abs($0)) }
    case .floor: unsafe map(x, out, count) { $0.rounded(.down) }
    case .ceiling: unsafe map(x, out, count) { $0.rounded(.up) }
    case .roundedToEven: unsafe map(x, out, count) { $0.rounded(.toNearestOrEven) }
    case .sign: unsafe map(x, out, count) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .logarithm: unsafe map(x, out, count) { log($0) }
    case .sine: unsafe map(x, out, count) { sin($0) }
    case .cosine: unsafe map(x, out, count) { cos($0) }
    case .softplus: unsafe map(x, out, count) { softplus($0) }
    case .mish: unsafe map(x, out, count) { $0 * hyperbolicTangent(softplus($0)) }
    case .exponential: unsafe mapVectors(x, out, count) { VectorMath.exponential($0) }
    case .sigmoid: unsafe mapVectors(x, out, count) { VectorMath.sigmoid($0) }
    case .silu: unsafe mapVectors(x, out, count) { $0 * VectorMath.sigmoid($0) }
    case .tanh: unsafe mapVectors(x, out, count) { VectorMath.tanh($0) }
    case .errorFunction: unsafe mapVectors(x, out, count) { VectorMath.errorFunction($0) }
    case .gelu(isApproximate: false):
      unsafe mapVectors(x, out, count) { x in 0.5 * x * (1 + VectorMath.errorFunction(x * 0.707_106_77)) }
    case .gelu(isApproximate: true):
      unsafe mapVectors(x, out, count) { x in
        0.5 * x * (1 + VectorMath.tanh(0.797_884_6 * (x + 0.044_715 * x * x * x)))
      }
    case .elu(let alpha):
      unsafe mapVectors(x, out, count) { x in
        x.replacing(with: alpha * (VectorMath.exponential(x) - 1), where: x .< 0)
      }
    case .selu(let alpha, let gamma):
      unsafe mapVectors(x, out, count) { x in
        gamma * x.replacing(with: alpha * (VectorMath.exponential(x) - 1), where: x .< 0)
      }
    case .sum, .difference, .product, .quotient, .power, .minimum, .maximum, .parametricRelu:
      preconditionFailure("\(function) is a function of two numbers")
    }
  }

  /// log(1 + eˣ), without overflow on the way.
  private static func softplus(_ x: Float) -> Float { max(x, 0) + log1p(exp(-abs(x))) }

  private static func hyperbolicTangent(_ x: Float) -> Float { Float(tanh(Double(x))) }

  @inline(__always)
  private static func map(
    _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int, _ function: (Float) -> Float
  ) {
    for index in 0..<count { unsafe out[index] = function(x[index]) }
  }

  @inline(__always)
  private static func map(
    _ first: ElementSource, _ second: ElementSource, _ out: UnsafeMutablePointer<Float>, _ count: Int,
    _ function: (Float, Float) -> Float
  ) {
    switch unsafe (first, second) {
    case (.block(let x), .block(let y)): for index in 0..<count { unsafe out[index] = function(x[index], y[index]) }
    case (.block(let x), .number(let y)): for index in 0..<count { unsafe out[index] = function(x[index], y) }
    case (.number(let x), .block(let y)): for index in 0..<count { unsafe out[index] = function(x, y[index]) }
    case (.number(let x), .number(let y)): for index in 0..<count { unsafe out[index] = function(x, y) }
    }
  }

  @inline(__always)
  private static func mapVectors(
    _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int,
    _ function: (VectorMath.Vector) -> VectorMath.Vector
  ) {
    let width = VectorMath.Vector.scalarCount
    var index = 0
    while index + width <= count {
      let vector = unsafe UnsafeRawPointer(x + index).loadUnaligned(as: VectorMath.Vector.self)
      unsafe UnsafeMutableRawPointer(out + index).storeBytes(of: function(vector), as: VectorMath.Vector.self)
      index += width
    }
    guard index < count else { return }
    var rest = VectorMath.Vector()
    for lane in 0..<count - index { rest[lane] = unsafe x[index + lane] }
    let results = function(rest)
    for lane in 0..<count - index { unsafe out[index + lane] = results[lane] }
  }
}

extension ElementLoops {
  /// The natural logarithm.
  static func logarithm(_ x: Double) -> Double { log(x) }
}
