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
    subcommands: [
      ApplyCommand.self, BatchCommand.self, MergeLogsCommand.self, PoolCommand.self, MapsCommand.self,
      ExplainCommand.self, PlanCommand.self,
      RunCommand.self, KernelsCommand.self, LearnCommand.self, DiffCommand.self,
      TensorCommand.self, BenchCommand.self,
    ])

  /// Parses, runs, and ends with the exit code that fits.
  static func main() {
    Machine.fitAddressSpace()
    Machine.keepFreedMemory()
    Interruption.install()
    // Where the line is understood, a --json before any -- is the command's own flag.
    var isJSON = false
    do {
      let arguments = try CommandLineBytes.arguments()
      try refuseNamesLikeFlags(arguments)
      var command = try parseAsRoot(arguments.map(shieldingMinus))
      isJSON = arguments.prefix { $0 != "--" }.contains("--json")
      try command.run()
    } catch {
      ExitStatus.end(with: error, asJSON: isJSON)
    }
  }

  /// An argument that is made of numbers and begins with a minus, with a blank before it, so that it is not taken for an option.
  ///
  /// `"-1 0 1"` is a kernel and `-0.5:0.5` a range; readers of numbers skip blanks.
  private static func shieldingMinus(_ argument: String) -> String {
    let bytes = argument.utf8
    guard bytes.first == UInt8(ascii: "-"), let second = bytes.dropFirst().first,
      second == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(second),
      bytes.allSatisfy({ "0123456789.,;:/+-eE \t\n".utf8.contains($0) })
    else { return argument }
    return " " + argument
  }

  /// Refuses a word of several letters after a single minus: no option is one, and the parser would take its letters for flags.
  ///
  /// - Throws: `ValidationError`, which says how to name such a file.
  private static func refuseNamesLikeFlags(_ arguments: [String]) throws {
    for argument in arguments.prefix(while: { $0 != "--" }).map(shieldingMinus) {
      guard argument.hasPrefix("-"), !argument.hasPrefix("--"), argument.utf8.count > 2 else { continue }
      throw ValidationError(
        "\(argument) begins with a minus and is no option; a file of that name is written ./\(argument)")
    }
  }
}
