import ArgumentParser
import Pipeline

/// `imgconv tensor maxpool-backward`: the gradient of `maxpool`.
struct MaxPoolBackwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maxpool-backward",
    abstract: "Write the gradient of the input of maxpool.",
    discussion: """
      Example:
        imgconv tensor maxpool-backward --input x.npy --kernel-shape 2,2 \\
            --strides 2,2 --grad-output dpool.npy --grad-input dx.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The gradient of the output, in its shape.", valueName: "file"))
  var gradOutput: String

  @Option(help: ArgumentHelp("Write the gradient of the input.", valueName: "file"))
  var gradInput: String

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input, gradOutput], outputs: [gradInput])
  }

  func run() throws {
    try execution.run(
      .poolingGradient(.maximum, pooling.attributes), inputs: [.input: input, .gradOutput: gradOutput],
      outputs: [.gradInput: gradInput])
  }
}

/// `imgconv tensor averagepool-backward`: the gradient of `averagepool`.
struct AveragePoolBackwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "averagepool-backward",
    abstract: "Write the gradient of the input of averagepool.",
    discussion: """
      Example:
        imgconv tensor averagepool-backward --input x.npy --kernel-shape 2,2 \\
            --strides 2,2 --grad-output dpool.npy --grad-input dx.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The gradient of the output, in its shape.", valueName: "file"))
  var gradOutput: String

  @Option(help: ArgumentHelp("Write the gradient of the input.", valueName: "file"))
  var gradInput: String

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions

  @Option(defaultAsFlag: .on, help: "Count padded samples, as zeros; 0 or 1 may follow.")
  var countIncludePad: AttributeSwitch?

  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input, gradOutput], outputs: [gradInput])
  }

  func run() throws {
    try execution.run(
      .poolingGradient(.average(countingPadding: countIncludePad == .on), pooling.attributes),
      inputs: [.input: input, .gradOutput: gradOutput], outputs: [.gradInput: gradInput])
  }
}

/// `imgconv tensor lppool-backward`: the gradient of `lppool`.
struct LpPoolBackwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lppool-backward",
    abstract: "Write the gradient of the input of lppool.",
    discussion: """
      Example:
        imgconv tensor lppool-backward --input x.npy --kernel-shape 2,2 \\
            --strides 2,2 --grad-output dpool.npy --grad-input dx.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The gradient of the output, in its shape.", valueName: "file"))
  var gradOutput: String

  @Option(help: ArgumentHelp("Write the gradient of the input.", valueName: "file"))
  var gradInput: String

  @OptionGroup(title: "Attributes") var pooling: TensorPoolingOptions
  @OptionGroup(title: "Attributes") var norm: NormOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input, gradOutput], outputs: [gradInput])
  }

  func run() throws {
    try execution.run(
      .poolingGradient(.norm(p: norm.p), pooling.attributes), inputs: [.input: input, .gradOutput: gradOutput],
      outputs: [.gradInput: gradInput])
  }
}
