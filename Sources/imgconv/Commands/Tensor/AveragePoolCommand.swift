import ArgumentParser
import Pipeline

/// `imgconv tensor averagepool`: the mean of each window.
struct AveragePoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "averagepool",
    abstract: "Take the mean of each window.",
    discussion: """
      Example:
        imgconv tensor averagepool --input x.npy --kernel-shape 3,3 --pads 1,1,1,1 \\
            --count-include-pad --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions

  @Option(defaultAsFlag: .on, help: "Count padded samples, as zeros; 0 or 1 may follow.")
  var countIncludePad: AttributeSwitch?

  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .pooling(.average(countingPadding: countIncludePad == .on), pooling.attributes), inputs: [.input: input],
      outputs: [.output: output])
  }
}
