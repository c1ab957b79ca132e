/// A symmetric matrix without negative eigenvalues, factored: `A = L Lᵀ` with as many columns as `A` has rank.
///
/// Cholesky's method with the largest remaining pivot first (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 10.3); it stops
/// where no pivot is above `64 · n · 2⁻⁵²` of the first, which is more than the rounding of the sums behind it. Complexity: `n · rank²`.
struct SemidefiniteSystem {
  /// The rank.
  let rank: Int
  /// The unknowns.
  let size: Int
  /// L by rows, in the order of the matrix; the columns in the order of pivots.
  private let rows: [[Double]]
  /// The rows that pivots stand in, in the order they were taken.
  private let pivots: [Int]
  /// The matrix, row by row.
  private let matrix: [[Double]]

  /// Factors a matrix given by its rows.
  init(_ matrix: [[Double]]) {
    size = matrix.count
    self.matrix = matrix
    var diagonal = matrix.indices.map { matrix[$0][$0] }
    let tolerance = (diagonal.max() ?? 0) * Double(size) * 0x1p-46
    var rows = Array(repeating: [Double](), count: size)
    var pivots: [Int] = []
    var rest = Array(matrix.indices)
    while let pivot = rest.max(by: { diagonal[$0] < diagonal[$1] }), diagonal[pivot] > tolerance {
      rest.removeAll { $0 == pivot }
      pivots.append(pivot)
      let root = diagonal[pivot].squareRoot()
      for row in rest {
        let entry = (matrix[row][pivot] - dot(rows[row], rows[pivot])) / root
        rows[row].append(entry)
        diagonal[row] -= entry * entry
      }
      rows[pivot].append(root)
    }
    for row in rows.indices { rows[row] += Array(repeating: 0, count: pivots.count - rows[row].count) }
    self.rows = rows
    self.pivots = pivots
    rank = pivots.count
  }

  /// Whether every unknown is determined.
  var isDetermined: Bool { rank == size }

  /// The `x` with `A x = b`; where many are, or none is, that of the smallest norm among those that come nearest.
  ///
  /// Below full rank `x = L (LᵀL)⁻² Lᵀ b`. Otherwise two triangles are solved, and the residual is solved for once more.
  func solution(_ right: [Double]) -> [Double] {
    guard isDetermined else {
      let columns = (0..<rank).map { column in rows.map { $0[column] } }
      let inner = SemidefiniteSystem(columns.map { left in columns.map { dot(left, $0) } })
      let projected = inner.substituted(inner.substituted(columns.map { dot($0, right) }))
      return rows.map { dot($0, projected) }
    }
    let first = substituted(right)
    let correction = substituted(zip(right, matrix).map { $0 - dot($1, first) })
    return zip(first, correction).map { $0 + $1 }
  }

  /// The diagonal of the inverse; `nil` below full rank.
  ///
  /// It is the sum of squares of each column of `L⁻¹`.
  var inverseDiagonal: [Double]? {
    guard isDetermined else { return nil }
    return (0..<size).map { place in
      var unit = Array(repeating: 0.0, count: size)
      unit[place] = 1
      let column = forward(unit)
      return dot(column, column)
    }
  }

  /// The largest eigenvalue over the smallest, found by powers of the matrix and of its inverse; infinite below full rank.
  var conditionNumber: Double {
    guard isDetermined, size > 0 else { return .infinity }
    let largest = Self.growth(size: size) { x in matrix.map { dot($0, x) } }
    let smallest = Self.growth(size: size, substituted)
    return largest * smallest
  }

  /// How much a map without negative eigenvalues stretches a vector at most, after a hundred rounds.
  private static func growth(size: Int, _ map: ([Double]) -> [Double]) -> Double {
    // No direction that matters is orthogonal to this start, but by accident.
    var vector = (0..<size).map { place -> Double in
      let magnitude = 1 + Double((place * 7 + 3) % 11) / 22
      return place % 2 == 0 ? magnitude : -magnitude
    }
    var norm = 0.0
    for _ in 0..<100 {
      let length = dot(vector, vector).squareRoot()
      vector = map(vector.map { $0 / length })
      norm = dot(vector, vector).squareRoot()
    }
    return norm
  }

  /// Both triangles, one after the other.
  private func substituted(_ right: [Double]) -> [Double] {
    var rest = forward(right)
    var result = Array(repeating: 0.0, count: size)
    for index in (0..<rank).reversed() {
      let row = rows[pivots[index]]
      rest[index] /= row[index]
      for earlier in 0..<index { rest[earlier] -= row[earlier] * rest[index] }
      result[pivots[index]] = rest[index]
    }
    return result
  }

  /// The lower triangle, in the order of pivots.
  private func forward(_ right: [Double]) -> [Double] {
    var result: [Double] = []
    for (index, pivot) in pivots.enumerated() {
      result.append((right[pivot] - dot(result, rows[pivot])) / rows[pivot][index])
    }
    return result
  }
}

/// The sum of products, as far as the first goes.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for place in a.indices { sum += a[place] * b[place] }
  return sum
}
