import Tensors

/// The oracle as a stage: it holds the whole image and answers with its last row.
final class ReferenceRows<Scalar: EngineScalar> {
  private let plan: ConvolutionPlan
  private var arrived = 0
  /// The image in `C×H×W`.
  private var samples: [Double]

  init(plan: ConvolutionPlan) {
    self.plan = plan
    samples = Array(repeating: 0, count: plan.input.channelCount * plan.input.height * plan.input.width)
  }

  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    let (input, output) = (plan.input, plan.outputShape)
    precondition(
      rows.channelCount == input.channelCount && rows.width == input.width,
      "rows of \(rows.channelCount)×\(rows.width) are not of the input \(input)")
    precondition(arrived + rows.rowCount <= input.height, "more rows came than the \(input.height) of the input")
    for row in 0..<rows.rowCount {
      for channel in 0..<input.channelCount {
        let start = (channel * input.height + arrived + row) * input.width
        samples.replaceSubrange(
          start..<start + input.width, with: rows.run(row: row, channel: channel).lazy.map(Double.init))
      }
    }
    let wasComplete = arrived == input.height
    arrived += rows.rowCount
    guard arrived == input.height && !wasComplete else {
      return PlanarRows(channelCount: output.channelCount, width: output.width, rowCount: 0)
    }
    let planes = Reference.convolve(
      samples, channelCount: input.channelCount, bank: plan.bank, geometry: plan.geometry, border: plan.border,
      fullRange: plan.fullRange)
    samples = []
    var result: [Scalar] = []
    result.reserveCapacity(planes.count)
    for row in 0..<output.height {
      for channel in 0..<output.channelCount {
        let start = (channel * output.height + row) * output.width
        result.append(contentsOf: planes[start..<start + output.width].lazy.map { Scalar($0) })
      }
    }
    return PlanarRows(
      channelCount: output.channelCount, width: output.width, rowCount: output.height, samples: result)
  }
}
