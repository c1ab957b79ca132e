/// Why a job cannot be planned or did not finish.
///
/// It adds to a room's error what only the caller of that room knows: which file it was about.
public struct JobError: Error, Equatable, Sendable {
  /// What kind of failure it is; it decides the exit code of a command.
  public enum Kind: Sendable, Equatable {
    /// The input, a kernel or the plan is refused.
    case badData
    /// An input does not exist or cannot be opened.
    case noInput
    /// An output cannot be created, or exists and must not be replaced.
    case cannotCreate
    /// Reading or writing failed on the way.
    case inputOutput
    /// The system does not permit it.
    case permission
    /// The reader of our output is gone.
    case closedPipe
    /// A defect of this program.
    case internalError
  }

  /// The kind.
  public let kind: Kind
  /// A stable word for programs, as `png.truncated`.
  public let code: String
  /// The file or argument it is about, as the user wrote it, if any.
  public let path: String?
  /// What is wrong, with numbers, and what was expected.
  public let message: String

  /// Creates an error.
  public init(_ kind: Kind, code: String, path: String? = nil, _ message: String) {
    self.kind = kind
    self.code = code
    self.path = path
    self.message = message
  }
}

extension JobError: CustomStringConvertible {
  /// The path, a colon and the message; bytes of names that are no UTF-8 as `\xFF`.
  public var description: String {
    PathBytes.readable(path.map { "\($0): \(message)" } ?? message)
  }
}
