/// Functions of eight numbers at a time; NaN stays NaN.
enum VectorMath {
  typealias Vector = SIMD8<Float>

  /// eˣ, to about 2⁻²³ of its value: 0 below −87.3, infinite above 88.7.
  ///
  /// x = n·ln 2 + r, and a polynomial of degree 5 in r (Moshier's Cephes library, `expf`).
  @inline(__always)
  static func exponential(_ x: Vector) -> Vector {
    let bounded = x.replacing(with: -88, where: x .< -88).replacing(with: 89, where: x .> 89)
    // Adding 1.5·2²³ leaves the nearest whole number in the last bits.
    let shifted = bounded * 1.442_695_04 + 12_582_912
    let n = shifted - 12_582_912
    let r = bounded - n * 0.693_359_375 + n * 2.121_944_4e-4
    var p = r * 1.987_569_15e-4 + 1.398_199_95e-3
    p = p * r + 8.333_452e-3
    p = p * r + 4.166_579_6e-2
    p = p * r + 1.666_666_5e-1
    p = p * r + 5.000_000_1e-1
    let fraction = p * r * r + r + 1
    let bits = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4B40_0000
    // 2ⁿ in two factors, as n may be 128.
    let half = bits &>> 1
    let first = unsafe unsafeBitCast((half &+ 127) &<< 23, to: Vector.self)
    let second = unsafe unsafeBitCast((bits &- half &+ 127) &<< 23, to: Vector.self)
    let result = fraction * first * second
    return result.replacing(with: 0, where: x .< -87.3)
  }

  /// 1 / (1 + e⁻ˣ).
  @inline(__always)
  static func sigmoid(_ x: Vector) -> Vector { 1 / (1 + exponential(-x)) }

  /// The hyperbolic tangent.
  @inline(__always)
  static func tanh(_ x: Vector) -> Vector {
    let large = 1 - 2 / (exponential(2 * x) + 1)
    return large.replacing(with: x * (1 - x * x * (1 / 3 as Float)), where: (x .< 0.03) .& (x .> -0.03))
  }

  /// The error function, to 1.5·10⁻⁷ (Abramowitz and Stegun, 7.1.26).
  @inline(__always)
  static func errorFunction(_ x: Vector) -> Vector {
    let magnitude = x.replacing(with: -x, where: x .< 0)
    let t = 1 / (1 + magnitude * 0.327_591_1)
    var p = t * 1.061_405_4 - 1.453_152_03
    p = p * t + 1.421_413_74
    p = p * t - 0.284_496_74
    p = p * t + 0.254_829_6
    let positive = 1 - p * t * exponential(-magnitude * magnitude)
    return positive.replacing(with: -positive, where: x .< 0)
  }
}
