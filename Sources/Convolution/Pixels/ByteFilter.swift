import Tensors

/// A weighted sum along a row of bytes, in integers: the first pass of the separable path where bytes go in.
///
/// Weights are scaled by a power of two and rounded to whole numbers of 24 bits, which are taken apart in three times 8: an instruction
/// multiplies four bytes with four such parts. Its integer sums are exact, and become one number of 32 bits in the end.
struct ByteFilter: Sendable {
  /// The taps in fours.
  let quadCount: Int
  /// The bytes from tap to tap.
  let step: Int
  /// The parts of the weights, as `imgconv_byte_filter` has them.
  let weights: [Int32]
  /// What a whole weight stands for: a power of two.
  let scale: Float

  /// The largest magnitude of a whole weight: what three signed bytes hold.
  private static let largestWeight = Double(0x7f7f7f)

  /// Turns a sum along a row into integers; `nil` where the taps do not stand evenly and close, or where more would be lost than by the analysis.
  ///
  /// - Parameters:
  ///   - sum: the products, all of row 0.
  ///   - columns: how rows are laid out.
  ///   - analysis: what 32-bit sums of numbers would lose.
  init?(_ sum: PlannedSum, columns: ColumnLayout, analysis: RoundingAnalysis) {
    let offsets = sum.taps.map { columns.offsets[$0.column] }
    let step = max(offsets.reduce(0, greatestCommonDivisor), 1)
    let count = (offsets.max() ?? 0) / step + 1
    guard step <= 16, count <= 2 * offsets.count, sum.divisor == 1, sum.bias == 0 else { return nil }

    let exact = sum.taps.map(\.weight)
    let magnitude = exact.reduce(0) { $0 + abs($1) }
    guard let largest = exact.indices.max(by: { abs(exact[$0]) < abs(exact[$1]) }) else { return nil }
    var shift = 0
    var error = 0.0
    var whole = exact
    if !(exact.allSatisfy { $0 == $0.rounded() } && 255 * magnitude < 0x1p24) {
      guard !analysis.isExact, magnitude < 0x1p15 else { return nil }
      while abs(exact[largest]) * Double(sign: .plus, exponent: shift + 1, significand: 1) < Self.largestWeight
        - Double(count),
        shift < 60
      { shift += 1 }
      let scale = Double(sign: .plus, exponent: shift, significand: 1)
      whole = exact.map { ($0 * scale).rounded() }
      whole[largest] += (exact.reduce(0, +) * scale).rounded() - whole.reduce(0, +)
      let lost = zip(exact, whole).map { $0 * scale - $1 }
      // Bytes lie within 127½ of the middle. The lower parts together are rounded to 32 bits, then the sum.
      let lower = 255 * Double(count) * 0x1p15 * 1.01
      error =
        (127.5 * (lost.reduce(0) { $0 + abs($1) } + abs(lost.reduce(0, +))) + 0x1p-24 * lower) / scale
        + 0x1p-24 * 255 * magnitude * 1.001
    }
    guard abs(whole[largest]) <= Self.largestWeight, error <= analysis.errorBound else { return nil }

    quadCount = (count + 3) / 4
    self.step = step
    scale = Float(sign: .plus, exponent: -shift, significand: 1)
    var weights = [Int32](repeating: 0, count: 3 * quadCount)
    for (offset, weight) in zip(offsets, whole) {
      let place = offset / step
      for (part, value) in Self.parts(of: Int(weight)).enumerated() {
        let byte = UInt32(UInt8(bitPattern: Int8(value))) << (8 * (place % 4))
        weights[3 * (place / 4) + part] |= Int32(bitPattern: byte)
      }
    }
    self.weights = weights
  }

  /// The high, middle and low signed byte of a weight.
  private static func parts(of weight: Int) -> [Int] {
    let low = Int(Int8(truncatingIfNeeded: weight))
    let rest = (weight - low) >> 8
    let middle = Int(Int8(truncatingIfNeeded: rest))
    return [(rest - middle) >> 8, middle, low]
  }
}
