import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv plan`: what a job would do, without decoding a pixel.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show shapes, padding, parameters, cost and memory of a job; decodes no pixels.",
    discussion: """
      Examples:
        imgconv plan edge.kernel in.png
        imgconv plan gaussian:5 5640x3172x3 --stride 2 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "The kernel (unless every kernel is a --kernel), and an image or WIDTHxHEIGHTxCHANNELS.", valueName: "kernel in"))
  var arguments: [String]

  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func validate() throws {
    guard arguments.count == 2 || (arguments.count == 1 && !convolution.kernel.isEmpty) else {
      throw ValidationError("\(arguments.count) arguments; expected KERNEL IN, or --kernel KERNEL … IN")
    }
  }

  func run() throws {
    let steps = try convolution.steps(kernels: arguments.dropLast() + convolution.kernel)
    let job = try color.job(steps.map { .convolution($0.step) } + post.steps, mapOfKernel: steps.last?.kernel.map)
    let report = PlanReport(try Self.plan(job, for: arguments[arguments.count - 1], options: resources.runOptions))
    if json { try Reporter.outputJSON(report) } else { try Reporter.output(report.text + "\n") }
  }

  /// The plan for an image of the extents given as `WxH` or `WxHxC`, or for a file.
  private static func plan(_ job: ImageJob, for input: String, options: RunOptions) throws -> JobPlan {
    guard let (format, width, height) = extents(input) else {
      return try JobRunner.plan(job, input: input, options: options).1
    }
    return try JobPlan(job: job, format: format, width: width, height: height)
  }

  private static func extents(_ text: String) -> (PixelFormat, Int, Int)? {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2 || numbers.count == 3, let width = numbers[0], let height = numbers[1],
      width > 0, height > 0
    else { return nil }
    switch numbers.count == 3 ? numbers[2] : 3 {
    case 1: return (PixelFormat(.grey), width, height)
    case 2: return (PixelFormat(.grey, hasAlpha: true), width, height)
    case 3: return (PixelFormat(.rgb), width, height)
    case 4: return (PixelFormat(.rgb, hasAlpha: true), width, height)
    default: return nil
    }
  }
}
