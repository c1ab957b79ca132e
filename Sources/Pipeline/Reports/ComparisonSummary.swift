import FeatureMaps
import Tensors

/// A comparison in a form to be printed or encoded.
public struct ComparisonSummary: Encodable, Sendable {
  /// What was compared.
  public let compared: String
  /// The samples compared.
  public let samples: Int
  /// The samples that differ.
  public let differing: Int
  /// The largest absolute difference.
  public let maximum: Double
  /// Where it is first: column, row and channel; `nil` where nothing differs.
  public let maximumAt: [Int]?
  /// The mean absolute difference.
  public let mean: Double
  /// The root of the mean square difference.
  public let rms: Double
  /// The peak signal-to-noise ratio in dB; infinite where nothing differs.
  public let psnr: Double

  /// Summarises a comparison.
  public init(_ comparison: FileComparison) {
    let result = comparison.result
    compared = comparison.detail
    samples = result.count
    differing = result.differingCount
    maximum = result.maximumDifference
    maximumAt = result.maximumPosition.map { [$0.x, $0.row, $0.channel] }
    mean = result.meanAbsoluteDifference
    rms = result.rootMeanSquare
    psnr = result.psnr
  }

  /// The summary as lines of text.
  public var text: String {
    let place = maximumAt.map { " at x \($0[0]), y \($0[1]), channel \($0[2])" } ?? ""
    return """
      compared    \(compared)
      differing   \(differing) of \(samples.counted("sample"))
      maximum     \(maximum.forPeople)\(place)
      mean        \(mean.forPeople)
      rms         \(rms.forPeople)
      psnr        \(psnr.isFinite ? "\(psnr.forPeople) dB" : "infinite: equal")
      """
  }
}
