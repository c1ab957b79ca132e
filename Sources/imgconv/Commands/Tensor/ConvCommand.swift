import ArgumentParser
import Pipeline

/// `imgconv tensor conv`: a convolution.
struct ConvCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv",
    abstract: "Convolve an array with a weight O×(C/group)×k or O×(C/group)×kh×kw.",
    discussion: """
      Examples:
        imgconv tensor conv --input x.npy --weight w.npy --bias b.npy \\
            --strides 2,2 --pads 1,1,1,1 --output y.npy
        imgconv tensor conv --input x.npy --weight w.npy --auto-pad SAME_UPPER \\
            --algorithm im2col --output y.npy --json
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The kernels: O×(C/group)×k or O×(C/group)×kh×kw; not flipped.", valueName: "file"))
  var weight: String

  @Option(help: ArgumentHelp("One number for each output channel.", valueName: "file"))
  var bias: String?

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup(title: "Attributes") var convolution: TensorConvolutionOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input, weight, bias], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .convolution(convolution.attributes), inputs: [.input: input, .weight: weight, .bias: bias],
      outputs: [.output: output])
  }
}
