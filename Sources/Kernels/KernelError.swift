/// Why a text, an array or a name does not make a kernel, with the place where it was found.
public struct KernelError: Error, Hashable, Sendable {
  /// The file, or whatever the caller calls the text (`-`, a name, an option).
  public let file: String
  /// The line, from 1; `nil` where there is no text to point into.
  public let line: Int?
  /// The column in characters, from 1; `nil` where there is no text to point into.
  public let column: Int?
  /// A stable word: `kernel.syntax`, `kernel.parameter`, `kernel.limit`, `kernel.format` or `shape.mismatch`.
  public let code: String
  /// What was found and what was expected.
  public let message: String

  /// Creates an error; `line` and `column` count from 1.
  public init(file: String, line: Int? = nil, column: Int? = nil, code: String = "kernel.syntax", message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.code = code
    self.message = message
  }
}

extension KernelError: CustomStringConvertible {
  /// The place and the message, as in `edge.kernel:3:7: row has 2 numbers, the rows above have 3`.
  public var description: String {
    guard let line, let column else { return "\(file): \(message)" }
    return "\(file):\(line):\(column): \(message)"
  }
}
