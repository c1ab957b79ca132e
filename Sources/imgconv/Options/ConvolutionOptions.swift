import ArgumentParser
import Convolution
import Kernels
import Pipeline

/// How kernels are found and laid on an image.
struct ConvolutionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One more kernel, applied after those before it; --stride, --padding and the like hold for each.",
      valueName: "kernel"))
  var kernel: [String] = []

  @Option(
    help:
      "What a kernel file holds where its content does not tell: native, imagemagick, vips, gmic, json, sharp, csv, npy or npz."
  )
  var kernelFormat: KernelFormat?

  @Option(help: "The axes of a four-dimensional kernel array: oihw or hwio.")
  var layout: WeightLayout = .oihw

  @Option(help: "Whether the kernel is laid on as it is (correlate, the default) or turned by 180° (convolve).")
  var op: Kernel.Operation?

  @Option(help: "Padding: valid, same, same-lower, N, V,H or top,right,bottom,left.")
  var padding = PaddingArgument.same

  @Option(
    help: "What padded samples hold: edge, zero, constant:V, reflect101, symmetric or wrap (default: edge).",
    transform: BorderArgument.init(text:))
  var border: BorderArgument?

  @Option(help: ArgumentHelp("The step from window to window, S or V,H, of every kernel.", valueName: "stride"))
  var stride = ExtentArgument.one

  @Option(help: ArgumentHelp("The step from tap to tap, D or V,H.", valueName: "dilation"))
  var dilation = ExtentArgument.one

  @Option(
    help: "How it is computed: auto (the default), reference, direct, separable, box or fft.",
    transform: Algorithm.init(ofImages:))
  var algorithm: Algorithm = .auto

  func validate() throws {
    try check(("--padding", padding), ("--stride", stride), ("--dilation", dilation))
  }

  /// The steps of the kernels named, in order.
  ///
  /// - Throws: `JobError`; also where a kernel and `input`, what they are laid on, are both standard input.
  func steps(kernels: [String], input: String? = nil) throws -> [(kernel: Kernel, step: ConvolutionStep)] {
    guard (kernels + [input]).count(where: { $0 == "-" }) <= 1 else { throw JobError.standardInputIsTaken }
    let choices = ConvolutionStep.Choices(
      operation: op, border: border?.border, padding: padding.padding, stride: stride.extent,
      dilation: dilation.extent, algorithm: algorithm)
    return try kernels.map { argument in
      let kernel = try KernelResolver.kernel(argument, format: kernelFormat, layout: layout)
      return (kernel, try ConvolutionStep(kernel, choices))
    }
  }

  /// What a command line says again for each kernel, those in `arguments` first; `nil` where its numbers have to be written out.
  ///
  /// They are where an option says how a kernel is read or turned, and where it came from standard input.
  func shownArguments(_ arguments: some Sequence<String>) -> [String?] {
    let isPlain = op == nil && kernelFormat == nil && layout == .oihw
    return (arguments + kernel).map { isPlain && $0 != "-" ? $0 : nil }
  }
}

extension PaddingArgument {
  static let same = PaddingArgument(padding: .same)

  init(padding: Padding) {
    (self.padding, fault) = (padding, nil)
  }
}

extension ExtentArgument {
  static let one = ExtentArgument(extent: Extent(1))

  init(extent: Extent) {
    (self.extent, fault) = (extent, nil)
  }
}

/// How colours, alpha and values are treated.
struct ColorOptions: ParsableArguments {
  @Option(help: "Which channels take part: each (the default, but of maps), luma, R, G, B or A.")
  var channels: ChannelSelection?

  @Option(help: "How alpha takes part: premultiply, keep, filter or drop.")
  var alpha: AlphaHandling = .premultiply

  @Flag(help: "Filter in linear light.")
  var linear = false

  @Option(
    help: "How sums become pixels: clamp (the default, but of maps), abs, signed, minmax, percentile:P or LO:HI.",
    transform: MappingArgument.init(text:))
  var map: MappingArgument?

  /// The job of some steps on the colours chosen, mapped as `kernel` advises where no `--map` says how.
  func job(_ steps: [ImageJob.Step], kernel: Kernel? = nil) throws -> ImageJob {
    let advised = try kernel?.advisedMapping()
    return ImageJob(
      steps: steps, channels: channels ?? .each, alpha: alpha, isLinear: linear, mapping: map?.mapping ?? advised)
  }
}

/// What runs after the convolutions, in the order given.
struct PostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Pool afterwards: max|average:SIZE[/STRIDE][,padding].", valueName: "pooling"),
    transform: PostStep.init(pool:))
  var pool: [PostStep] = []

  @Option(
    help: "Apply a function to each sample afterwards: relu, abs, sigmoid or tanh.",
    transform: PostStep.init(activation:))
  var activation: [PostStep] = []

  /// The steps in the order of the command line.
  var steps: [ImageJob.Step] {
    (pool + activation).sorted { $0.place < $1.place }.map(\.step)
  }
}
