public import Networks

/// Why a file does not hold a model.
public struct ModelFileError: Error, Equatable {
  /// What kind of failure it is.
  public enum Code: String, Sendable {
    /// The bytes are not what the format asks for.
    case corrupt = "model.corrupt"
    /// The file uses something that is not supported.
    case unsupported = "model.unsupported"
    /// A word or number of a network file is not understood.
    case syntax = "model.syntax"
    /// A tensor is larger than may be read.
    case memory = "limit.memory"
    /// The layers do not make a network.
    case network = "model.graph"
  }

  /// The stable word for reports.
  public let code: String
  /// What is wrong, with numbers, and what was expected.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code.rawValue
    self.message = message
  }

  /// An error of the network that a file describes.
  public init(_ error: NetworkError) {
    code = error.code.rawValue
    message = error.message
  }
}

extension ModelFileError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
