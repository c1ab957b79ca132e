/// A word of a kernel's file that this module does not know the meaning of, with the place where it stands.
public struct KernelAdvice: Sendable {
  /// The word, as written.
  public let text: String
  private let file: String
  private let position: TextPosition?

  init(_ text: String, file: String, at position: TextPosition) {
    self.text = text
    self.file = file
    self.position = position
  }

  /// An error about this word, which names the place where it stands.
  public func fault(_ message: String) -> KernelError {
    KernelError(file: file, line: position?.line, column: position?.column, message: message)
  }
}

extension KernelAdvice: Equatable {
  /// Whether the words are the same, wherever they stand.
  public static func == (first: KernelAdvice, second: KernelAdvice) -> Bool { first.text == second.text }
}

extension KernelAdvice: ExpressibleByStringLiteral {
  /// Creates advice that stands in no file; errors about it name the word alone.
  public init(stringLiteral text: String) {
    self.text = text
    file = text
    position = nil
  }
}
