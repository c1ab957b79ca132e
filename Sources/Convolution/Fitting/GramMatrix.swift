/// The sums of products of the columns of a table, two by two: `G = TᵀT`, all that least squares needs of it.
///
/// Sums are in `Double`; those of whole numbers are exact up to 2⁵³. They do not depend on the number of threads.
///
/// Unsafe here: columns `2p`, `2p + 1`, `2q` and `2q + 1` are read in fours up to the table's capacity; a table has an even number of columns,
/// and a capacity that four divides.
struct GramMatrix: Sendable {
  /// The columns of the tables, and the side of the matrix.
  let size: Int
  /// The side, made even.
  private let stride: Int
  /// The sums, row by row; those below the blocks of the diagonal are not kept.
  private var sums: [Double]

  /// Creates the matrix of no row.
  init(size: Int) {
    self.size = size
    stride = size + size % 2
    sums = Array(repeating: 0, count: stride * stride)
  }

  /// The sum of products of two columns.
  subscript(row: Int, column: Int) -> Double { sums[min(row, column) * stride + max(row, column)] }

  /// Adds the products of the rows of a table.
  ///
  /// Complexity: half a multiply-add for each row and pair of columns.
  mutating func add(_ table: EquationTable, threadCount: Int) {
    precondition(table.columnCount == size, "a table of \(table.columnCount) columns has another matrix than \(size)")
    let (stride, capacity) = (stride, table.capacity)
    let rowCount = (table.rowCount + 3) / 4 * 4
    unsafe table.numbers.withUnsafeBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      // Read by all threads, written by none.
      nonisolated(unsafe) let columns = unsafe UnsafeRawPointer(start)
      ParallelStrips.forEachPart(of: &sums, length: 2 * stride, threadCount: threadCount) { pair, part in
        let left = unsafe columns + 2 * pair * capacity * 8
        for other in pair..<stride / 2 {
          let products = unsafe Self.products(left, columns + 2 * other * capacity * 8, capacity * 8, rowCount)
          part[2 * other] += products.0
          part[2 * other + 1] += products.1
          part[stride + 2 * other] += products.2
          part[stride + 2 * other + 1] += products.3
        }
      }
    }
  }

  /// The four sums of products of two columns with two others, whose second ones lie `distance` bytes after the first.
  private static func products(
    _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ distance: Int, _ count: Int
  ) -> (Double, Double, Double, Double) {
    var (aa, ab, ba, bb) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
    for offset in Swift.stride(from: 0, to: count * 8, by: 32) {
      let a = unsafe left.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
      let b = unsafe left.loadUnaligned(fromByteOffset: distance + offset, as: SIMD4<Double>.self)
      let c = unsafe right.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
      let d = unsafe right.loadUnaligned(fromByteOffset: distance + offset, as: SIMD4<Double>.self)
      aa += a * c
      ab += a * d
      ba += b * c
      bb += b * d
    }
    return (aa.sum(), ab.sum(), ba.sum(), bb.sum())
  }

  /// The sums over the rows of both.
  static func + (left: GramMatrix, right: GramMatrix) -> GramMatrix {
    var result = left
    for place in result.sums.indices { result.sums[place] += right.sums[place] }
    return result
  }

  /// The sums over the rows of the first that are not of the second, which is a part of it.
  static func - (whole: GramMatrix, part: GramMatrix) -> GramMatrix {
    var result = whole
    for place in result.sums.indices { result.sums[place] -= part.sums[place] }
    return result
  }

  /// The sum over all rows of the square of a combination of columns: `cᵀ G c`.
  ///
  /// Rounding may make it lie below 0 by a trifle; it is 0 then.
  func squaredNorm(_ coefficients: [Double]) -> Double {
    precondition(coefficients.count == size, "one coefficient a column")
    var total = 0.0
    for row in 0..<size where coefficients[row] != 0 {
      var sum = 0.0
      for column in 0..<size { sum += self[row, column] * coefficients[column] }
      total += coefficients[row] * sum
    }
    return max(total, 0)
  }
}
