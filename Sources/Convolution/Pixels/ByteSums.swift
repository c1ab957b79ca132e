import Tensors

/// One weighted sum over bytes in 32-bit integers: its weights in 16 bits, and what it takes to round every sum as if they were exact.
///
/// Weights that are whole numbers, or whole numbers over one power of two, and fit in 16 bits give exact sums; the division by the kernel's
/// divisor is then rounded as the exact quotient is, ties included. Other weights are scaled by the largest power of two that their sums
/// allow, and rounded; the largest weight takes up what the rounding loses of their sum, so that flat areas stay what they are. What rounding
/// takes from the weights, the *residues*, is kept: a sum that lies so near to a tie that the residues could move it over is summed again with
/// them. So every sample is the exact sum rounded, but where that lies within `remainingError` of a tie.
struct ByteSums: Sendable {
  /// The rows of a window, counted from the first that holds a tap.
  let rowCount: Int
  /// The layout of rows, all channels of a pixel side by side.
  let columns: ColumnLayout
  /// Pairs of weights as `imgconv_byte_kernel` has them.
  let weights: [Int32]
  /// Pairs of residues, likewise; empty where no sum is in doubt.
  let residues: [Int32]
  /// What every sum begins with: the bias.
  let start: Int32
  /// How near to a tie a sum is in doubt; 0 where none is.
  let doubt: Int32
  /// The power of two that weights were scaled by; 0 for exact sums.
  let shift: Int
  /// The power of two that residues were scaled by beyond that.
  let residueShift: Int
  /// What exact sums are divided by.
  let divisor: Double
  /// The sums that stand for −½ and for 255½: those beyond are clipped.
  let range: ClosedRange<Int32>
  /// Whether any sum can lie beyond.
  let clips: Bool
  /// Whether 32 bits hold four sums added up.
  let foursFit: Bool
  /// How far a sum that is settled with residues may lie from the exact one, in units of a sample.
  let remainingError: Double

  /// What a sum is in stored units: `sum / unit`.
  var unit: Double { shift == 0 ? divisor : Double(sign: .plus, exponent: shift, significand: 1) }
  /// Whether the weights are the kernel's own.
  var isExact: Bool { shift == 0 }

  private static let largestWeight = 32767

  /// Turns a sum into integers; `nil` where its weights are too large for 32-bit sums.
  ///
  /// - Parameters:
  ///   - sum: the products of one channel, with tap rows from 0 to `rowCount − 1`.
  ///   - rowCount: the rows of a window.
  ///   - columns: the layout of rows.
  init?(_ sum: PlannedSum, rowCount: Int, columns: ColumnLayout) {
    guard let integers = Integers(exactly: sum) ?? Integers(rounding: sum) else { return nil }
    self.rowCount = rowCount
    self.columns = columns
    (start, doubt, shift) = (Int32(integers.start), Int32(integers.doubt), integers.shift)
    (residueShift, divisor, remainingError) = (integers.residueShift, integers.divisor, integers.remainingError)
    let table = { (values: [Int]) in Self.pairs(values, of: sum.taps, rowCount: rowCount, columns.tapColumns) }
    weights = table(integers.weights)
    residues = integers.doubt > 0 ? table(integers.residues) : []

    let unit = integers.shift == 0 ? integers.divisor : Double(1 << integers.shift)
    range = Int32((-unit / 2).rounded(.up))...Int32(min((255.5 * unit).rounded(.down), Double(Int32.max)))
    let reach = integers.reach
    foursFit = 4 * max(-reach.lowerBound, reach.upperBound) < 1 << 31
    clips = reach.lowerBound < Int(range.lowerBound) || reach.upperBound > Int(range.upperBound)
  }

  /// The numbers of taps in pairs of rows: for windows that begin with the upper row of a pair, then for those that begin with the lower one.
  private static func pairs(_ values: [Int], of taps: [PlannedSum.Tap], rowCount: Int, _ tapColumns: [Int]) -> [Int32] {
    let pairCount = rowCount / 2 + 1
    var pairs = [Int32](repeating: 0, count: 2 * pairCount * tapColumns.count)
    for (value, tap) in zip(values, taps) {
      guard let column = tapColumns.firstIndex(of: tap.column) else { preconditionFailure("a tap's column counts") }
      let half = Int32(truncatingIfNeeded: value) & 0xffff
      for lower in 0...1 {
        let row = tap.tapRow + lower
        pairs[(lower * pairCount + row / 2) * tapColumns.count + column] |= row % 2 == 0 ? half : half << 16
      }
    }
    return pairs
  }

