/// Least squares on the sums of products.
///
///     minimise Σ (target − Σ taps·samples − bias)² + ridge · N · fullRange² · Σ taps²
extension KernelEquations {
  /// The most rounds of alternating least squares.
  private static let largestRoundCount = 1000

  /// The kernel of the smallest mean square residual.
  ///
  /// Linear constraints tie unknowns in the normal equations, which are solved by Cholesky's method with a decision on the rank; below full
  /// rank, of all kernels that fit equally the one with the smallest sum of squares is taken. A separable kernel is found by
  /// solving for its columns and for its rows in turn, from the best column and row of the free solution, until the residual stands still; it is a
  /// local minimum. Complexity: `P³` for `P` unknowns.
  ///
  /// - Parameters:
  ///   - constraint: what the taps have in common.
  ///   - ridge: what a square of a tap costs, in mean squares of full range; 0 for nothing.
  ///   - rounding: the step that target samples are rounded to, in stored units.
  /// - Returns: the fit; `nil` where there is no equation.
  public func leastSquares(
    constraint: KernelConstraint = .none, ridge: Double = 0, rounding: Double = 1
  ) -> KernelFit? {
    guard count > 0 else { return nil }
    let whole = whole
    return fit(whole, solve(whole, constraint, ridge: ridge), constraint, ridge: ridge, rounding: rounding)
  }

  /// What is known of weights and biases that were found in another way.
  ///
  /// - Parameters:
  ///   - weights: `O×I×kh×kw`.
  ///   - biases: in stored units, one an output.
  ///   - constraint: what the taps have in common.
  ///   - rounding: the step that target samples are rounded to.
  /// - Returns: the fit; `nil` where there is no equation.
  public func assessed(
    weights: [Double], biases: [Double], constraint: KernelConstraint, rounding: Double = 1
  ) -> KernelFit? {
    guard count > 0 else { return nil }
    let solution = Solution(
      outputs: (0..<problem.outputCount).map { output in
        Array(weights[output * problem.tapCount..<(output + 1) * problem.tapCount]) + [biases[output]]
      })
    return fit(whole, solution, constraint, ridge: 0, rounding: rounding)
  }

  /// The root of the mean square residual of each part under a kernel that was fitted to the other parts, over all of them.
  ///
  /// - Returns: the root in stored units; `nil` with a single part, or where the parts beside one have no equation.
  public func crossValidated(constraint: KernelConstraint = .none, ridge: Double = 0) -> Double? {
    guard parts.count > 1, count > 0 else { return nil }
    let whole = whole
    var squares = 0.0
    for part in parts {
      let others = whole - part
      guard others[problem.tapCount, problem.tapCount] > 0 else { return nil }
      squares += residualSquares(part, solve(others, constraint, ridge: ridge))
    }
    return (squares / Double(count * problem.outputCount)).squareRoot()
  }

  /// The root of the mean square of what a kernel that copies its input would leave, in stored units: how much there is to explain.
  ///
  /// - Returns: `nil` where outputs are not inputs, or there is no equation.
  public var differenceOfInput: Double? {
    guard problem.inputCount == problem.outputCount, count > 0 else { return nil }
    let copy = Solution(
      outputs: (0..<problem.outputCount).map { output in
        var taps = Array(repeating: 0.0, count: problem.tapCount + 1)
        taps[problem.centre(ofPlane: output)] = 1
        return taps
      })
    return (residualSquares(whole, copy) / Double(count * problem.outputCount)).squareRoot()
  }

  /// Taps, then the bias, of each output.
  private struct Solution {
    let outputs: [[Double]]
  }

  private func residualSquares(_ sums: GramMatrix, _ solution: Solution) -> Double {
    solution.outputs.indices.reduce(0.0) { total, output in
      var coefficients = solution.outputs[output] + Array(repeating: 0, count: problem.outputCount)
      coefficients[problem.tapCount + 1 + output] = -1
      return total + sums.squaredNorm(coefficients)
    }
  }

