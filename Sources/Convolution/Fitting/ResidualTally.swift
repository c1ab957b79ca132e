#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far a kernel's sums lie from the samples of a target, over the equations that pairs of images give.
///
/// Rows come by way of `WindowRows`.
public final class ResidualTally {
  /// The problem that the kernel is to solve.
  public let problem: FittingProblem
  /// Of how many rows of windows one counts.
  public let rowStep: Int
  /// What was found so far.
  public private(set) var found: ResidualStatistics
  private let weights: [Double]
  private let biases: [Double]

  /// Creates the tally of a kernel's weights, `O×I×kh×kw`, and biases in stored units, one each output.
  public init(_ problem: FittingProblem, weights: [Double], biases: [Double], rowStep: Int = 1) {
    precondition(weights.count == problem.outputCount * problem.tapCount, "a weight for each tap of each output")
    precondition(biases.count == problem.outputCount, "one bias an output")
    self.problem = problem
    self.rowStep = rowStep
    self.weights = weights
    self.biases = biases
    found = ResidualStatistics(fullRange: problem.fullRange)
  }

  /// Adds the residuals of some equations.
  func add(_ table: EquationTable) {
    let taps = problem.tapCount
    for output in 0..<problem.outputCount {
      var residuals = table.column(taps + 1 + output).map { $0 - biases[output] }
      for tap in 0..<taps {
        let weight = weights[output * taps + tap]
        for (row, sample) in table.column(tap).enumerated() { residuals[row] -= weight * sample }
      }
      found.add(residuals)
    }
  }
}

/// How far sums lie from what they are to be, in stored units.
public struct ResidualStatistics: Hashable, Sendable {
  /// The largest stored sample.
  public let fullRange: Double
  /// The residuals seen: equations times outputs.
  public private(set) var count = 0
  /// The largest distance.
  public private(set) var maximum = 0.0
  private var squares = 0.0

  init(fullRange: Double) {
    self.fullRange = fullRange
  }

  /// The root of the mean square distance; 0 where there is none.
  public var rootMeanSquare: Double { count > 0 ? (squares / Double(count)).squareRoot() : 0 }

  /// The peak signal-to-noise ratio in dB; infinite where nothing is left.
  public var psnr: Double { squares > 0 ? 20 * log10(fullRange / rootMeanSquare) : .infinity }

  mutating func add(_ residuals: [Double]) {
    for residual in residuals {
      squares += residual * residual
      maximum = max(maximum, abs(residual))
    }
    count += residuals.count
  }
}
