import ArgumentParser
import Codecs
import FeatureMaps
import Pipeline

/// `imgconv diff`: two images or two arrays compared.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two images or two .npy arrays sample by sample.",
    discussion: """
      Images must agree in size, channels and depth, arrays in shape. Differences of images are in stored units.

      Examples:
        imgconv diff a.png b.png
        imgconv diff a.png b.png --heat difference.png --tolerance 1
      """)

  @Argument(help: "The first image or array.")
  var first: String

  @Argument(help: "The second.")
  var second: String

  @Option(help: ArgumentHelp("Write the absolute differences as a PNG in colours.", valueName: "file"))
  var heat: String?

  @Option(help: ArgumentHelp("End with exit code 1 when a difference is larger.", valueName: "difference"))
  var tolerance: Double?

  @Option(help: "How hard the heat map is compressed: fast, default or small.")
  var compression: PNGCompression = .default

  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let tolerance, !(tolerance >= 0) { throw ValidationError("--tolerance is \(tolerance); expected 0 or more") }
  }

  func run() throws {
    let comparison = try FileComparison(
      first, second, heatMap: heat,
      outputOptions: OutputOptions(compression: compression, mayReplace: overwriting.mayReplace),
      options: resources.runOptions)
    let summary = ComparisonSummary(comparison)
    if json { try Reporter.outputJSON(summary) } else { try Reporter.output(summary.text + "\n") }
    if let tolerance, !(comparison.result.maximumDifference <= tolerance) {
      throw ExitCode(ExitStatus.someFailed.rawValue)
    }
  }
}
