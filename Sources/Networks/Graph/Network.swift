import Tensors

/// A network: nodes that turn values into values, in an order in which each comes after what it reads.
///
/// It exists only when every value that a node reads is an input, a constant or the result of one node, and no nodes wait for one another.
/// Operators and their meaning are those of ONNX (opsets 7 to 22).
public struct Network: Sendable {
  /// A value that is given to the network.
  public struct Input: Hashable, Sendable {
    /// The value's name.
    public let name: String
    /// The extents, outermost first; `nil` where any is taken.
    public let extents: [Int?]

    /// Creates an input.
    public init(name: String, extents: [Int?]) {
      self.name = name
      self.extents = extents
    }
  }

  /// An operator with the values that it reads and gives.
  public struct Node: Hashable, Sendable {
    /// What it is called; every node has a name of its own.
    public var name: String
    /// ONNX's name of the operator, as `Conv`.
    public var operation: String
    /// The names of the values that it reads; empty where an optional one is left out.
    public var inputs: [String]
    /// The names of the values that it gives; empty where nobody wants one.
    public var outputs: [String]
    /// What else it is told.
    public var attributes: [String: Attribute]

    /// Creates a node.
    public init(
      name: String, operation: String, inputs: [String], outputs: [String], attributes: [String: Attribute] = [:]
    ) {
      self.name = name
      self.operation = operation
      self.inputs = inputs
      self.outputs = outputs
      self.attributes = attributes
    }
  }

  /// An attribute of a node.
  public enum Attribute: Hashable, Sendable {
    /// A number.
    case float(Float)
    /// Numbers.
    case floats([Float])
    /// A whole number.
    case integer(Int)
    /// Whole numbers.
    case integers([Int])
    /// A word.
    case text(String)
    /// Words.
    case texts([String])
    /// A tensor.
    case value(NetworkValue)
  }

  /// The values that are given to it.
  public let inputs: [Input]
  /// The names of the values that it gives.
  public let outputs: [String]
  /// Weights and other values that do not change, by name.
  public internal(set) var constants: [String: NetworkValue]
  /// The nodes, each after those that it needs.
  public internal(set) var nodes: [Node]
  /// The version of the operators' meaning.
  public let opset: Int

  /// Checks and orders the nodes of a network.
  ///
  /// `Constant` nodes become constants. Nodes without a name are called after their operator and their place.
  ///
  /// - Parameters:
  ///   - inputs: the values that are given; those that are constants too are left out.
  ///   - outputs: the values that are wanted; those of the last node when empty.
  ///   - constants: the values that do not change.
  ///   - nodes: the operators, in any order.
  ///   - opset: the version of their meaning.
  /// - Throws: `NetworkError` of code `order` or `value`.
  public init(
    inputs: [Input], outputs: [String], constants: [String: NetworkValue], nodes: [Node], opset: Int = 22
  ) throws(NetworkError) {
    var (constants, rest) = (constants, [Node]())
    for (index, var node) in nodes.enumerated() {
      if node.name.isEmpty { node.name = "\(node.operation)_\(index)" }
      if node.operation == "Constant", let output = node.outputs.first {
        guard constants.updateValue(try node.constant, forKey: output) == nil else {
          throw NetworkError(.order, "the value '\(output)' is given twice; expected one \(node.operation) of it")
        }
      } else {
        rest.append(node)
      }
    }
    self.inputs = inputs.filter { [constants] in constants[$0.name] == nil }
    self.constants = constants
    self.opset = opset
    self.nodes = try NodeOrder.sorted(NodeOrder.named(rest), given: self.inputs.map(\.name) + Array(constants.keys))
    self.outputs = outputs.isEmpty ? self.nodes.last?.outputs.filter { !$0.isEmpty } ?? [] : outputs
    let known = Set(self.inputs.map(\.name)).union(constants.keys).union(self.nodes.flatMap(\.outputs))
    if let missing = self.outputs.first(where: { !known.contains($0) }) {
      throw NetworkError(.value, "the output '\(missing)' is given by no node")
    }
  }
}

extension Network.Node: CustomStringConvertible {
  /// The operator and the name, as `Conv 'stem'`.
  public var description: String { "\(operation) '\(name)'" }

  /// What a `Constant` holds.
  fileprivate var constant: NetworkValue {
    get throws(NetworkError) {
      func list(_ count: Int) throws(NetworkError) -> Shape {
        do { return try Shape([count]) } catch { throw NetworkError(.memory, "\(self): \(error)") }
      }
      for (key, attribute) in attributes {
        switch (key, attribute) {
        case ("value", .value(let value)): return value
        case ("value_float", .float(let number)): return .floats(Tensor(shape: .scalar, elements: [number]))
        case ("value_int", .integer(let number)): return .integers(IntegerTensor(shape: .scalar, elements: [number]))
        case ("value_floats", .floats(let numbers)):
          return .floats(Tensor(shape: try list(numbers.count), elements: numbers))
        case ("value_ints", .integers(let numbers)):
          return .integers(IntegerTensor(shape: try list(numbers.count), elements: numbers))
        default: continue
        }
      }
      throw NetworkError(
        .unsupported, "\(self) holds \(attributes.keys.sorted().joined(separator: ", ")); expected a tensor or numbers")
    }
  }
}

extension Shape {
  /// The shape of one number.
  static let scalar: Shape = {
    guard let shape = try? Shape([]) else { preconditionFailure("no extents make a shape") }
    return shape
  }()
}

extension Network {
  /// Whether an operator computes each element of its result from the elements at the same place.
  public static func isElementwise(_ operation: String) -> Bool { ElementLowering.serves(operation) }

  /// Whether an operator can be computed.
  public static func isSupported(_ operation: String) -> Bool {
    isElementwise(operation) || OperatorTable.find(operation) != nil
  }
}
