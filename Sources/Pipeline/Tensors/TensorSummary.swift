import Convolution
import Tensors

/// What an operator of tensors did, in a form to be printed or encoded.
public struct TensorSummary: Encodable, Sendable {
  /// ONNX's name of the operator.
  public let operation: String
  /// The extents of the arrays read, by role.
  public let inputs: [String: [Int]]
  /// The extents of the arrays written, by role.
  public let outputs: [String: [Int]]
  /// The taps on each axis, outermost first.
  public let kernelShape: [Int]
  /// The step from window to window on each axis.
  public let strides: [Int]
  /// The padding before each axis, then after each, whatever rule made it.
  public let pads: [Int]
  /// The step from tap to tap on each axis.
  public let dilations: [Int]
  /// The algorithm that ran, where there is a choice.
  public let algorithm: String?
  /// Weights and biases, where there are any.
  public let parameters: Int?
  /// The multiply-adds of a forward pass, where there are weights; those on padding are counted as well.
  public let multiplyAdds: Int?
  /// The most bytes held besides the arrays read.
  public let workingBytes: Int
  /// What the user should know.
  public let notes: [String]

  /// Summarises an operation that ran.
  init(
    _ fitted: FittedOperation, inputs: [TensorRole: Shape], outputs: [TensorRole: Shape], notes: [String]
  ) {
    let geometry = fitted.windows.geometry
    // In one dimension the vertical axis is not the user's.
    let axes = [geometry.vertical, geometry.horizontal].suffix(fitted.windows.kernelShape.rank)
    operation = fitted.name
    self.inputs = Self.named(inputs)
    self.outputs = Self.named(outputs)
    kernelShape = axes.map(\.kernel)
    strides = axes.map(\.stride)
    pads = axes.map(\.before) + axes.map(\.after)
    dilations = axes.map(\.dilation)
    algorithm = fitted.algorithm?.rawValue
    parameters = fitted.cost?.parameters
    multiplyAdds = fitted.cost?.multiplyAdds
    workingBytes = fitted.workingBytes
    self.notes = notes
  }

  private static func named(_ shapes: [TensorRole: Shape]) -> [String: [Int]] {
    Dictionary(uniqueKeysWithValues: shapes.map { ($0.rawValue, $1.extents) })
  }

  /// The summary in one line.
  public var text: String {
    func list(_ shapes: [String: [Int]]) -> String {
      shapes.sorted { $0.key < $1.key }.map { "\($0) \($1.map(String.init).joined(separator: "×"))" }
        .joined(separator: ", ")
    }
    let method = algorithm.map { ", \($0)" } ?? ""
    let work = multiplyAdds.map { ", \($0) multiply-adds" } ?? ""
    return "\(operation): \(list(inputs)) → \(list(outputs))\(method)\(work), \(workingBytes) bytes to work with"
  }
}
