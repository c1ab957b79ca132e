import Codecs
import Networks
import Tensors

/// A network alone: computed from an input in memory, checked and then timed.
public struct NetworkBenchmark: Sendable {
  /// A network's figures.
  public struct Result: Encodable, Sendable {
    /// The extents of the input.
    public let input: [Int]
    /// The layers that are left when convolutions have taken in what follows them.
    public let layers: Int
    /// The threads.
    public let threads: Int
    /// The fastest run in milliseconds.
    public let msMin: Double
    /// The run in the middle in milliseconds.
    public let msMedian: Double
    /// How far the outputs lie from those of every layer computed as it stands, beside the largest number.
    public let difference: Double

    /// The figures in one line.
    public var text: String {
      "\(input.map(String.init).joined(separator: "×")), \(layers) layers, \(threads) threads: "
        + "\(msMedian.rounded(places: 2)) ms, fastest \(msMin.rounded(places: 2)) ms"
    }

    private enum CodingKeys: String, CodingKey {
      case input, layers, threads, difference
      case msMin = "ms_min"
      case msMedian = "ms_median"
    }
  }

  private let job: NetworkJob
  private let options: RunOptions

  /// Creates the benchmark of a network's file on an input's.
  public init(network: String, input: String, preparation: InputPreparation, options: RunOptions) {
    job = NetworkJob(network: network, input: input, folder: "", preparation: preparation, layers: ["none"])
    self.options = options
  }

  /// Checks and times the network.
  ///
  /// - Parameter runs: the runs that count; one more is made before them, which packs the weights.
  /// - Returns: the figures.
  /// - Throws: `JobError` where a layer cannot be computed; of kind `internalError` where joined layers give something else.
  public func run(runs: Int) throws(JobError) -> Result {
    let loaded = try LoadedNetwork(job, options: options)
    var whole = job
    whole.layers = nil
    let expected = try Self.outputs(of: LoadedNetwork(whole, options: options), options: options)
    var executor = NetworkExecutor(loaded.plan, threadCount: options.threadCount)
    var found: [Tensor] = []
    let timing = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in
      found = try Self.outputs(&executor, loaded, path: job.network)
    }
    let difference = zip(found, expected).map(Self.difference).max() ?? 0
    guard difference < 1e-3 else {
      throw JobError(
        .internalError, code: "internal", path: job.network, "joined layers differ by \(difference) from single ones")
    }
    return Result(
      input: loaded.input.shape.extents, layers: loaded.plan.network.nodes.count, threads: options.threadCount,
      msMin: timing.minimum, msMedian: timing.median, difference: difference)
  }

  private static func outputs(of loaded: LoadedNetwork, options: RunOptions) throws(JobError) -> [Tensor] {
    var executor = NetworkExecutor(loaded.plan, threadCount: options.threadCount)
    return try outputs(&executor, loaded, path: "")
  }

  private static func outputs(
    _ executor: inout NetworkExecutor, _ loaded: LoadedNetwork, path: String
  ) throws(JobError) -> [Tensor] {
    do {
      try executor.start(loaded.inputs)
      while try executor.next() != nil {}
    } catch {
      throw JobError(error, path: path)
    }
    return executor.outputs.compactMap { if case .floats(let tensor) = $0.value { tensor } else { nil } }
  }

  /// The largest difference beside the largest number.
  private static func difference(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.shape == b.shape else { return .infinity }
    var (largest, difference) = (0.0, 0.0)
    for (x, y) in zip(a.elements, b.elements) {
      largest = max(largest, abs(Double(y)))
      difference = max(difference, abs(Double(x) - Double(y)))
    }
    return largest > 0 ? difference / largest : difference
  }
}
