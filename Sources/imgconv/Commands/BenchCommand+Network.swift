import ArgumentParser
import Pipeline

extension BenchCommand {
  /// A network alone.
  struct Network: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time a network on one input, without reading and writing; weights are packed before.",
      discussion: """
        Example:
          imgconv bench network network.yaml in.png --size 640x640 --threads 2
        """)

    @Argument(help: "The network: an ONNX model, or a file of layers in JSON or YAML.")
    var network: String

    @Argument(help: "The image or the .npy array to read.")
    var input: String

    @OptionGroup(title: "Input") var preparation: PreparationOptions
    @OptionGroup var common: Common

    func run() throws {
      let benchmark = NetworkBenchmark(
        network: network, input: input, preparation: preparation.preparation,
        options: RunOptions(threadCount: common.report.threads.count))
      let result = try benchmark.run(runs: common.runs)
      let environment = try BenchmarkEnvironment()
      if common.report.json { return try Reporter.outputJSON(Report(environment: environment, results: [result])) }
      try Reporter.output(environment.text + "\n" + result.text + "\n")
    }
  }
}
