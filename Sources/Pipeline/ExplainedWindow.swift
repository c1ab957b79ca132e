import Convolution
import Tensors

/// The window of one output sample, on colours and on alpha: of a convolution or of a pooling.
protocol ExplainedWindow {
  /// Where the windows lie.
  var geometry: ConvolutionGeometry { get }
  /// What is under the rows and columns of the window.
  var rows: [Explanation.WindowTap] { get }
  var columns: [Explanation.WindowTap] { get }
  /// What goes into the operator: colours, then alpha.
  var inputShape: StageShape { get }
  /// The products of one output place, over all channels; `nil` where they cannot be counted.
  var productCount: Int? { get }
  /// What a padded sample holds.
  var border: String { get }
  /// How the operator is computed, where there is a choice.
  var algorithm: String? { get }
  /// What is made of the products.
  var reduction: Explanation.Reduction { get }

  /// The sums of every output channel, from the samples that a probe has kept.
  func sums(probe: WindowProbe, plan: JobPlan) -> [ExplainedSum]
}

extension ExplainedWindow {
  /// The samples of one channel under the taps; `constant` where no sample stands.
  func values(_ probe: WindowProbe, channel: Int, constant: Double) -> [[Double]] {
    let sample = probe.plane(channel)
    return rows.map { row in
      columns.map { column in
        guard let row = row.source, let column = column.source else { return constant }
        return sample(row, column)
      }
    }
  }
}

/// The sum of one output channel, with the engine's.
struct ExplainedSum {
  let name: String
  let planes: [Explanation.Plane]
  let sum: Double, divisor: Double, alpha: Double?, bias: Double
  let computed: Double, result: Double, errorBound: Double

  /// The channel, with what activations and the way to the output make of the result.
  func channel(activated: [Double], finished: FinishedSample, fullRange: Double) -> Explanation.Channel {
    Explanation.Channel(
      name: name, planes: planes, sum: sum, divisor: divisor, alpha: alpha, bias: bias, computed: computed,
      result: result, errorBound: errorBound, activated: activated, fraction: (activated.last ?? result) / fullRange,
      encoded: finished.encoded, mapped: finished.mapped, rounded: finished.mapped.rounded(.toNearestOrEven),
      stored: finished.stored)
  }
}
