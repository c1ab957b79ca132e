/// A kernel that was fitted to equations, and how well they determine it.
public struct KernelFit: Sendable {
  /// The problem it solves.
  public let problem: FittingProblem
  /// What its taps have in common.
  public let constraint: KernelConstraint
  /// The weights in `O×I×kh×kw` order.
  public let weights: [Double]
  /// The bias of each output, in stored units; 0 where the problem has none.
  public let biases: [Double]
  /// The equations of each output.
  public let equationCount: Int
  /// The unknowns of each output: independent taps, all where the constraint is none or `separable`, and the bias.
  public let unknownCount: Int
  /// How many of them the equations determine.
  public let rank: Int
  /// The condition number of the equations: how much more one error of the target may change the taps than another of the same size.
  ///
  /// All columns of taps are in one scale and that of the bias is in its own. Infinite below full rank.
  public let conditionNumber: Double
  /// The largest standard error of a tap; `nil` below full rank.
  ///
  /// Errors of the target are taken as independent, of the residual's size, and not smaller than rounding makes them.
  public let standardError: Double?
  /// The sum of squares of the residuals of all outputs, in stored units.
  public let residualSquares: Double

  /// The root of the mean square of the residuals, in stored units.
  public var rootMeanSquare: Double {
    (residualSquares / Double(max(equationCount, 1) * problem.outputCount)).squareRoot()
  }
}
