/// The normal equations of the unknowns that taps are made of, and of the bias.
///
/// Taps are scaled by the root of their mean square and the bias by that of the number of equations, so that neither decides on the rank alone.
struct NormalEquations {
  /// The equations, scaled.
  let system: SemidefiniteSystem
  private let sums: GramMatrix
  private let problem: FittingProblem
  private let tie: TapTie
  private let scales: [Double]

  /// Ties the taps of the sums of products; see `KernelEquations.leastSquares` for the ridge.
  init(_ sums: GramMatrix, _ problem: FittingProblem, _ tie: TapTie, ridge: Double) {
    self.sums = sums
    self.problem = problem
    self.tie = tie
    let (taps, size) = (problem.tapCount, tie.count + (problem.hasBias ? 1 : 0))
    var matrix = Array(repeating: Array(repeating: 0.0, count: size), count: size)
    let penalty = ridge * sums[taps, taps] * problem.fullRange * problem.fullRange
    for p in 0..<taps {
      let row = tie.places[p]
      for q in 0..<taps { matrix[row][tie.places[q]] += tie.factors[p] * tie.factors[q] * sums[p, q] }
      matrix[row][row] += penalty * tie.factors[p] * tie.factors[p]
    }
    if problem.hasBias {
      let means = tie.gathered((0..<taps).map { sums[$0, taps] })
      for (place, mean) in means.enumerated() {
        matrix[place][size - 1] = mean
        matrix[size - 1][place] = mean
      }
      matrix[size - 1][size - 1] = sums[taps, taps]
    }
    let mean = (0..<tie.count).reduce(0.0) { $0 + matrix[$1][$1] } / Double(tie.count)
    var scales = Array(repeating: mean > 0 ? 1 / mean.squareRoot() : 1, count: size)
    if problem.hasBias { scales[size - 1] = 1 / sums[taps, taps].squareRoot() }
    for row in 0..<size {
      for column in 0..<size { matrix[row][column] *= scales[row] * scales[column] }
    }
    self.scales = scales
    system = SemidefiniteSystem(matrix)
  }

  /// The unknowns of one output without the bias, and its taps with the bias after them.
  func solution(output: Int) -> (unknowns: [Double], taps: [Double]) {
    let target = problem.tapCount + 1 + output
    var right = tie.gathered((0..<problem.tapCount).map { sums[$0, target] })
    if problem.hasBias { right.append(sums[problem.tapCount, target]) }
    let found = zip(system.solution(zip(right, scales).map { $0 * $1 }), scales).map { $0 * $1 }
    let unknowns = Array(found[..<tie.count])
    return (unknowns, tie.taps(unknowns) + [problem.hasBias ? found[tie.count] : 0])
  }

  /// The variance of the least certain tap, where each equation has the variance 1; `nil` below full rank.
  var largestTapVariance: Double? {
    system.inverseDiagonal.map { diagonal in
      zip(tie.places, tie.factors).reduce(0.0) { largest, tap in
        max(largest, diagonal[tap.0] * scales[tap.0] * scales[tap.0] * tap.1 * tap.1)
      }
    }
  }
}
