import ArgumentParser
import Codecs
import Convolution
import Pipeline

/// One or two counts of at least 1, an axis each, outermost first: `3`, `3,3`.
struct CountsArgument: ExplainedArgument {
  let values: [Int]
  let fault: String?

  init(argument: String) {
    let pads = PadsArgument(argument: argument)
    values = pads.values
    let isRight = pads.fault == nil && values.count <= 2 && !values.contains(0)
    fault = isRight ? nil : "is \(argument.drop { $0 == " " }); expected one or two whole numbers from 1, as 3 or 3,3"
  }
}

/// Numbers of at least 0, before each axis and then after each: `1,1`, `1,1,1,1`.
struct PadsArgument: ExplainedArgument {
  let values: [Int]
  let fault: String?

  init(argument: String) {
    let text = argument.drop { $0 == " " }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    values = numbers.compactMap { $0 }.filter { $0 >= 0 }
    fault = values.count == numbers.count ? nil : "is \(text); expected whole numbers from 0, as 1,1"
  }
}

/// An attribute that ONNX writes as 0 or 1.
enum AttributeSwitch: String, ExpressibleByArgument {
  case off = "0"
  case on = "1"
}

/// How windows are laid on a tensor, under ONNX's names.
struct TensorWindowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The step from window to window on each axis (default: 1).", valueName: "s,s"))
  var strides: CountsArgument?

  @Option(
    help: ArgumentHelp("The padding before each axis, then after each: begin…,end… (default: 0).", valueName: "p,p,p,p")
  )
  var pads: PadsArgument?

  @Option(help: ArgumentHelp("The step from tap to tap on each axis (default: 1).", valueName: "d,d"))
  var dilations: CountsArgument?

  @Option(help: "The rule that makes the padding: NOTSET, VALID, SAME_UPPER or SAME_LOWER.")
  var autoPad: AutoPadding = .notSet

  func validate() throws {
    try check(("--strides", strides), ("--pads", pads), ("--dilations", dilations))
  }

  var attributes: TensorOperation.WindowAttributes {
    TensorOperation.WindowAttributes(
      strides: strides?.values, pads: pads?.values, dilations: dilations?.values, autoPad: autoPad)
  }
}

/// How a convolution of tensors is done.
struct TensorConvolutionOptions: ParsableArguments {
  @OptionGroup var window: TensorWindowOptions

  @Option(help: ArgumentHelp("The groups that the channels are split into.", valueName: "g"))
  var group = 1

  @Option(
    help: "How it is computed: auto (the default), reference, direct, im2col or winograd.",
    transform: Algorithm.init(ofTensors:))
  var algorithm: Algorithm = .auto

  func validate() throws {
    if group < 1 { throw ValidationError("--group is \(group); expected at least 1") }
  }

  var attributes: TensorOperation.ConvolutionAttributes {
    TensorOperation.ConvolutionAttributes(window: window.attributes, group: group, algorithm: algorithm)
  }
}

/// How windows of a pooling are laid on a tensor.
struct TensorPoolingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The samples of a window on each axis.", valueName: "k,k"))
  var kernelShape: CountsArgument

  @OptionGroup var window: TensorWindowOptions

  @Option(defaultAsFlag: .on, help: "Keep a last window that does not fit whole; 0 or 1 may follow.")
  var ceilMode: AttributeSwitch?

  func validate() throws {
    try check(("--kernel-shape", kernelShape))
  }

  var attributes: TensorOperation.PoolingAttributes {
    TensorOperation.PoolingAttributes(
      kernelShape: kernelShape.values, window: window.attributes, rounding: ceilMode == .on ? .ceil : .floor)
  }
}

/// The exponent of a norm.
struct NormOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The exponent of the norm.", valueName: "p"))
  var p = 2

  func validate() throws {
    if p < 1 { throw ValidationError("--p is \(p); expected at least 1") }
  }
}

/// What an operator of tensors may use, and what it says.
struct TensorRunOptions: ParsableArguments {
  @OptionGroup var threads: ThreadOptions

  @Option(
    help: ArgumentHelp(
      "Memory to work with, as 500M or 4G (default: 2G, or less where less is allowed).", valueName: "bytes"))
  var maxMemory: ByteCount?

  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print shapes, cost and algorithm as JSON on standard output.")
  var json = false

  func validate() throws {
    try check(("--max-memory", maxMemory))
  }

  /// Refuses command lines whose files are in one another's way.
  ///
  /// - Throws: `ValidationError`.
  func validate(inputs: [String?], outputs: [String?]) throws {
    let (inputs, outputs) = (inputs.compactMap { $0 }, outputs.compactMap { $0 })
    guard inputs.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input holds one array; two inputs are -")
    }
    guard Set(outputs).count == outputs.count else {
      throw ValidationError("two results go to one file; expected a file for each")
    }
    if let image = outputs.first(where: { [.png, .jpeg].contains(ImageFormat(fileNameEnding: $0)) }) {
      throw ValidationError("\(image): arrays are written as .npy; expected a name with that ending")
    }
    if json && outputs.contains("-") { throw ValidationError("--json and an array both go to standard output") }
  }

  /// Runs an operation and says what it did.
  ///
  /// - Throws: `JobError`.
  func run(
    _ operation: TensorOperation, inputs: [TensorRole: String?], outputs: [TensorRole: String?]
  ) throws {
    var options = RunOptions(threadCount: threads.count)
    if let maxMemory { options.limits.maximumMemory = maxMemory.value }
    let job = TensorJob(operation, inputs: inputs.compactMapValues { $0 }, outputs: outputs.compactMapValues { $0 })
    let summary = try job.run(options: options, mayReplace: overwriting.mayReplace)
    summary.notes.forEach(talk.reporter.note)
    talk.reporter.detail(summary.text)
    if json { try Reporter.outputJSON(summary) }
  }
}
