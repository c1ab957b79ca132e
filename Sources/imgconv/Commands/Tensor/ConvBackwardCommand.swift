import ArgumentParser
import Pipeline

/// `imgconv tensor conv-backward`: the gradients of a convolution.
struct ConvBackwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv-backward",
    abstract: "Write the gradients of a convolution's input, weight and bias.",
    discussion: """
      Example:
        imgconv tensor conv-backward --input x.npy --weight w.npy \\
            --grad-output dy.npy --grad-input dx.npy --grad-weight dw.npy \\
            --grad-bias db.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The kernels: O×(C/group)×k or O×(C/group)×kh×kw.", valueName: "file"))
  var weight: String

  @Option(help: ArgumentHelp("The gradient of the output, in its shape.", valueName: "file"))
  var gradOutput: String

  @Option(help: ArgumentHelp("Write the gradient of the input.", valueName: "file"))
  var gradInput: String?

  @Option(help: ArgumentHelp("Write the gradient of the weight.", valueName: "file"))
  var gradWeight: String?

  @Option(help: ArgumentHelp("Write the gradient of the bias.", valueName: "file"))
  var gradBias: String?

  @OptionGroup(title: "Attributes") var convolution: TensorConvolutionOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    guard gradInput != nil || gradWeight != nil || gradBias != nil else {
      throw ValidationError("nothing to write; expected --grad-input, --grad-weight or --grad-bias")
    }
    try execution.validate(inputs: [input, weight, gradOutput], outputs: [gradInput, gradWeight, gradBias])
  }

  func run() throws {
    try execution.run(
      .convolutionGradients(convolution.attributes), inputs: [.input: input, .weight: weight, .gradOutput: gradOutput],
      outputs: [.gradInput: gradInput, .gradWeight: gradWeight, .gradBias: gradBias])
  }
}
