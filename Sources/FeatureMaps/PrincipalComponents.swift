/// The directions in which samples of several channels vary most.
///
/// They are the eigenvectors of the channels' covariance, found by Jacobi rotations (Golub and Van Loan, "Matrix Computations", 2013,
/// section 8.5). Directions are of length 1, and their largest number is positive.
public struct PrincipalComponents: Hashable, Sendable {
  /// The mean of each channel.
  public let means: [Double]
  /// The directions, that of the largest variance first; a number for each channel.
  public let directions: [[Double]]
  /// The variance along each direction, not negative.
  public let variances: [Double]

  /// Finds the components of what was gathered.
  ///
  /// Complexity: about `10·n³` steps for `n` channels.
  public init(_ moments: ChannelMoments) {
    let count = moments.channelCount
    var matrix = moments.covariance
    var vectors = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
    // Each sweep squares what is left beside the diagonal; ten are more than `Double` can show.
    for _ in 0..<30 where !Self.isDiagonal(matrix) {
      for p in 0..<count { for q in p + 1..<max(count, p + 1) { Self.rotate(&matrix, &vectors, p, q) } }
    }
    let order = (0..<count).sorted { matrix[$0][$0] > matrix[$1][$1] }
    means = moments.means
    variances = order.map { max(0, matrix[$0][$0]) }
    directions = order.map { column in
      let direction = vectors.map { $0[column] }
      let largest = direction.max { abs($0) < abs($1) } ?? 0
      return largest < 0 ? direction.map { -$0 } : direction
    }
  }

  /// The share of the whole variance that each direction has; 0 where nothing varies.
  public var shares: [Double] {
    let total = variances.reduce(0, +)
    return variances.map { total > 0 ? $0 / total : 0 }
  }

  /// How a direction becomes a colour channel: `offset + Σ weights · samples` is 0…1 within three standard deviations of the mean.
  ///
  /// A direction that there is not, or along which nothing varies, is 0.5 everywhere.
  public func colorChannel(_ index: Int) -> (weights: [Double], offset: Double) {
    guard directions.indices.contains(index), variances[index] > 1e-12 * variances[0] else {
      return (means.map { _ in 0 }, 0.5)
    }
    let weights = directions[index].map { $0 / (6 * variances[index].squareRoot()) }
    return (weights, 0.5 - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 })
  }

  private static func isDiagonal(_ matrix: [[Double]]) -> Bool {
    var (beside, on) = (0.0, 0.0)
    for (row, values) in matrix.enumerated() {
      for (column, value) in values.enumerated() {
        if row == column { on += value * value } else { beside += value * value }
      }
    }
    return beside <= 1e-30 * on
  }

  /// Turns two axes so that the matrix has 0 where they meet.
  private static func rotate(_ matrix: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int) {
    guard matrix[p][q] != 0 else { return }
    let theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
    let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in matrix.indices {
      let (a, b) = (matrix[k][p], matrix[k][q])
      (matrix[k][p], matrix[k][q]) = (cosine * a - sine * b, sine * a + cosine * b)
    }
    for k in matrix.indices {
      let (a, b) = (matrix[p][k], matrix[q][k])
      (matrix[p][k], matrix[q][k]) = (cosine * a - sine * b, sine * a + cosine * b)
      let (v, w) = (vectors[k][p], vectors[k][q])
      (vectors[k][p], vectors[k][q]) = (cosine * v - sine * w, sine * v + cosine * w)
    }
  }
}

/// Sums of several channels' samples and of their products, gathered piece by piece.
public struct ChannelMoments: Hashable, Sendable {
  /// The channels.
  public let channelCount: Int
  private var count = 0
  private var sums: [Double]
  private var products: [Double]

  /// Creates the moments of no samples; traps unless there is a channel.
  public init(channelCount: Int) {
    precondition(channelCount >= 1, "moments are of at least one channel")
    self.channelCount = channelCount
    sums = Array(repeating: 0, count: channelCount)
    products = Array(repeating: 0, count: channelCount * channelCount)
  }

  /// Adds samples: as many of each channel, side by side.
  ///
  /// Complexity: `n²/2` multiply-adds a sample for `n` channels.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar: BinaryFloatingPoint>(_ runs: [ArraySlice<Scalar>]) {
    precondition(runs.count == channelCount, "\(runs.count) channels, expected \(channelCount)")
    let runs = runs.map { $0.map { Double($0) } }
    count += runs[0].count
    for (first, a) in runs.enumerated() {
      sums[first] += a.reduce(0, +)
      for second in first..<channelCount {
        let b = runs[second]
        var product = 0.0
        for index in a.indices { product += a[index] * b[index] }
        products[first * channelCount + second] += product
      }
    }
  }

  /// The mean of each channel.
  public var means: [Double] { sums.map { $0 / Double(max(1, count)) } }

  /// The covariance of each channel with each: a mean over all samples.
  public var covariance: [[Double]] {
    let means = means
    return (0..<channelCount).map { row in
      (0..<channelCount).map { column in
        products[min(row, column) * channelCount + max(row, column)] / Double(max(1, count)) - means[row]
          * means[column]
      }
    }
  }
}
