import ArgumentParser
import Pipeline

/// `imgconv tensor convtranspose`: a transposed convolution.
struct ConvTransposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convtranspose",
    abstract:
      "Spread each sample over a window: the transposed convolution, with a weight C×(M/group)×k or C×(M/group)×kh×kw.",
    discussion: """
      Example:
        imgconv tensor convtranspose --input x.npy --weight w.npy --strides 2,2 \\
            --output-padding 1,1 --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The kernels: C×(M/group)×k or C×(M/group)×kh×kw.", valueName: "file"))
  var weight: String

  @Option(help: ArgumentHelp("One number for each output channel.", valueName: "file"))
  var bias: String?

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup(title: "Attributes") var convolution: TensorConvolutionOptions

  @Option(help: ArgumentHelp("Samples added at the end of each axis (default: 0).", valueName: "n,n"))
  var outputPadding: PadsArgument?

  @Option(help: ArgumentHelp("The extents of the output, from which the padding is made.", valueName: "h,w"))
  var outputShape: CountsArgument?

  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try check(("--output-padding", outputPadding), ("--output-shape", outputShape))
    try execution.validate(inputs: [input, weight, bias], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .transposedConvolution(
        convolution.attributes, outputPadding: outputPadding?.values, outputShape: outputShape?.values),
      inputs: [.input: input, .weight: weight, .bias: bias], outputs: [.output: output])
  }
}
