import Convolution

/// Why a network cannot be made of what a model says, or a layer of it cannot be computed.
public struct NetworkError: Error, Equatable {
  /// What kind of failure it is.
  public enum Code: String, Sendable {
    /// An operator, or a way of using one, that is not supported.
    case unsupported = "model.operator"
    /// Layers that need one another, or a value that is made twice.
    case order = "model.graph"
    /// A layer reads a value that nothing gives, or one of another kind.
    case value = "model.value"
    /// An attribute has a value that is not allowed.
    case attribute = "model.attribute"
    /// The input of the network is missing or does not fit.
    case input = "model.input"
    /// Shapes do not fit one another.
    case shape = "shape.mismatch"
    /// A result needs more memory than may be used.
    case memory = "limit.memory"
  }

  /// The kind.
  public let code: Code
  /// What is wrong, with the layer and the numbers, and what was expected.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// An operator's error about a layer.
  init(_ error: OperatorError, in node: Network.Node) {
    let code: Code =
      switch error {
      case .attribute: .attribute
      case .notFinite: .value
      case .instructionSet: .unsupported
      case .tooLarge: .memory
      case .rank, .channels, .shape, .doesNotFit, .emptyWindow: .shape
      }
    self.init(code, "\(node): \(error)")
  }
}

extension NetworkError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
