import ArgumentParser
import Pipeline

/// The command line: a list of commands.
@main
struct ImgConv: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imgconv",
    abstract: "Runs convolutions on PNG and JPEG files.",
    discussion: """
      Example:
        imgconv apply edge.kernel in.png out.png
      """,
    version: Version.text,
    subcommands: [ApplyCommand.self, PoolCommand.self, PlanCommand.self, KernelsCommand.self, DiffCommand.self])

  /// Parses, runs, and ends with the exit code that fits.
  static func main() {
    Interruption.install()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      ExitStatus.end(with: error)
    }
  }
}
