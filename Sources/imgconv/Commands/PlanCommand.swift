import ArgumentParser
import FeatureMaps
import Kernels
import Pipeline
import Tensors

/// `imgconv plan`: what a job would do, without decoding a pixel.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show shapes, padding, parameters, cost and memory of a job; decodes no pixels.",
    discussion: """
      IN is a file, or numbers: WxHxC for any count of channels, WxH for one, L for a signal, which has one axis and takes
      kernels of one row. Numbers stand for 8-bit samples without alpha. Few samples are drawn, with their padding and the
      windows on them. --html writes a page that slides the windows over their input.

      Examples:
        imgconv plan edge.kernel in.png
        imgconv plan gaussian:5 5640x3172x3 --stride 2 --json
        imgconv plan "1 1 1 1 1 1" 13 --stride 5 --padding same
        imgconv plan --kernel gaussian3 --kernel sobel-x 56x56x64 --pool max:2
        imgconv plan gaussian3 13x9 --stride 2 --dilation 2 --html plan.html
      """)

  @Argument(
    help: ArgumentHelp(
      "The kernel (unless every kernel is a --kernel), and an image or WIDTHxHEIGHTxCHANNELS.", valueName: "kernel in"))
  var arguments: [String]

  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions

  @Option(
    help: ArgumentHelp(
      "Write a page with the windows in motion: one file that works without a network.", valueName: "page"))
  var html: String?

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func validate() throws {
    guard arguments.count == 2 || (arguments.count == 1 && !convolution.kernel.isEmpty) else {
      throw ValidationError("\(arguments.count.counted("argument")); expected KERNEL IN, or --kernel KERNEL … IN")
    }
    if let fault = ExtentsArgument(argument: arguments[arguments.count - 1])?.fault { throw ValidationError(fault) }
  }

  func run() throws {
    let steps = try convolution.steps(
      kernels: arguments.dropLast() + convolution.kernel, input: arguments.last)
    for (kernel, _) in steps { kernel.notes.forEach(talk.reporter.note) }
    let job = try color.job(steps.map { .convolution($0.step) } + post.steps, kernel: steps.last?.kernel)
    let report = try Self.report(on: job, for: arguments[arguments.count - 1], options: resources.runOptions)
    if let html { try report.writePage(to: html, title: title(of: steps), mayReplace: overwriting.mayReplace) }
    if html == "-" { return }
    if json { try Reporter.outputJSON(report) } else { try Reporter.output(report.text + "\n") }
  }

  /// What the page is called.
  private func title(of steps: [(kernel: Kernel, step: ConvolutionStep)]) -> String {
    "\(steps.map(\.kernel.name).joined(separator: " → ")) on \(arguments[arguments.count - 1])"
  }

  /// The plan for samples of the extents given as numbers, or for a file.
  private static func report(on job: ImageJob, for input: String, options: RunOptions) throws -> PlanReport {
    guard let extents = ExtentsArgument(argument: input) else {
      return PlanReport(try JobRunner.plan(job, input: input, options: options).1)
    }
    return try PlanReport(
      job, channelCount: extents.channels, width: extents.width, height: extents.height,
      isSignal: extents.isSignal, limits: options.limits)
  }
}
