import ArgumentParser
import Convolution
import Pipeline

extension BenchCommand {
  /// A layer of a network alone.
  struct Layer: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time one layer of a network on numbers made up in memory; weights are packed before.",
      discussion: """
        Examples:
          imgconv bench layer --input 3x64x64 --weight 16x3x3x3 --padding 1
          imgconv bench layer --input 3x56x56 --weight 64x3x7x7 --stride 2 --padding 3 --threads 2 --json
        """)

    @Option(help: ArgumentHelp("The input: CxHxW or NxCxHxW.", valueName: "shape"))
    var input: ShapeArgument

    @Option(help: ArgumentHelp("The weight: Ox(C/group)xkhxkw.", valueName: "shape"))
    var weight: ShapeArgument

    @Option(help: "The step from window to window.")
    var stride = 1

    @Option(help: "The zeros around each plane.")
    var padding = 0

    @Option(help: "The step from tap to tap.")
    var dilation = 1

    @Option(help: ArgumentHelp("The groups that the channels are split into.", valueName: "g"))
    var group = 1

    @Option(
      help: "How it is computed: auto (the default), reference, direct, im2col or winograd.",
      transform: Algorithm.init(ofTensors:))
    var algorithm: Algorithm = .auto

    @OptionGroup var common: Common

    func validate() throws {
      guard (3...4).contains(input.extents.count) else {
        throw ValidationError("--input has \(input.extents.count) extents; expected 3 or 4")
      }
      guard weight.extents.count == 4 else {
        throw ValidationError("--weight has \(weight.extents.count) extents; expected 4")
      }
    }

    func run() throws {
      let batch = Array(repeating: 1, count: 4 - input.extents.count)
      let benchmark = try LayerBenchmark(
        input: batch + input.extents, weight: weight.extents,
        window: .init(
          strides: [stride, stride], pads: Array(repeating: padding, count: 4), dilations: [dilation, dilation]),
        group: group)
      let result = try benchmark.run(algorithm, threadCount: common.report.threads.count, runs: common.runs)
      let environment = try BenchmarkEnvironment()
      if common.report.json { return try Reporter.outputJSON(Report(environment: environment, results: [result])) }
      try Reporter.output(environment.text + "\n" + result.text + "\n")
    }
  }
}

/// Extents joined by `x`: `3x224x224`.
struct ShapeArgument: ExpressibleByArgument {
  let extents: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    extents = numbers.compactMap { $0 }.filter { $0 >= 1 }
    guard extents.count == numbers.count else { return nil }
  }
}
