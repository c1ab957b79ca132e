import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv apply`: one kernel, or a chain, over one image.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Filter one image with a kernel.",
    discussion: """
      KERNEL is a file, a built-in name (imgconv kernels list) or numbers. A file named - is standard input or output.

      Examples:
        imgconv apply edge.kernel in.png out.png
        imgconv apply sobel-x in.jpg out.png --map signed
        imgconv apply gaussian:2 in.png out.png --border reflect101
        imgconv apply "0 -1 0; -1 5 -1; 0 -1 0" in.png out.jpg --quality 95
        imgconv apply --kernel gaussian:1 --kernel laplacian in.png out.png --activation abs --pool max:2
        imgconv apply emboss-grey in.png out.png --show
      """)

  @Argument(
    help: ArgumentHelp(
      "The kernel (unless every kernel is a --kernel), the image to read and the file to write.",
      valueName: "kernel in out"))
  var arguments: [String]

  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "Output options") var output: OutputFileOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var talk: TalkOptions
  @OptionGroup var preview: ShowOptions

  @Flag(help: "Print what was done as JSON on standard output.")
  var json = false

  func validate() throws {
    guard arguments.count == 3 || (arguments.count == 2 && !convolution.kernel.isEmpty) else {
      throw ValidationError(
        "\(arguments.count.counted("argument")); expected KERNEL IN OUT, or --kernel KERNEL … IN OUT")
    }
    if json && arguments.last == "-" { throw ValidationError("--json and an image both go to standard output") }
    try preview.validate(output: arguments.last, json: json)
  }

  func run() throws {
    let steps = try convolution.steps(
      kernels: arguments.dropLast(2) + convolution.kernel, input: arguments[arguments.count - 2])
    for (kernel, _) in steps { kernel.notes.forEach(talk.reporter.note) }
    let job = try color.job(steps.map { .convolution($0.step) } + post.steps, kernel: steps.last?.kernel)
    try OneImage(talk: talk, json: json).run(
      job, input: arguments[arguments.count - 2], output: arguments[arguments.count - 1],
      outputOptions: output.outputOptions,
      options: resources.runOptions)
    try preview.show(arguments[arguments.count - 1], talk: talk, options: resources.runOptions)
  }
}
