import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv batch`: one kernel, or a chain, over many images.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Filter many images with a kernel.",
    discussion: """
      INPUT is a file, a folder with all below it, a pattern with *, ?, [] or **, or - for a list of names on standard
      input. Outputs keep the place that their inputs have below the folder or pattern named. All names are checked
      before the first file is written. A file that fails does not stop the rest; the command then ends with 1. After
      SIGINT, SIGTERM or SIGHUP it ends with 130, 143 or 129, and --resume does the rest.

      Examples:
        imgconv batch edge.kernel photos --out edges
        imgconv batch gaussian:2 "photos/**/*.jpg" --out soft --suffix _soft
        imgconv batch sharpen photos --out sharp --log sharp.jsonl --resume
        find photos -type f | imgconv batch sobel-x - --root photos --out sobel
        imgconv batch sharpen photos --out part --shard 0/4 --log part-0.jsonl
      """)

  @Argument(
    help: ArgumentHelp(
      "The kernel (unless there is a --kernel), and what to read.", valueName: "kernel input"))
  var arguments: [String] = []

  @OptionGroup(title: "Files") var files: BatchFileOptions
  @OptionGroup(title: "The run") var batch: BatchRunOptions
  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "Output options") var encoding: EncodingOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print the summary, or with --dry-run the plan, as JSON on standard output.")
  var json = false

  /// With `--kernel` every argument is an input.
  private var kernelCount: Int { convolution.kernel.isEmpty ? 1 : 0 }

  func validate() throws {
    guard arguments.count > kernelCount || (files.isZeroTerminated && arguments.count == kernelCount) else {
      throw ValidationError(
        "\(arguments.count.counted("argument")); expected KERNEL INPUT …, or --kernel KERNEL … INPUT …")
    }
  }

  func run() throws {
    let steps = try convolution.steps(kernels: arguments.prefix(kernelCount) + convolution.kernel)
    for (kernel, _) in steps { kernel.notes.forEach(talk.reporter.note) }
    let job = try color.job(steps.map { .convolution($0.step) } + post.steps, kernel: steps.last?.kernel)
    let plan = try BatchPlan(
      inputs: files.inputs(Array(arguments.dropFirst(kernelCount))), naming: files.naming, job: job,
      outputOptions: OutputOptions(quality: encoding.quality, compression: encoding.compression),
      tolerance: resources.failOn, options: try batch.options(force: overwriting.force))
    let images = ManyImages(talk: talk, json: json)
    if batch.dryRun { try images.show(plan) }
    try images.run(plan, options: resources.runOptions)
  }
}
