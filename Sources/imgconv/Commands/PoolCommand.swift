import ArgumentParser
import Convolution
import Pipeline

/// `imgconv pool`: pooling alone.
struct PoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool",
    abstract: "Pool one image: the maximum or the average of each window.",
    discussion: """
      Padded samples never win a maximum and do not count in an average, unless --count-include-pad.

      Examples:
        imgconv pool max in.png out.png --size 2
        imgconv pool average in.png out.png --size 3 --stride 2 --padding same
      """)

  @Argument(help: "max or average.")
  var kind: PoolingKind

  @Argument(help: "The image to read.")
  var input: String

  @Argument(help: "The file to write.")
  var output: String

  @Option(help: ArgumentHelp("The side of a window, S or V,H.", valueName: "size"))
  var size: ExtentArgument

  @Option(help: ArgumentHelp("The step from window to window, S or V,H (default: the size).", valueName: "stride"))
  var stride: ExtentArgument?

  @Option(help: "Padding: valid, same, same-lower, N, V,H or top,right,bottom,left.")
  var padding = PaddingArgument.valid

  @Flag(help: "Keep a last window that does not fit whole.")
  var ceil = false

  @Flag(help: "Count padded samples, as zeros, in an average.")
  var countIncludePad = false

  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Output options") var outputFile: OutputFileOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print what was done as JSON on standard output.")
  var json = false

  func validate() throws {
    try check(("--size", size), ("--stride", stride), ("--padding", padding))
    if json && output == "-" { throw ValidationError("--json and an image both go to standard output") }
  }

  func run() throws {
    let step = PoolingStep(
      kind: kind, size: size.extent, stride: stride?.extent, padding: padding.padding,
      rounding: ceil ? .ceil : .floor, countsPadding: countIncludePad)
    try OneImage(talk: talk, json: json).run(
      try color.job([.pooling(step)]), input: input, output: output, outputOptions: outputFile.outputOptions,
      options: resources.runOptions)
  }
}

extension PaddingArgument {
  static let valid = PaddingArgument(padding: .valid)
}
