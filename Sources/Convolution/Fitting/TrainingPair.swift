public import Tensors

/// A pair of images that is held whole, for patches of it to be drawn.
///
/// Samples are in stored units; NaN is unknown, as in `WindowRows`.
public struct TrainingPair: Sendable {
  /// Where the windows lie.
  public let geometry: ConvolutionGeometry
  private let input: PlanarRows<Float>
  private let target: PlanarRows<Float>

  /// Joins a pair; traps unless both have the extents of the geometry.
  public init(input: PlanarRows<Float>, target: PlanarRows<Float>, geometry: ConvolutionGeometry) {
    precondition(Extent(height: input.rowCount, width: input.width) == geometry.input, "windows lie on the input")
    precondition(Extent(height: target.rowCount, width: target.width) == geometry.output, "a sample for each window")
    self.input = input
    self.target = target
    self.geometry = geometry
  }

  /// The windows that count, on both axes.
  func windows(_ problem: FittingProblem) -> (rows: Range<Int>, columns: Range<Int>) {
    (problem.windows(geometry.vertical), problem.windows(geometry.horizontal))
  }

  /// The groups of channels.
  func groupCount(_ problem: FittingProblem) -> Int { input.channelCount / problem.inputCount }

  /// Adds one patch to a batch, in full ranges: the samples that a block of windows reaches over, and the samples that are to come of them.
  ///
  /// Where an input is unknown 0 stands for it, and what depends on it is unknown.
  func appendPatch(
    _ problem: FittingProblem, group: Int, rows: Range<Int>, columns: Range<Int>, to batch: inout TrainingBatch
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let scale = Float(1 / problem.fullRange)
    let sources = (
      Self.sources(vertical, rows, border: problem.border), Self.sources(horizontal, columns, border: problem.border)
    )
    let constant = Float(problem.constant)
    var unknown: [(row: Int, column: Int)] = []
    for channel in group * problem.inputCount..<(group + 1) * problem.inputCount {
      for (y, row) in sources.0.enumerated() {
        let run = row.map { input.run(row: $0, channel: channel) }
        for (x, column) in sources.1.enumerated() {
          var sample = constant
          if let run, let column { sample = run[run.startIndex + column] }
          if sample.isNaN { unknown.append((y, x)) }
          batch.input.append(sample.isNaN ? 0 : sample * scale)
        }
      }
    }
    for channel in group * problem.outputCount..<(group + 1) * problem.outputCount {
      for (y, row) in rows.enumerated() {
        let run = target.run(row: row, channel: channel)
        for (x, column) in columns.enumerated() {
          let isReached = unknown.contains {
            vertical.isTap($0.row, ofWindow: y) && horizontal.isTap($0.column, ofWindow: x)
          }
          batch.target.append(isReached ? .nan : run[run.startIndex + column] * scale)
        }
      }
    }
  }

  /// The samples under some windows of an axis, from the first tap of the first to the last tap of the last.
  private static func sources(_ axis: AxisGeometry, _ windows: Range<Int>, border: Border?) -> [Int?] {
    let first = axis.start(ofWindow: windows.lowerBound)
    let last = axis.start(ofWindow: windows.upperBound - 1) + axis.effectiveKernel
    return (first..<last).map { (border ?? .edge).sourceIndex($0, extent: axis.input) }
  }
}

extension AxisGeometry {
  /// Whether a tap of a window lies on a sample, where window 0 begins at sample 0.
  fileprivate func isTap(_ sample: Int, ofWindow window: Int) -> Bool {
    let offset = sample - window * stride
    return offset >= 0 && offset < effectiveKernel && offset % dilation == 0
  }
}

/// Patches in full ranges, one after another: `N×I×h×w` samples, and the `N×O×h'×w'` that are to come of them, where unknown ones are NaN.
struct TrainingBatch {
  var input: [Float] = []
  var target: [Float] = []
}
