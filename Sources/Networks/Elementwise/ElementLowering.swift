import Tensors

/// The instructions that an element-wise node becomes.
struct ElementLowering {
  private let arguments: Arguments
  private var node: Network.Node { arguments.node }

  init(_ arguments: Arguments) { self.arguments = arguments }

  /// Whether an operator becomes instructions.
  static func serves(_ operation: String) -> Bool {
    ElementFunction.serves(operation) || operation == "BatchNormalization" || operation == "Mean"
  }

  /// The shapes, of those of all inputs, that make the shape of the result.
  static func operandShapes(_ node: Network.Node, _ shapes: [Shape]) -> [Shape] {
    switch node.operation {
    case "BatchNormalization", "Clip", "PRelu": Array(shapes.prefix(1))
    default: shapes
    }
  }

  /// Whether a node has to know numbers that wait to be computed: limits, or what is known of channels.
  static func needsParameters(of node: Network.Node, among pending: PendingElements) -> Bool {
    ["Clip", "BatchNormalization"].contains(node.operation)
      && node.inputs.dropFirst().contains { pending.shape(of: $0) != nil }
  }

  /// Adds the instructions of the node.
  ///
  /// - Throws: `NetworkError` where an input is missing or an attribute has no meaning.
  func append(to program: inout PendingElements) throws(NetworkError) {
    guard !node.outputs.isEmpty else { throw NetworkError(.value, "\(node) has no output") }
    let result: ElementwiseProgram.Source =
      switch node.operation {
      case "BatchNormalization": try batchNormalization(&program)
      case "Mean": try mean(&program)
      default: try function(&program)
      }
    program.finish(node, result)
  }

  /// An input: a result that waits, or a tensor.
  private func source(_ index: Int, _ program: inout PendingElements) throws(NetworkError) -> ElementwiseProgram.Source
  {
    guard index < node.inputs.count else { throw NetworkError(.value, "\(node) has no input \(index + 1)") }
    let shape = program.shape
    return try program.source(node.inputs[index]) { () throws(NetworkError) in
      let tensor = try arguments.tensor(index)
      return node.operation == "PRelu" && index == 1 ? try slopes(tensor, of: shape) : tensor
    }
  }

  /// A slope for each channel stands on the axis of channels, in older models without the axes after it.
  private func slopes(_ tensor: Tensor, of shape: Shape) throws(NetworkError) -> Tensor {
    if Broadcasting.extents([shape, tensor.shape]) == shape.extents { return tensor }
    guard tensor.shape.rank == 1, shape.rank > 2, tensor.shape[0] == shape[1] else {
      throw arguments.mismatch("the input is \(shape), the slopes \(tensor.shape)")
    }
    return tensor.reshaped(to: try arguments.shape(tensor.shape.extents + Array(repeating: 1, count: shape.rank - 2)))
  }

  private func function(_ program: inout PendingElements) throws(NetworkError) -> ElementwiseProgram.Source {
    guard let function = try ElementFunction(arguments) else {
      throw NetworkError(.unsupported, "\(node): this operator is not supported")
    }
    let first = try source(0, &program)
    guard function.operandCount == 2 else { return program.append(function, [first]) }
    // Sum, Min and Max take any number of inputs; one alone is itself.
    if node.inputs.count == 1 { return program.append(.sum, [first, program.operand(Self.number(0))]) }
    var result = first
    for index in 1..<node.inputs.count {
      result = program.append(function, [result, try source(index, &program)])
    }
    return result
  }

  private func mean(_ program: inout PendingElements) throws(NetworkError) -> ElementwiseProgram.Source {
    var result = try source(0, &program)
    for index in 1..<max(1, node.inputs.count) {
      result = program.append(.sum, [result, try source(index, &program)])
    }
    return program.append(.quotient, [result, program.operand(Self.number(Float(node.inputs.count)))])
  }

  private func batchNormalization(_ program: inout PendingElements) throws(NetworkError) -> ElementwiseProgram.Source {
    let line = try ChannelLine(batchNormalization: arguments)
    let shape = program.shape
    guard shape.rank >= 2, line.factors.count == shape[1] else {
      throw arguments.mismatch("the input is \(shape), and there are \(line.factors.count) means")
    }
    let channels = try arguments.shape([line.factors.count] + Array(repeating: 1, count: shape.rank - 2))
    let scaled = program.append(
      .product,
      [try source(0, &program), program.operand(Tensor(shape: channels, elements: line.factors))])
    return program.append(.sum, [scaled, program.operand(Tensor(shape: channels, elements: line.offsets))])
  }

  private static func number(_ number: Float) -> Tensor { Tensor(repeating: number, shape: .scalar) }
}
