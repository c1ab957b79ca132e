import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv explain`: how one output sample came about.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the window, the products, the sum and the stored sample of one place of the output.",
    discussion: """
      The sum is the engine's: the job runs as apply would run it. Of several kernels, and poolings after them, the last is
      explained; its samples are the results of those before it. Large windows are printed in part, with --json whole.
      --html writes a page in which every other sample can be looked at, and the kernel edited.

      Examples:
        imgconv explain sobel-x in.png --at 0,0
        imgconv explain gaussian5 in.png --at 10,20 --border reflect101 --json
        imgconv explain --kernel gaussian3 --kernel laplacian in.png --at 31,7 --channels luma --map signed
        imgconv explain sobel-x in.png --at 5,3 --activation relu --pool max:2
        imgconv explain sobel-x in.png --at 5,3 --map signed --html page.html
      """)

  @Argument(
    help: ArgumentHelp("The kernel (unless every kernel is a --kernel) and the image.", valueName: "kernel in"))
  var arguments: [String]

  @Option(help: ArgumentHelp("Column and row of the output sample, from 0.", valueName: "x,y"))
  var at: PlaceArgument

  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "The page") var page: PageOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print the explanation as JSON.")
  var json = false

  func validate() throws {
    guard arguments.count == 2 || (arguments.count == 1 && !convolution.kernel.isEmpty) else {
      throw ValidationError("\(arguments.count.counted("argument")); expected KERNEL IN, or --kernel KERNEL … IN")
    }
  }

  func run() throws {
    let steps = try convolution.steps(
      kernels: arguments.dropLast() + convolution.kernel, input: arguments.last)
    for (kernel, _) in steps { kernel.notes.forEach(talk.reporter.note) }
    let job = try color.job(steps.map { .convolution($0.step) } + post.steps, kernel: steps.last?.kernel)
    let input = arguments[arguments.count - 1]
    let explanation = try JobRunner.explain(
      x: at.x, y: at.y, of: job, input: input, options: resources.runOptions)
    for damage in explanation.damage { talk.reporter.note("warning: \(input): \(damage)") }
    let chain = JobPage.Chain(
      job: job, kernels: steps.map(\.kernel), arguments: convolution.shownArguments(arguments.dropLast()))
    try page.write([chain], at: (at.x, at.y), input: input, options: resources.runOptions, overwriting)
    if page.takesStandardOutput { return }
    if json { try Reporter.outputJSON(explanation) } else { try Reporter.output(explanation.text + "\n") }
  }
}
