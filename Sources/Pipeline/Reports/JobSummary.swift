import Codecs
import Convolution
import FeatureMaps
import Tensors

/// What a finished job did, in a form to be encoded.
public struct JobSummary: Encodable, Sendable {
  /// The kind of the input, as `PNG, 8-bit RGB`.
  public let input: String
  /// `C×H×W` of the input.
  public let inputShape: [Int]
  /// `C×H×W` of the result.
  public let outputShape: [Int]
  /// The format of the result.
  public let outputFormat: String
  /// The smallest of the colours' sums before mapping, in full ranges.
  public let minimum: Double?
  /// The largest.
  public let maximum: Double?
  /// Their mean.
  public let mean: Double?
  /// What the mapping lost, if anything.
  public let rangeReport: String?
  /// The stable codes of damage that was put up with.
  public let damage: [String]
  /// The plan that was followed.
  public let plan: PlanReport

  /// Summarises a report.
  public init(_ report: JobReport) {
    input = report.input.detail
    inputShape = [report.input.pixelFormat.channelCount, report.input.height, report.input.width]
    let shape = report.plan.outputShape
    outputShape = [report.outputPixels?.channelCount ?? shape.channelCount, shape.height, shape.width]
    outputFormat = "\(report.outputFormat)"
    minimum = report.statistics.minimum
    maximum = report.statistics.maximum
    mean = report.statistics.mean
    rangeReport = report.rangeReport
    damage = report.damage.map(\.code.rawValue)
    plan = PlanReport(report.plan)
  }
}
