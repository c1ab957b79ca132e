public import Tensors

/// A planned convolution of one image, rows in and rows out.
///
/// The results are those of the plan's formula, in sums of the type `Scalar`: `Float` where the plan's precision is `single`, `Double`
/// otherwise. They do not depend on the strips' heights nor on the number of threads. Memory does not grow with the image's height
/// unless the border wraps at the top, or the algorithm is `reference`.
public final class StripConvolution<Scalar: EngineScalar>: RowStage {
  /// What is computed.
  public let plan: ConvolutionPlan
  private let executor: Executor

  private enum Executor {
    case direct(DirectRows<Scalar>)
    case reference(ReferenceRows<Scalar>)
  }

  /// Creates a stage at the top of an image.
  ///
  /// - Parameters:
  ///   - plan: what to compute.
  ///   - threadCount: how many threads compute at a time, the caller's among them; at least 1.
  ///   - instructionSet: the inner loops to use, one that runs here; `nil` for the plan's.
  public init(plan: ConvolutionPlan, threadCount: Int = 1, instructionSet: InstructionSet? = nil) {
    self.plan = plan
    switch plan.algorithm {
    case .reference: executor = .reference(ReferenceRows(plan: plan))
    case .auto, .direct:
      executor = .direct(
        DirectRows(
          plan: plan, operations: Scalar.operations(instructionSet ?? plan.instructionSet), threadCount: threadCount))
    }
  }

  /// The channels, rows and columns that come out in all.
  public var outputShape: StageShape { plan.outputShape }

  /// Takes the next rows of the input and returns every output row that they make computable.
  ///
  /// Traps when the rows have another shape than the plan's input, or are more than it has.
  public func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    switch executor {
    case .direct(let direct): direct.push(rows)
    case .reference(let reference): reference.push(rows)
    }
  }
}

/// The direct path: each output run is one weighted sum of runs in the ring.
private final class DirectRows<Scalar: EngineScalar> {
  private let windows: RowWindows<Scalar>
  private let operations: EngineOperations<Scalar>
  private let outputWidth: Int
  private let sums: [WeightedSum]

  /// What one output channel adds up: parallel arrays, as the inner loop takes them.
  private struct WeightedSum {
    let weights: [Scalar]
    let rows: [Int32]
    let offsets: [Int]
    let divisor: Scalar
    let bias: Scalar
  }

  init(plan: ConvolutionPlan, operations: EngineOperations<Scalar>, threadCount: Int) {
    self.operations = operations
    outputWidth = plan.outputShape.width
    let columns = plan.memory.columns
    let channelStride = plan.memory.channelStride
    let firstChannels = plan.bank.isDepthwise ? Array(0..<plan.input.channelCount) : [0]
    sums = firstChannels.flatMap { firstChannel in
      plan.sums.map { sum in
        WeightedSum(
          weights: sum.taps.map { Scalar($0.weight) }, rows: sum.taps.map { Int32($0.tapRow) },
          offsets: sum.taps.map { (firstChannel + $0.channel) * channelStride + columns.offsets[$0.column] },
          divisor: Scalar(sum.divisor), bias: Scalar(sum.bias))
      }
    }
    windows = RowWindows(
      input: plan.input, output: plan.outputShape, memory: plan.memory, constant: plan.borderConstant,
      holdsConstantRow: plan.memory.schedule.usesConstant, operations: operations, threadCount: threadCount)
  }

  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    unsafe windows.push(rows) { _, sources, _, channel, run in
      let sum = sums[channel]
      unsafe sum.weights.withUnsafeBufferPointer { weights in
        unsafe sum.rows.withUnsafeBufferPointer { tapRows in
          unsafe sum.offsets.withUnsafeBufferPointer { offsets in
            // The three arrays have an element a tap, and are not empty: a kernel of zeros keeps one tap.
            guard let weights = weights.baseAddress, let tapRows = tapRows.baseAddress,
              let offsets = offsets.baseAddress
            else { return }
            unsafe operations.correlate(
              run, outputWidth, sources, tapRows, offsets, weights, sum.weights.count, sum.divisor, sum.bias)
          }
        }
      }
    }
  }
}

/// The oracle as a stage: it holds the whole image and answers with its last row.
private final class ReferenceRows<Scalar: EngineScalar> {
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
