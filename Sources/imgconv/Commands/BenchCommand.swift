import ArgumentParser
import Convolution
import Kernels
import Pipeline
import Tensors

/// `imgconv bench`: verify, then time.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Verify every algorithm against the reference, then time it.",
    discussion: """
      Example:
        imgconv bench conv --size 640x480 --kernel sobel-x
      """,
    subcommands: [Conv.self, Layer.self, Network.self, Codec.self])

  /// What every benchmark takes.
  struct Common: ParsableArguments {
    @Option(help: ArgumentHelp("The runs that count, after one that does not.", valueName: "n"))
    var runs = 7

    @OptionGroup var report: ReportOptions

    func validate() throws {
      guard (1...10_000).contains(runs) else { throw ValidationError("--runs is \(runs); expected 1 to 10000") }
    }
  }

  /// Figures with what they were measured on.
  struct Report<Result: Encodable>: Encodable {
    let environment: BenchmarkEnvironment
    let results: [Result]
  }
}

extension BenchCommand {
  /// The engine alone.
  struct Conv: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time the convolution of an image made up in memory, without codecs.",
      discussion: """
        Examples:
          imgconv bench conv --size 640x480 --kernel sobel-x
          imgconv bench conv --size 640x480 --channels 3 --type u8 --kernel random:7 --threads 2 --json
        """)

    @Option(help: ArgumentHelp("The image, WIDTHxHEIGHT.", valueName: "size"))
    var size = ImageSizeArgument.photograph

    @Option(help: "Channels: 1 to 4.")
    var channels = 3

    @Option(help: "The stored samples: u8 or u16.")
    var type = SampleTypeArgument.u8

    @Option(help: "A kernel, or random:K for K×K random weights of sum 1.")
    var kernel = "random:3"

    @Option(
      help: "One algorithm, as apply takes it; without it, every one that the kernel allows.",
      transform: Algorithm.init(ofImages:))
    var algorithm: Algorithm?

    @OptionGroup var common: Common

    func validate() throws {
      guard (1...4).contains(channels) else { throw ValidationError("--channels is \(channels); expected 1 to 4") }
    }

    func run() throws {
      let benchmark = ConvolutionBenchmark(
        format: PixelFormat(channels < 3 ? .grey : .rgb, hasAlpha: channels % 2 == 0, depth: type.depth),
        extent: size.extent, kernel: try RandomKernel.resolve(kernel))
      let results = try benchmark.run(algorithm, threadCount: common.report.threads.count, runs: common.runs)
      let environment = try BenchmarkEnvironment()
      if common.report.json { return try Reporter.outputJSON(Report(environment: environment, results: results)) }
      try Reporter.output(environment.text + "\n")
      for result in results { try Reporter.output(result.text + "\n") }
    }
  }

  /// The codecs alone.
  struct Codec: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check and time decoding a file from memory, and encoding its pixels as PNG.",
      discussion: """
        Example:
          imgconv bench codec in.png --runs 3
        """)

    @Argument(help: "A PNG or JPEG file.")
    var input: String

    @OptionGroup var common: Common

    func run() throws {
      let benchmark = try CodecBenchmark(path: input, options: RunOptions(threadCount: common.report.threads.count))
      let results = try benchmark.run(runs: common.runs)
      let environment = try BenchmarkEnvironment()
      if common.report.json { return try Reporter.outputJSON(Report(environment: environment, results: results)) }
      try Reporter.output(environment.text + "\n")
      for result in results { try Reporter.output(result.text + "\n") }
    }
  }
}

/// An image's extents: `WIDTHxHEIGHT`.
struct ImageSizeArgument: ExpressibleByArgument {
  let extent: Extent

  /// The size of the photograph that figures are usually given for: 17.9 million pixels.
  static let photograph = ImageSizeArgument(extent: Extent(height: 3172, width: 5640))

  var defaultValueDescription: String { "\(extent.width)x\(extent.height)" }

  init(extent: Extent) {
    self.extent = extent
  }

  init?(argument: String) {
    let numbers = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let width = numbers[0], let height = numbers[1], (1...65_535).contains(width),
      (1...65_535).contains(height)
    else { return nil }
    extent = Extent(height: height, width: width)
  }
}

/// A stored sample: `u8` or `u16`.
enum SampleTypeArgument: String, ExpressibleByArgument {
  case u8
  case u16

  var depth: SampleDepth { self == .u8 ? .eight : .sixteen }
}
