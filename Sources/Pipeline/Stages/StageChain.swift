import Convolution
import Tensors

/// The operators of a planned job in order, ready to take rows.
struct StageChain<Scalar: EngineScalar> {
  private enum Link {
    case stage(any RowStage<Scalar>)
    case activation(Activation)
  }

  private let links: [Link]
  private let fullRange: Double
  private let colorCounts: [Int]

  /// Makes the stages of a plan.
  ///
  /// - Throws: `JobError` where a pooling window does not fit, which planning has ruled out.
  init(plan: JobPlan, threadCount: Int) throws(JobError) {
    var links: [Link] = []
    var colorCounts: [Int] = []
    var colors = plan.selection.colorCount
    let fullRange = plan.fullRange
    for stage in plan.stages {
      switch stage {
      case .activation(let activation):
        links.append(.activation(activation))
      case .convolution(let planned):
        links.append(.stage(planned.stage(as: Scalar.self, fullRange: fullRange, threadCount: threadCount)))
        colors = planned.color.outputShape.channelCount
      case .pooling(let pooling, let shape, let hasAlpha, _):
        guard hasAlpha && plan.job.alpha == .premultiply else {
          links.append(.stage(try pooling.stage(for: shape, as: Scalar.self, threadCount: threadCount)))
          break
        }
        let colorShape = StageShape(channelCount: shape.channelCount - 1, height: shape.height, width: shape.width)
        let alphaShape = StageShape(channelCount: 1, height: shape.height, width: shape.width)
        links.append(
          .stage(
            AlphaStage(
              color: try pooling.stage(for: colorShape, as: Scalar.self, threadCount: threadCount),
              alpha: try pooling.stage(for: alphaShape, as: Scalar.self, threadCount: threadCount),
              weighting: .init(
                biases: Array(repeating: 0, count: colorShape.channelCount), fullRange: Scalar(fullRange)))))
      }
      colorCounts.append(colors)
    }
    self.links = links
    self.colorCounts = colorCounts
    self.fullRange = fullRange
  }

  /// Pushes the next rows through every operator and gives what comes out, which may be no row yet.
  ///
  /// A probe is shown what goes into its operator and comes out of it, and what comes out of the last.
  func push(_ rows: PlanarRows<Scalar>, probe: WindowProbe? = nil) -> PlanarRows<Scalar> {
    var rows = rows
    for (index, (link, colorCount)) in zip(links, colorCounts).enumerated() {
      if index == probe?.stage { probe?.see(input: rows) }
      switch link {
      case .stage(let stage): rows = stage.push(rows)
      case .activation(let activation): activation.apply(to: &rows, channels: 0..<colorCount, fullRange: fullRange)
      }
      if index == probe?.stage { probe?.see(output: rows) }
    }
    probe?.see(final: rows)
    return rows
  }
}
