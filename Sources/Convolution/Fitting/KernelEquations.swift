/// The equations that pairs of images give about a kernel, as sums of products: one equation for each window and each target sample.
///
/// Equations are set apart by the block of the image that they come from, so that a kernel fitted to some blocks can be tried on the others.
/// Their rows come by way of `WindowRows`.
public final class KernelEquations {
  /// The problem that the equations are about.
  public let problem: FittingProblem
  /// Of how many rows of windows one counts.
  public let rowStep: Int
  /// The sums of products of taps, the constant 1 and targets, in this order; one matrix a part.
  private(set) var parts: [GramMatrix]
  private let threadCount: Int

  /// Creates no equation.
  ///
  /// - Parameters:
  ///   - problem: what is looked for.
  ///   - partCount: the parts that blocks are dealt out to; at least 1.
  ///   - rowStep: of how many rows of windows one counts; at least 1.
  ///   - threadCount: how many threads multiply; sums do not depend on it.
  public init(_ problem: FittingProblem, partCount: Int = 1, rowStep: Int = 1, threadCount: Int = 1) {
    precondition(partCount >= 1 && rowStep >= 1, "equations are in one part at least, of some rows")
    self.problem = problem
    self.rowStep = rowStep
    self.threadCount = threadCount
    parts = Array(repeating: GramMatrix(size: problem.tapCount + 1 + problem.outputCount), count: partCount)
  }

  /// The equations of each output.
  public var count: Int { parts.reduce(0) { $0 + Int($1[problem.tapCount, problem.tapCount]) } }

  /// The sums over all parts.
  var whole: GramMatrix { parts.dropFirst().reduce(parts[0], +) }

  /// Adds the products of some equations.
  func add(_ table: EquationTable, toPart part: Int) {
    parts[part].add(table, threadCount: threadCount)
  }
}
