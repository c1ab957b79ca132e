import Convolution
import Tensors

/// A plan in numbers: shapes, padding, parameters, cost, receptive field and memory of each operator, to be printed or encoded.
public struct PlanReport: Encodable, Sendable {
  /// One operator.
  public struct Operator: Encodable, Sendable {
    /// What it is, with the kernel's name or the function's.
    public let name: String
    /// `C×H×W` that goes in.
    public let input: [Int]
    /// `C×H×W` that comes out.
    public let output: [Int]
    /// Height and width of the kernel or the window.
    public var kernel: [Int]?
    /// Vertical and horizontal step.
    public var stride: [Int]?
    /// Vertical and horizontal step between taps.
    public var dilation: [Int]?
    /// Padded samples: top, right, bottom, left.
    public var padding: [Int]?
    /// Rows and columns at the end that no window reaches.
    public var dropped: [Int]?
    /// Weights and biases.
    public var parameters: Int?
    /// Multiply-adds for the whole image.
    public var multiplyAdds: Int?
    /// How it is computed.
    public var algorithm: String?
    /// Why so.
    public var reason: String?
  }

  /// The image that is read, `C×H×W`, before channels are chosen.
  public let image: [Int]
  /// The operators in order.
  public let operators: [Operator]
  /// Height and width of the input samples that one output depends on.
  public let receptiveField: [Int]
  /// Whether sums are held in 32 bits, where that cannot show, or in 64.
  public let precision: String
  /// The most bytes that the operators hold.
  public let workingBytes: Int

  /// Describes a plan for an image of `width × height` pixels.
  public init(_ plan: JobPlan) {
    image = [plan.pixelFormat.channelCount, plan.inputShape.height, plan.inputShape.width]
    precision = plan.precision == .single ? "32-bit" : "64-bit"
    workingBytes = plan.workingByteCount

    var operators: [Operator] = []
    var shape = plan.inputShape
    // The receptive field grows by (k' − 1) times the product of the strides before it.
    var field = (height: 1, width: 1)
    var jump = (height: 1, width: 1)
    for (stage, step) in zip(plan.stages, plan.job.steps) {
      var entry: Operator
      switch stage {
      case .activation(let activation):
        entry = Operator(name: activation.rawValue, input: shape.extents, output: shape.extents)
      case .convolution(let planned):
        let name = if case .convolution(let convolution) = step { convolution.name } else { "" }
        entry = Operator(name: "convolution \(name)", input: shape.extents, output: planned.outputShape.extents)
        entry.describe(planned.color.geometry)
        entry.parameters = planned.color.parameterCount
        entry.multiplyAdds = planned.color.multiplyAddCount + (planned.alpha?.multiplyAddCount ?? 0)
        entry.algorithm = planned.color.algorithm.rawValue
        entry.reason = planned.color.reason
        Self.grow(&field, &jump, by: planned.color.geometry)
        shape = planned.outputShape
      case .pooling(let pooling, let input, _):
        guard let geometry = try? pooling.geometry(for: input) else { preconditionFailure("a planned pooling fits") }
        let output = StageShape(
          channelCount: input.channelCount, height: geometry.output.height, width: geometry.output.width)
        entry = Operator(name: "\(pooling.kind.rawValue) pooling", input: shape.extents, output: output.extents)
        entry.describe(geometry)
        Self.grow(&field, &jump, by: geometry)
        shape = output
      }
      operators.append(entry)
    }
    self.operators = operators
    receptiveField = [field.height, field.width]
  }

  private static func grow(
    _ field: inout (height: Int, width: Int), _ jump: inout (height: Int, width: Int), by geometry: ConvolutionGeometry
  ) {
    field.height += (geometry.vertical.effectiveKernel - 1) * jump.height
    field.width += (geometry.horizontal.effectiveKernel - 1) * jump.width
    jump.height *= geometry.vertical.stride
    jump.width *= geometry.horizontal.stride
  }

  /// The report as lines of text, a short paragraph an operator.
  public var text: String {
    var lines = ["image              \(Self.shape(image))"]
    for (index, entry) in operators.enumerated() {
      lines.append("")
      lines.append("\(index + 1). \(entry.name)")
      lines.append("   shape           \(Self.shape(entry.input)) → \(Self.shape(entry.output))")
      if let kernel = entry.kernel, let stride = entry.stride, let dilation = entry.dilation,
        let padding = entry.padding, let dropped = entry.dropped
      {
        lines.append(
          "   window          \(kernel[0])×\(kernel[1]), stride \(stride[0]),\(stride[1]), dilation \(dilation[0]),\(dilation[1])"
        )
        lines.append(
          "   padding         top \(padding[0]), right \(padding[1]), bottom \(padding[2]), left \(padding[3])")
        if dropped != [0, 0] { lines.append("   dropped         \(dropped[0]) rows, \(dropped[1]) columns") }
      }
      if let parameters = entry.parameters { lines.append("   parameters      \(parameters)") }
      if let multiplyAdds = entry.multiplyAdds { lines.append("   multiply-adds   \(multiplyAdds)") }
      if let algorithm = entry.algorithm, let reason = entry.reason {
        lines.append("   algorithm       \(algorithm): \(reason)")
      }
    }
    lines.append("")
    lines.append("receptive field    \(receptiveField[0])×\(receptiveField[1])")
    lines.append("sums               \(precision)")
    lines.append("memory             \((workingBytes + 1023) / 1024) KiB for the operators")
    return lines.joined(separator: "\n")
  }

  private static func shape(_ extents: [Int]) -> String {
    extents.map(String.init).joined(separator: "×")
  }
}

extension PlanReport.Operator {
  fileprivate mutating func describe(_ geometry: ConvolutionGeometry) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    kernel = [vertical.kernel, horizontal.kernel]
    stride = [vertical.stride, horizontal.stride]
    dilation = [vertical.dilation, horizontal.dilation]
    padding = [vertical.before, horizontal.after, vertical.after, horizontal.before]
    dropped = [vertical.dropped, horizontal.dropped]
  }
}

extension StageShape {
  /// Channels, height and width.
  fileprivate var extents: [Int] { [channelCount, height, width] }
}
