import ArgumentParser
import Pipeline

/// `imgconv tensor lppool`: the norm of each window.
struct LpPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lppool",
    abstract: "Take the p-norm of each window, (Σ |x|^p)^(1/p).",
    discussion: """
      Example:
        imgconv tensor lppool --input x.npy --kernel-shape 2,2 --p 1 \\
            --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions
  @OptionGroup(title: "Attributes") var norm: NormOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .pooling(.norm(p: norm.p), pooling.attributes), inputs: [.input: input], outputs: [.output: output])
  }
}
