import Tensors

/// What one node gave.
public struct LayerResult: Sendable {
  /// The node.
  public let node: Network.Node
  /// Its results, by the names of the values, in the node's order.
  public let values: [(name: String, value: NetworkValue)]
}

/// Computes a planned network node by node.
///
/// Values are let go once their last reader has run. Operators that work element by element wait for one another and are computed
/// together. Weights are packed once: an executor that is started again uses them again. Results do not depend on threads.
public struct NetworkExecutor {
  /// A node with what is known of it before it runs.
  private struct Step {
    let node: Network.Node
    let isElementwise: Bool
    let isWatched: Bool
    let isConstant: [Bool]
  }

  private let plan: NetworkPlan
  private let steps: [Step]
  private let threadCount: Int
  private let memoryLimit: Int
  private let layers = PreparedLayers()

  private var values: [String: NetworkValue] = [:]
  private var heldBytes = 0
  private var usesLeft: [String: Int] = [:]
  private var pending: PendingElements?
  private var nextNode = 0
  private var ready: [LayerResult] = []
  private var failure: NetworkError?

  /// Prepares the execution of a plan.
  ///
  /// - Parameters:
  ///   - plan: what is computed.
  ///   - threadCount: the threads to use.
  ///   - memoryLimit: the bytes that the values held at one time may take.
  public init(_ plan: NetworkPlan, threadCount: Int = 1, memoryLimit: Int = .max) {
    self.plan = plan
    steps = plan.network.nodes.map { node in
      Step(
        node: node, isElementwise: ElementLowering.serves(node.operation), isWatched: plan.watched.contains(node.name),
        isConstant: node.inputs.map { $0.isEmpty || plan.network.constants[$0] != nil })
    }
    self.threadCount = threadCount
    self.memoryLimit = memoryLimit
  }

  /// Begins with these values; `next()` then computes.
  ///
  /// - Throws: `NetworkError` of code `input` where one is missing or has other extents than the network takes.
  public mutating func start(_ inputs: [String: NetworkValue]) throws(NetworkError) {
    (values, usesLeft, pending, nextNode, ready, failure) = (inputs, plan.useCounts, nil, 0, [], nil)
    heldBytes = inputs.values.reduce(0) { $0 + $1.byteCount }
    for input in plan.network.inputs where plan.useCounts[input.name] != nil {
      guard let value = inputs[input.name] else {
        throw NetworkError(.input, "the input '\(input.name)' is missing")
      }
      let extents = value.shape.extents
      let fits =
        extents.count == input.extents.count && zip(extents, input.extents).allSatisfy { $1 == nil || $0 == $1 }
      guard fits || input.extents.isEmpty else {
        throw NetworkError(
          .input, "the input '\(input.name)' is \(value.shape); expected \(NetworkShapeText.text(input.extents))")
      }
    }
  }

  /// The results of the next node that is watched; `nil` when all nodes are computed.
  ///
  /// - Throws: `NetworkError` where a node cannot be computed, after all that came before it was handed out.
  public mutating func next() throws(NetworkError) -> LayerResult? {
    while ready.isEmpty {
      if let failure { throw failure }
      guard nextNode < steps.count else {
        guard pending != nil else { return nil }
        flush()
        continue
      }
      do { try compute(steps[nextNode]) } catch {
        failure = error
        flush()
      }
      nextNode += 1
    }
    return ready.removeFirst()
  }

  /// The outputs of the network, once `next()` has given `nil`.
  public var outputs: [(name: String, value: NetworkValue)] {
    plan.outputs.compactMap { name in value(name).map { (name, $0) } }
  }

  private func value(_ name: String) -> NetworkValue? { values[name] ?? plan.network.constants[name] }

  // MARK: Nodes

  private mutating func compute(_ step: Step) throws(NetworkError) {
    if step.isElementwise, try append(step) { return }
    flush()
    let (node, arguments) = (step.node, arguments(of: step))
    for input in node.inputs { use(input) }
    let results: [NetworkValue]
    if let function = try ElementFunction(arguments) {
      results = [try LogicOperators.function(function, arguments)]
    } else if let run = OperatorTable.find(node.operation) {
      results = try run(arguments)
    } else {
      throw NetworkError(.unsupported, "\(node): this operator is not supported")
    }
    var given: [(name: String, value: NetworkValue)] = []
    for (name, value) in zip(node.outputs, results) where !name.isEmpty {
      given.append((name, value))
      hold(value, name)
    }
    if step.isWatched { ready.append(LayerResult(node: node, values: given)) }
  }

  private func arguments(of step: Step) -> Arguments {
    Arguments(
      step.node, opset: plan.network.opset, values: step.node.inputs.map { value($0) },
      isConstant: step.isConstant, threadCount: threadCount,
      memoryLimit: max(0, memoryLimit - heldBytes), layers: layers)
  }

  /// Counts one reading of a value, and lets it go after the last.
  private mutating func use(_ name: String) {
    guard let left = usesLeft[name] else { return }
    usesLeft[name] = left - 1
    if left == 1, let value = values.removeValue(forKey: name) { heldBytes -= value.byteCount }
  }

  /// Keeps a value that somebody will read.
  private mutating func hold(_ value: NetworkValue, _ name: String) {
    guard usesLeft[name, default: 0] > 0 else { return }
    heldBytes += value.byteCount
    values[name] = value
  }

  // MARK: Element-wise nodes

  /// Adds a node to those that are computed together; false where it works on whole numbers.
  private mutating func append(_ step: Step) throws(NetworkError) -> Bool {
    let node = step.node
    let shapes = node.inputs.compactMap { pending?.shape(of: $0) ?? value($0)?.shape }
    let isWhole = node.inputs.contains { input in
      if case .integers? = value(input) { true } else { false }
    }
    if isWhole { return false }
    guard let extents = Broadcasting.extents(ElementLowering.operandShapes(node, shapes)) else {
      throw NetworkError(.shape, "\(node): \(shapes.map(\.description).joined(separator: " and ")) do not fit")
    }
    let waits = pending.map { ElementLowering.needsParameters(of: node, among: $0) } ?? false
    if pending?.shape.extents != extents || pending?.isFull == true || waits { flush() }
    // Results that wait are read by their place; only what is not among them is looked up.
    let arguments = arguments(of: step)
    let shape = try arguments.shape(extents)
    var program = pending ?? PendingElements(shape: shape)
    try ElementLowering(arguments).append(to: &program)
    pending = program
    for input in node.inputs { use(input) }
    return true
  }

  /// Computes the element-wise nodes that wait.
  private mutating func flush() {
    guard let waiting = pending else { return }
    pending = nil
    let wanted = waiting.nodes.filter { node, _ in
      plan.watched.contains(node.name) || usesLeft[node.outputs[0], default: 0] > 0
    }
    let threads = waiting.shape.elementCount * waiting.nodes.count < 1 << 15 ? 1 : threadCount
    let tensors = waiting.program.results(of: wanted.map(\.instruction), threadCount: threads)
    for ((node, _), tensor) in zip(wanted, tensors) {
      let name = node.outputs[0]
      hold(.floats(tensor), name)
      if plan.watched.contains(node.name) {
        ready.append(LayerResult(node: node, values: [(name, .floats(tensor))]))
      }
    }
  }
}

/// How extents are written where some are not known.
public enum NetworkShapeText {
  /// As `?×3×224×224`.
  public static func text(_ extents: [Int?]) -> String {
    extents.isEmpty ? "any shape" : extents.map { $0.map(String.init) ?? "?" }.joined(separator: "×")
  }
}
