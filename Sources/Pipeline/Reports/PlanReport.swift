import Convolution
import Tensors

/// A plan in numbers: shapes, padding, parameters, cost, receptive field and memory of each operator, to be printed or encoded.
///
/// Numbers for both axes are height and width, or vertical and horizontal. A signal has one axis, and one number where images have two.
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
    /// Padded samples: top, right, bottom, left; of a signal before and after it.
    public var padding: [Int]?
    /// What padded samples of a convolution hold.
    public var border: String?
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
    /// Samples, padding and windows drawn as text, where they are few.
    public var drawing: [String]?
  }

  /// What is read, `C×H×W`, before channels are chosen.
  public let image: [Int]
  /// The operators in order.
  public let operators: [Operator]
  /// The weights and biases of all operators.
  public let parameters: Int
  /// The multiply-adds of all operators for the whole image; the largest number there is where they are more.
  public let multiplyAdds: Int
  /// Height and width of the input samples that one output depends on.
  public let receptiveField: [Int]
  /// The rows and columns of the input from the field of one output to that of its neighbour.
  public let receptiveFieldStep: [Int]
  /// The row and column, from 0, where the field of the first output begins; below 0 in the padding.
  public let receptiveFieldStart: [Int]
  /// Whether sums are held in 32-bit integers or in 32 bits, where that cannot show, or in 64.
  public let precision: String
  /// The most bytes that the operators hold.
  public let workingBytes: Int

  /// Describes a plan.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - isSignal: whether it is of a job made by `ImageJob.onSignal`, on one row.
  public init(_ plan: JobPlan, isSignal: Bool = false) {
    let rank = isSignal ? 1 : 2
    image = [plan.channels.channelCount] + [plan.inputShape.height, plan.inputShape.width].suffix(rank)
    precision = plan.arithmetic
    workingBytes = plan.workingByteCount
    let field = plan.receptiveField
    let axes = [field.vertical, field.horizontal].suffix(rank)
    receptiveField = axes.map(\.size)
    receptiveFieldStep = axes.map(\.jump)
    receptiveFieldStart = axes.map(\.start)

    var operators: [Operator] = []
    var shape = plan.inputShape
    for (stage, step) in zip(plan.stages, plan.job.steps) {
      let output = stage.outputShape(of: shape)
      var entry = Operator(name: step.title, input: shape.extents(rank), output: output.extents(rank))
      if let geometry = stage.geometry { entry.describe(geometry, rank: rank) }
      if case .convolution(let planned) = stage {
        entry.border = "\(planned.color.border)"
        entry.parameters = planned.color.parameterCount
        entry.multiplyAdds = planned.color.multiplyAddCount + (planned.alpha?.multiplyAddCount ?? 0)
        entry.algorithm = (plan.pixels?.algorithm ?? planned.color.algorithm).rawValue
        entry.reason = plan.pixels?.reason ?? planned.color.reason
      }
      operators.append(entry)
      shape = output
    }
    self.operators = operators
    parameters = operators.reduce(0) { $0 + ($1.parameters ?? 0) }
    multiplyAdds = operators.reduce(0) { sum, entry in
      let (total, overflow) = sum.addingReportingOverflow(entry.multiplyAdds ?? 0)
      return overflow ? .max : total
    }
  }

  /// The report as text: a table with a line for each operator, why each is computed so, what holds for all, and small windows drawn.
  public var text: String {
    var lines = ["input              \(Self.shape(image))", ""]
    lines += TextTable.lines(
      [header] + operators.enumerated().map { $1.row(number: $0 + 1) } + total, leading: 2)
    lines.append("")
    for (index, entry) in operators.enumerated() {
      guard let algorithm = entry.algorithm, let reason = entry.reason else { continue }
      lines.append("\(index + 1)  \(algorithm): \(reason)")
    }
    let (step, start) = (Self.list(receptiveFieldStep), Self.list(receptiveFieldStart))
    lines += [
      "",
      "receptive field    \(Self.shape(receptiveField)), step \(step), the first from \(start)",
      "sums               \(precision)",
      "memory             \((workingBytes + 1023) / 1024) KiB for the operators",
    ]
    for (index, entry) in operators.enumerated() {
      guard let drawing = entry.drawing else { continue }
      let holds = entry.border.map { "holds \($0)" } ?? "does not count"
      lines += ["", "\(index + 1)  windows" + (entry.hasPadding ? "; 0 is a padded sample and \(holds)" : "")]
      lines += drawing.map { "   \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  private var header: [String] {
    [
      "", "operator", "input", "output", "window", "stride", "dilation",
      image.count == 2 ? "padding before,after" : "padding t,r,b,l", "dropped", "parameters", "multiply-adds",
    ]
  }

  /// The sums, where there is something to add up.
  private var total: [[String]] {
    operators.count < 2 ? [] : [["", "in all", "", "", "", "", "", "", "", "\(parameters)", "\(multiplyAdds)"]]
  }

  fileprivate static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ",")
  }

  fileprivate static func shape(_ extents: [Int]) -> String {
    extents.map(String.init).joined(separator: "×")
  }
}

extension PlanReport.Operator {
  fileprivate mutating func describe(_ geometry: ConvolutionGeometry, rank: Int) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let axes = [vertical, horizontal].suffix(rank)
    kernel = axes.map(\.kernel)
    stride = axes.map(\.stride)
    dilation = axes.map(\.dilation)
    padding =
      rank == 1
      ? [horizontal.before, horizontal.after]
      : [vertical.before, horizontal.after, vertical.after, horizontal.before]
    dropped = axes.map(\.dropped)
    drawing = WindowDrawing.lines(geometry)
  }

  fileprivate var hasPadding: Bool { padding.map { $0.contains { $0 > 0 } } ?? false }

  /// The operator as a line of the table.
  fileprivate func row(number: Int) -> [String] {
    func list(_ numbers: [Int]?) -> String { numbers.map(PlanReport.list) ?? "" }
    return [
      "\(number)", name, PlanReport.shape(input), PlanReport.shape(output), kernel.map(PlanReport.shape) ?? "",
      list(stride), list(dilation), list(padding), list(dropped), parameters.map(String.init) ?? "",
      multiplyAdds.map(String.init) ?? "",
    ]
  }
}

extension ImageJob.Step {
  /// What the step is, with the kernel's name or the function's.
  var title: String {
    switch self {
    case .convolution(let step): "convolution \(step.name)"
    case .activation(let activation): activation.rawValue
    case .pooling(let step): "\(step.kind.rawValue) pooling"
    }
  }
}

extension StageShape {
  /// Channels, height and width.
  var extents: [Int] { extents(2) }

  /// Channels and the last `rank` of height and width.
  fileprivate func extents(_ rank: Int) -> [Int] { [channelCount] + [height, width].suffix(rank) }
}
