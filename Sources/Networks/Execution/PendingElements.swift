import Tensors

/// Element-wise nodes that wait to be computed together, and where the result of each stands in their program.
struct PendingElements {
  /// The most nodes that wait.
  private static let capacity = 64

  private(set) var program: ElementwiseProgram
  private(set) var nodes: [(node: Network.Node, instruction: Int)] = []
  private var sources: [String: ElementwiseProgram.Source] = [:]

  init(shape: Shape) { program = ElementwiseProgram(shape: shape) }

  /// The shape of all results.
  var shape: Shape { program.shape }

  /// Whether no more nodes should be added.
  var isFull: Bool { nodes.count >= Self.capacity }

  /// The shape of a value, where it is among the results that wait.
  func shape(of name: String) -> Shape? {
    if case .result? = sources[name] { program.shape } else { nil }
  }

  /// Where a value is read: from a result that waits, or from a tensor.
  mutating func source(_ name: String, _ tensor: () throws(NetworkError) -> Tensor) throws(NetworkError)
    -> ElementwiseProgram.Source
  {
    if let source = sources[name] { return source }
    let source = program.addOperand(try tensor())
    if !name.isEmpty { sources[name] = source }
    return source
  }

  /// Reads a tensor that has no name.
  mutating func operand(_ tensor: Tensor) -> ElementwiseProgram.Source { program.addOperand(tensor) }

  /// Adds an instruction.
  mutating func append(
    _ function: ElementFunction, _ operands: [ElementwiseProgram.Source]
  ) -> ElementwiseProgram.Source {
    program.append(function, operands)
  }

  /// Names the last instruction's result as that of a node.
  mutating func finish(_ node: Network.Node, _ result: ElementwiseProgram.Source) {
    guard case .result(let instruction) = result else { preconditionFailure("a node has an instruction") }
    nodes.append((node, instruction))
    sources[node.outputs[0]] = result
  }
}