  /// Weights as integers, and what follows from them.
  private struct Integers {
    var weights: [Int]
    var residues: [Int] = []
    var start: Int
    var doubt = 0
    var shift = 0
    var residueShift = 0
    var divisor = 1.0
    var remainingError = 0.0

    /// The sums that bytes can give.
    var reach: ClosedRange<Int> {
      let least = weights.reduce(start) { $0 + 255 * min($1, 0) }
      return least...weights.reduce(start) { $0 + 255 * max($1, 0) }
    }

    /// Whole weights over a divisor: `nil` where there are none such, or where a quotient of 32 bits could not be rounded as the exact one.
    ///
    /// Sums below 2²⁴ are numbers of `Float`. The exact quotient is a tie, which `Float` holds, or lies at least `1/(2·divisor)` from one: that is
    /// further than a rounded quotient inside 0…255 can move while the divisor is below 2¹⁶.
    init?(exactly sum: PlannedSum) {
      var exponent = 0
      for tap in sum.taps { exponent = max(exponent, tap.weight.significandWidth - Int(tap.weight.exponent)) }
      guard exponent <= 15 else { return nil }
      let scale = Double(1 << exponent)
      let divisor = abs(sum.divisor) * scale
      let sign = sum.divisor < 0 ? -1.0 : 1.0
      let start = sum.bias * divisor
      guard
        divisor == divisor.rounded(), divisor < 0x1p16, start == start.rounded(), abs(start) < 0x1p24,
        sum.taps.allSatisfy({ abs($0.weight * scale) <= Double(largestWeight) })
      else { return nil }
      weights = sum.taps.map { Int($0.weight * scale * sign) }
      self.start = Int(start)
      self.divisor = divisor
      guard max(-reach.lowerBound, reach.upperBound) < 1 << 24 else { return nil }
    }

    /// Weights scaled by a power of two and rounded; `nil` where they leave no room for a fraction.
    init?(rounding sum: PlannedSum) {
      let exact = sum.taps.map { $0.weight / sum.divisor }
      let largest = exact.indices.max { abs(exact[$0]) < abs(exact[$1]) } ?? 0
      let magnitude = exact.reduce(0) { $0 + abs($1) }
      guard !exact.isEmpty, magnitude.isFinite, sum.bias.isFinite else { return nil }
      for shift in stride(from: 24, through: 8, by: -1) {
        let scale = Double(1 << shift)
        guard
          abs(exact[largest]) * scale < Double(largestWeight), (255 * magnitude + abs(sum.bias)) * scale < 0x1p31
        else { continue }
        weights = exact.map { Int(($0 * scale).rounded()) }
        let whole = (exact.reduce(0, +) * scale).rounded()
        weights[largest] += Int(whole) - weights.reduce(0, +)
        start = Int((sum.bias * scale).rounded())
        self.shift = shift
        let half = 1 << (shift - 1)
        guard
          abs(weights[largest]) <= largestWeight, reach.lowerBound - 2 * half > Int(Int32.min),
          reach.upperBound + 2 * half < Int(Int32.max)
        else { continue }

        // Over bytes, which lie within 127½ of the middle, rounded weights err by what they lose one by one, and in sum.
        let lost = zip(exact, weights).map { $0 * scale - Double($1) }
        let error =
          127.5 * (lost.reduce(0) { $0 + abs($1) } + abs(lost.reduce(0, +))) + abs(sum.bias * scale - Double(start))
        remainingError = error / scale
        guard remainingError >= ConvolutionPlan.toleratedError else { return }
        doubt = Int(error.rounded(.up)) + 1
        guard 8 * doubt < 1 << shift else { return nil }
        settle(lost, error: abs(sum.bias * scale - Double(start)))
        guard remainingError < ConvolutionPlan.toleratedError else { return nil }
        return
      }
      return nil
    }

    /// Keeps what the weights have lost, in as many bits as sums of it allow.
    private mutating func settle(_ lost: [Double], error: Double) {
      for shift in stride(from: 14, through: 1, by: -1) {
        let scale = Double(1 << shift)
        residues = lost.map { Int(($0 * scale).rounded()) }
        let magnitude = residues.reduce(0) { $0 + abs($1) }
        guard residues.allSatisfy({ abs($0) <= largestWeight }), 255 * magnitude < 1 << 31 else { continue }
        residueShift = shift
        let left = zip(lost, residues).reduce(error) { $0 + 255 * abs($1.0 - Double($1.1) / scale) }
        remainingError = left / Double(1 << self.shift)
        return
      }
    }
  }
}
