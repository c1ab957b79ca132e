import ArgumentParser
import Pipeline

/// `imgconv tensor im2col`: the matrix of windows.
struct Im2ColCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "im2col",
    abstract: "Write the matrix of windows of each image, N×(C·kh·kw)×(H'·W'): each receptive field a column.",
    discussion: """
      Example:
        imgconv tensor im2col --input x.npy --kernel-shape 3,3 --pads 1,1,1,1 \\
            --output columns.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The taps of the kernel on each axis.", valueName: "k,k"))
  var kernelShape: CountsArgument

  @OptionGroup(title: "Attributes") var window: TensorWindowOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try check(("--kernel-shape", kernelShape))
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .im2col(kernelShape: kernelShape.values, window.attributes), inputs: [.input: input], outputs: [.output: output])
  }
}

/// `imgconv tensor col2im`: the adjoint of `im2col`.
struct Col2ImCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "col2im",
    abstract: "Add up each sample's places in a matrix of windows: the adjoint of im2col.",
    discussion: """
      Example:
        imgconv tensor col2im --input columns.npy --image-shape 6,6 \\
            --kernel-shape 3,3 --pads 1,1,1,1 --output sums.npy
      """)

  @Option(help: ArgumentHelp("The matrices to read: N×(C·kh·kw)×(H'·W').", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The extents of a plane of the result: L or H,W.", valueName: "h,w"))
  var imageShape: CountsArgument

  @Option(
    name: [.long, .customLong("block-shape")],
    help: ArgumentHelp("The taps of the kernel on each axis.", valueName: "k,k"))
  var kernelShape: CountsArgument

  @OptionGroup(title: "Attributes") var window: TensorWindowOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try check(("--image-shape", imageShape), ("--kernel-shape", kernelShape))
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .col2im(
        imageShape: imageShape.values, kernelShape: kernelShape.values, window.attributes), inputs: [.input: input],
      outputs: [.output: output])
  }
}