  private func fit(
    _ sums: GramMatrix, _ solution: Solution, _ constraint: KernelConstraint, ridge: Double, rounding: Double
  ) -> KernelFit {
    let squares = residualSquares(sums, solution)
    let normal = NormalEquations(sums, problem, tie(constraint), ridge: ridge)
    let system = normal.system
    // A rounded number is off by the root of a twelfth of its step.
    let freedom = max((count - system.rank) * problem.outputCount, 1)
    let variance = max(squares / Double(freedom), rounding * rounding / 12)
    return KernelFit(
      problem: problem, constraint: constraint,
      weights: solution.outputs.flatMap { $0.dropLast() }, biases: solution.outputs.map { $0[problem.tapCount] },
      equationCount: count, unknownCount: system.size, rank: system.rank,
      conditionNumber: system.conditionNumber.squareRoot(),
      standardError: normal.largestTapVariance.map { ($0 * variance).squareRoot() }, residualSquares: squares)
  }

  private func tie(_ constraint: KernelConstraint) -> TapTie {
    TapTie(planes: problem.inputCount, kernel: problem.kernel, constraint: constraint)
  }

  private func solve(_ sums: GramMatrix, _ constraint: KernelConstraint, ridge: Double) -> Solution {
    let normal = NormalEquations(sums, problem, tie(constraint), ridge: ridge)
    return Solution(
      outputs: (0..<problem.outputCount).map { output in
        let free = normal.solution(output: output).taps
        return constraint == .separable ? separable(sums, output: output, from: free, ridge: ridge) : free
      })
  }

  /// Columns and rows in turn.
  private func separable(_ sums: GramMatrix, output: Int, from start: [Double], ridge: Double) -> [Double] {
    let (planes, kernel) = (problem.inputCount, problem.kernel)
    var taps = start
    var rows = (0..<planes).flatMap { Self.leadingRow(of: start, plane: $0, kernel) }
    for _ in 0..<Self.largestRoundCount {
      let before = taps
      let columns = NormalEquations(
        sums, problem, TapTie(planes: planes, kernel: kernel, unknownColumns: true, known: rows), ridge: ridge
      ).solution(output: output).unknowns
      let found = NormalEquations(
        sums, problem, TapTie(planes: planes, kernel: kernel, unknownColumns: false, known: columns), ridge: ridge
      ).solution(output: output)
      taps = found.taps
      // Rows of length 1 keep numbers in range.
      rows = (0..<planes).flatMap { Self.normalized(found.unknowns[$0 * kernel.width..<($0 + 1) * kernel.width]) }
      let change = zip(taps, before).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
      if change <= 1e-10 * taps.reduce(0, { max($0, abs($1)) }) { break }
    }
    return taps
  }

  /// The row that a plane is nearest to multiples of, by powers of `WᵀW`; of length 1.
  private static func leadingRow(of taps: [Double], plane: Int, _ kernel: Extent) -> [Double] {
    let rows = (0..<kernel.height).map { row in
      Array(taps[(plane * kernel.height + row) * kernel.width..<(plane * kernel.height + row + 1) * kernel.width])
    }
    // Not orthogonal to any direction that matters, but by accident.
    var leading = (0..<kernel.width).map { 1 + 1 / Double($0 + 3) }
    for _ in 0..<100 {
      let column = rows.map { dot($0, leading) }
      let next = (0..<kernel.width).map { x in zip(rows, column).reduce(0.0) { $0 + $1.0[x] * $1.1 } }
      guard dot(next, next) > 0 else { break }
      leading = normalized(next[...])
    }
    return leading
  }

  /// Numbers of length 1; zeros stay.
  private static func normalized(_ numbers: ArraySlice<Double>) -> [Double] {
    let numbers = Array(numbers)
    let length = dot(numbers, numbers).squareRoot()
    return length > 0 ? numbers.map { $0 / length } : numbers
  }
}
