import ArgumentParser
import Pipeline

/// `imgconv tensor maxpool`: the maximum of each window.
struct MaxPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maxpool",
    abstract: "Take the largest sample of each window.",
    discussion: """
      Example:
        imgconv tensor maxpool --input x.npy --kernel-shape 2,2 --strides 2,2 \\
            --output y.npy --indices i.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp("Write where each maximum stood in the whole input, as 64-bit integers.", valueName: "file"))
  var indices: String?

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output, indices])
  }

  func run() throws {
    try execution.run(
      .pooling(.maximum, pooling.attributes), inputs: [.input: input], outputs: [.output: output, .indices: indices])
  }
}
