import ArgumentParser
import Pipeline

/// Whether a result is shown in the terminal.
struct ShowOptions: ParsableArguments {
  @Flag(help: "Show the result in the terminal too: by kitty's, iTerm2's or sixel graphics, else in half blocks.")
  var show = false

  /// Refuses a picture beside an output or a report on one stream.
  ///
  /// - Throws: `ValidationError`.
  func validate(output: String?, json: Bool) throws {
    if show && output == "-" { throw ValidationError("--show and an image both go to standard output") }
    if show && json { throw ValidationError("--show and --json both go to standard output") }
  }

  /// Shows an image file, where that is asked for and the terminal can.
  ///
  /// - Throws: `JobError`.
  func show(_ path: String, talk: TalkOptions, options: RunOptions) throws {
    guard show else { return }
    guard let size = Terminal.size else {
      return talk.reporter.note("--show is left out: standard output is no terminal")
    }
    guard let graphics = Terminal.graphics else {
      return talk.reporter.note("--show is left out: the terminal shows no pictures, as TERM and NO_COLOR say")
    }
    let bytes: [UInt8]
    do { bytes = try TerminalPreview.bytes(ofImage: path, graphics: graphics, size: size, options: options) } catch {
      // The result is there, and may be an array.
      guard error.code == "format.unsupported" else { throw error }
      return talk.reporter.note("--show is left out: \(error)")
    }
    try Reporter.output(bytes: bytes)
  }
}
