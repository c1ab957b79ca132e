import CCodecs

extension CodecError {
  /// What the C side reports, which uses the raw values of `Code`.
  init(_ error: imgconv_error) {
    let word = text(error.code)
    guard let code = Code(rawValue: word) else { preconditionFailure("the code \(word) is not declared") }
    self.init(code, text(error.message))
  }
}

/// The text in a C array of characters, up to its zero.
func text<Characters>(_ characters: Characters) -> String {
  unsafe withUnsafeBytes(of: characters) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
