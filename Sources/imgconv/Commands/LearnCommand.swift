import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv learn`: the kernel that turns one image into another.
struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Find the kernel that turns one image into another.",
    discussion: """
      IN and TARGET have one size, or TARGET that of a convolution without padding. More pairs may follow.

      Examples:
        imgconv learn in.png a.png --size 3 -o found.kernel
        imgconv learn in.png a.png in.jpg b.png --size 5 --constraint symmetric --bias --json -o found.kernel
        imgconv learn in.png a.png --size 3 --method adam --steps 100 -o found.kernel
      """)

  @Argument(help: ArgumentHelp("The image that goes in and the one that is to come out.", valueName: "in target"))
  var images: [String]

  @OptionGroup(title: "What is learned") var learning: LearningOptions
  @OptionGroup(title: "How it is found") var descent: DescentOptions

  @Option(help: "The format: \(KernelFormat.writable) (default: native).", transform: KernelFormat.init(written:))
  var to: KernelFormat = .native

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The kernel file to write (default: standard output).", valueName: "file"))
  var output = "-"

  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print what was learned as JSON.")
  var json = false

  func validate() throws {
    guard images.count >= 2, images.count % 2 == 0 else {
      throw ValidationError("\(images.count.counted("image")); expected IN TARGET, or several pairs of these")
    }
    if json && output == "-" {
      throw ValidationError("--json and a kernel both go to standard output; -o names a file")
    }
  }

  func run() throws {
    var losses = LossLines(talk: talk)
    let learned = try KernelLearning.run(
      learning.job(images: images, method: descent.chosen), options: resources.runOptions,
      progress: { losses.show(step: $0, loss: $1) })
    try KernelFile.write(learned.kernel, to: output, format: to, mayReplace: overwriting.mayReplace)
    let summary = LearningSummary(learned)
    try descent.drawLosses(learned.losses, mayReplace: overwriting.mayReplace)
    summary.warnings.forEach { talk.reporter.note("warning: \($0)") }
    if json { return try Reporter.outputJSON(summary) }
    if output == "-" { talk.reporter.detail(summary.text) } else { try Reporter.output(summary.text + "\n") }
  }
}

/// The loss of a descent, said at steps that become rarer: 1, 2, 5, 10, 20, 50, ….
struct LossLines {
  let talk: TalkOptions
  private var next = 1

  init(talk: TalkOptions) {
    self.talk = talk
  }

  /// Says the loss of a step, where it is one to be said.
  mutating func show(step: Int, loss: Double) {
    guard step == next else { return }
    talk.reporter.note("step \(step): loss \(loss.forPeople)")
    var leading = next
    while leading >= 10 { leading /= 10 }
    next = leading == 2 ? next / 2 * 5 : next * 2
  }
}
