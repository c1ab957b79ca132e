/// A grid of taps as a sum of products of one column and one row: rank 1 where one product is the whole grid.
///
/// Taps that are whole multiples of one power of two, as integers and binary fractions are, are divided exactly: the row of a rank 1 grid by the
/// greatest common divisor of its taps, which leaves whole numbers for the column. So sums of whole samples stay exact in both passes.
///
/// Other grids are taken apart by elimination with full pivoting: the largest tap left, its row and its column give one product, which is
/// subtracted (Golub and Van Loan, "Matrix Computations", 2013, section 3.4). It ends when no tap is further from the sum of the products than
/// 2⁻⁴⁸ of the largest tap: 32 roundings of a `Double`, which computed Gaussians and their kin need, and no measured or printed kernel hits.
struct SeparableTerms: Sendable {
  /// One product.
  struct Term: Sendable {
    /// What rows are multiplied with.
    let column: [Double]
    /// What columns are multiplied with.
    let row: [Double]
  }

  /// The products; one or more.
  let terms: [Term]
  /// What their sum is divided by: a power of two.
  let scale: Double
  /// The sum of the distances between the taps and the products.
  let residue: Double

  /// The largest distance between a tap and the products, over the largest tap.
  static let tolerance = 0x1p-48
  /// The shifts that are tried to make taps whole.
  private static let largestShift = 40

  /// Takes apart `rowCount × columnCount` taps, given row by row; `nil` where that needs more than `maximumRank` products.
  init?(taps: [Double], rowCount: Int, columnCount: Int, maximumRank: Int) {
    guard maximumRank >= 1 else { return nil }
    if let (column, row, scale) = Self.wholeFactors(taps, rowCount: rowCount, columnCount: columnCount) {
      (terms, self.scale, residue) = ([Term(column: column, row: row)], scale, 0)
      return
    }
    let tolerated = Self.tolerance * (taps.map { abs($0) }.max() ?? 0)
    var terms: [Term] = []
    var remainder = taps
    while true {
      var pivot = 0
      for index in remainder.indices where abs(remainder[index]) > abs(remainder[pivot]) { pivot = index }
      guard abs(remainder[pivot]) > tolerated else { break }
      guard terms.count < maximumRank else { return nil }
      let start = pivot / columnCount * columnCount
      let row = Array(remainder[start..<start + columnCount])
      let column = (0..<rowCount).map { remainder[$0 * columnCount + pivot % columnCount] / remainder[pivot] }
      terms.append(Term(column: column, row: row))
      for index in remainder.indices { remainder[index] -= column[index / columnCount] * row[index % columnCount] }
    }
    var residue = 0.0
    for index in taps.indices {
      let product = terms.reduce(0) { $0 + $1.column[index / columnCount] * $1.row[index % columnCount] }
      residue += abs(taps[index] - product)
    }
    guard !terms.isEmpty else { return nil }
    (self.terms, scale, self.residue) = (terms, 1, residue)
  }

  /// Whole factors of a grid of rank 1 whose taps are whole after a shift by a few bits; `nil` for others.
  private static func wholeFactors(
    _ taps: [Double], rowCount: Int, columnCount: Int
  ) -> (column: [Double], row: [Double], scale: Double)? {
    var shift = 0
    for tap in taps where tap != 0 { shift = max(shift, tap.significandWidth - Int(tap.exponent)) }
    guard shift <= largestShift else { return nil }
    let scale = Double(sign: .plus, exponent: shift, significand: 1)
    guard taps.allSatisfy({ abs($0 * scale) < 0x1p53 }), let pivot = taps.firstIndex(where: { $0 != 0 }) else {
      return nil
    }
    let whole = taps.map { Int($0 * scale) }
    let (first, place) = (pivot / columnCount * columnCount, pivot % columnCount)
    let divisor = whole[first..<first + columnCount].reduce(0, greatestCommonDivisor)
    let row = whole[first..<first + columnCount].map { $0 / divisor }
    var column: [Int] = []
    for index in 0..<rowCount {
      let taps = whole[index * columnCount..<(index + 1) * columnCount]
      let factor = taps[taps.startIndex + place] / row[place]
      guard zip(taps, row).allSatisfy({ $0 == factor * $1 }) else { return nil }
      column.append(factor)
    }
    return (column.map(Double.init), row.map(Double.init), scale)
  }
}

/// The greatest whole number that divides both; 0 for two zeros.
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (abs(a), abs(b))
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
