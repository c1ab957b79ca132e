/// How a terminal shows pictures.
public enum TerminalGraphics: Hashable, Sendable {
  /// The graphics protocol of kitty, which Ghostty has too.
  case kitty
  /// The inline images of iTerm2, which WezTerm and mintty have too.
  case inlineImages
  /// Sixels, as of DEC's VT340.
  case sixel
  /// Characters whose upper and lower halves have colours of their own, of 24 bits or of the 256 that xterm has.
  case halfBlocks(trueColor: Bool)

  /// The variables that tell what a terminal can do.
  public static let variables = [
    "TERM", "TMUX", "STY", "TERM_PROGRAM", "KITTY_WINDOW_ID", "LC_TERMINAL", "COLORTERM", "NO_COLOR",
  ]

  /// What a terminal can do, as far as variables tell.
  ///
  /// - Parameters:
  ///   - environment: the values of `variables`, where they are set.
  ///   - answersSixel: whether the terminal, asked what it is, says that it has sixels; asked only where variables do not tell.
  /// - Returns: `nil` where it can show nothing, or is not to be coloured (`NO_COLOR`).
  public static func detected(
    environment: [String: String], answersSixel: () -> Bool
  ) -> TerminalGraphics? {
    let term = environment["TERM"] ?? ""
    guard !term.isEmpty, term != "dumb" else { return nil }
    // A multiplexer passes the variables of the terminal around it on, and not what it does not know.
    let isInside = environment["TMUX"] != nil || environment["STY"] != nil
    if !isInside {
      let program = environment["TERM_PROGRAM"] ?? ""
      if term == "xterm-kitty" || term == "xterm-ghostty" || environment["KITTY_WINDOW_ID"] != nil
        || program == "ghostty"
      {
        return .kitty
      }
      if ["iTerm.app", "WezTerm", "mintty"].contains(program) || environment["LC_TERMINAL"] == "iTerm2" {
        return .inlineImages
      }
    }
    if answersSixel() { return .sixel }
    guard (environment["NO_COLOR"] ?? "").isEmpty else { return nil }
    let isTrueColor = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") || term.hasSuffix("-direct")
    return .halfBlocks(trueColor: isTrueColor)
  }

  /// Whether the answer of a terminal to “what are you” (DA1, `ESC [ c`) says that it has sixels: attribute 4.
  public static func saysSixel(answer: some Sequence<UInt8>) -> Bool {
    let text = String(decoding: Array(answer), as: UTF8.self)
    guard let start = text.firstRange(of: "\u{1B}[?"), let end = text[start.upperBound...].firstIndex(of: "c") else {
      return false
    }
    return text[start.upperBound..<end].split(separator: ";").dropFirst().contains("4")
  }
}
