import Convolution
import Kernels
import Tensors

/// What was learned, in a form to be printed or encoded.
public struct LearningSummary: Encodable, Sendable {
  /// How the kernel was found.
  public let method: String
  /// The kernel.
  public let kernel: KernelSummary
  /// The pairs of images.
  public let pairs: Int
  /// The equations of each output.
  public let equations: Int
  /// The target samples there are; those that are not used were clipped, transparent, at the edge, or between the rows that are.
  public let samples: Int
  /// Of how many rows of windows one was used.
  public let rowStep: Int
  /// The unknowns of each output.
  public let unknowns: Int
  /// How many of them the images determine.
  public let rank: Int
  /// The condition number of the equations; `nil` where some unknowns are not determined.
  public let conditionNumber: Double?
  /// The largest standard error of a tap; `nil` where some are not determined.
  public let standardError: Double?
  /// The largest stored sample, in whose units residuals are.
  public let fullRange: Double
  /// The root mean square residual.
  public let rms: Double
  /// The largest residual.
  public let maximum: Double
  /// The residual's peak signal-to-noise ratio in dB; infinite where nothing is left.
  public let psnr: Double
  /// The root mean square residual of blocks under kernels learned from the others.
  public let crossValidation: Double?
  /// The root mean square difference of target and input.
  public let difference: Double?
  /// How much of the square of that difference the kernel explains, from 0 to 1; below 0 where the input is nearer to the target.
  public let explained: Double?
  /// How far the taps of a descent lie from those of least squares at most.
  public let distanceFromLeastSquares: Double?
  /// The loss of each step of a descent.
  public let losses: [Double]?
  /// What makes the kernel doubtful.
  public let warnings: [String]
  private let grid: String

  private enum CodingKeys: String, CodingKey {
    case method, kernel, pairs, equations, samples, rowStep, unknowns, rank, conditionNumber, standardError, fullRange,
      rms,
      maximum, psnr, crossValidation, difference, explained, distanceFromLeastSquares, losses, warnings
  }

  /// Summarises what was learned.
  public init(_ learned: LearnedKernel) {
    let fit = learned.fit
    method = learned.job.methodText
    kernel = KernelSummary(learned.kernel)
    grid = learned.kernel.grid()
    pairs = learned.job.pairs.count
    equations = fit.equationCount
    samples = learned.sampleCount
    rowStep = learned.rowStep
    unknowns = fit.unknownCount
    rank = fit.rank
    conditionNumber = fit.conditionNumber.isFinite ? fit.conditionNumber : nil
    standardError = fit.standardError
    fullRange = fit.problem.fullRange
    (rms, maximum) = (learned.residuals.rootMeanSquare, learned.residuals.maximum)
    psnr = learned.residuals.psnr
    crossValidation = learned.crossValidation
    difference = learned.difference
    let squares = rms * rms
    explained = learned.difference.flatMap { $0 > 0 ? 1 - squares / ($0 * $0) : nil }
    distanceFromLeastSquares = learned.distanceFromLeastSquares
    losses = learned.losses.isEmpty ? nil : learned.losses
    warnings = Self.warnings(learned)
  }

  /// The largest standard error of a tap that nobody is warned of.
  private static let tolerableError = 0.01

  private static func warnings(_ learned: LearnedKernel) -> [String] {
    let fit = learned.fit
    let remedy = "images with more detail, more pairs, --constraint or --ridge help"
    if fit.rank < fit.unknownCount {
      return [
        """
        the images determine \(fit.rank) of \(fit.unknownCount) unknowns; of all kernels that fit, this one has the smallest sum of \
        squares; \(remedy)
        """
      ]
    }
    guard let error = fit.standardError, error > tolerableError else { return [] }
    return ["the images hardly determine the kernel: taps are uncertain by \(error.forPeople); \(remedy)"]
  }

  /// The summary as lines of text.
  public var text: String {
    var lines = [grid, ""]
    func line(_ name: String, _ text: String?) {
      if let text { lines.append(name + String(repeating: " ", count: 12 - name.count) + text) }
    }
    line("method", "\(method); \(pairs.counted("pair"))")
    line(
      "equations",
      "\(equations) of \(samples.counted("sample"))" + (rowStep > 1 ? ", of each \(rowStep) rows of windows one" : ""))
    let biases = kernel.biases.map { ($0 * fullRange).forPeople }.joined(separator: ", ")
    line("bias", kernel.biases.contains { $0 != 0 } ? "\(biases) of \(fullRange.forPeople)" : nil)
    line("sum", kernel.sums.map(\.forPeople).joined(separator: ", "))
    line(
      "residual",
      "rms \(rms.forPeople) of \(fullRange.forPeople), at most \(maximum.forPeople); "
        + (psnr.isFinite ? "psnr \(psnr.forPeople) dB" : "nothing is left"))
    line("elsewhere", crossValidation.map { "rms \($0.forPeople), cross-validated on blocks that were left out" })
    line(
      "explains",
      explained.flatMap { explained in
        difference.map {
          "\((explained * 100).forPeople) % of the difference of the images, which has an rms of \($0.forPeople)"
        }
      })
    line(
      "certainty",
      standardError.map { error in
        "taps ± \(error.forPeople)" + (conditionNumber.map { ", condition number \($0.forPeople)" } ?? "")
      } ?? "\(rank) of \(unknowns) unknowns are determined")
    line("descent", distanceFromLeastSquares.map { "taps within \($0.forPeople) of least squares" })
    return lines.joined(separator: "\n")
  }
}
