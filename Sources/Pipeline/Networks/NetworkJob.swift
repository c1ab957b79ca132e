import Codecs
import FeatureMaps
import Networks
import Tensors

/// A network run on one photograph, with what every layer of it gives written to a folder.
public struct NetworkJob: Sendable {
  /// The network's file.
  public var network: String
  /// The photograph, or an array `.npy`.
  public var input: String
  /// The folder.
  public var folder: String
  /// How the photograph becomes the network's input; an array goes in as it is.
  public var preparation: InputPreparation
  /// The layer after which nothing is computed.
  public var lastLayer: String?
  /// The names of layers and operators that are written; all when left out.
  public var layers: [String]?
  /// How maps are drawn; none are when left out.
  public var drawing: LayerDrawing?
  /// Whether arrays are written too.
  public var writesArrays: Bool

  /// Creates a job.
  public init(
    network: String, input: String, folder: String, preparation: InputPreparation = InputPreparation(),
    lastLayer: String? = nil, layers: [String]? = nil, drawing: LayerDrawing? = LayerDrawing(),
    writesArrays: Bool = false
  ) {
    self.network = network
    self.input = input
    self.folder = folder
    self.preparation = preparation
    self.lastLayer = lastLayer
    self.layers = layers
    self.drawing = drawing
    self.writesArrays = writesArrays
  }

  /// Reads, computes and writes; each layer is written as soon as it is computed.
  ///
  /// - Parameters:
  ///   - options: what the run may use.
  ///   - outputOptions: how files are written.
  /// - Returns: what the folder's `layers.json` says.
  /// - Throws: `JobError`. Where a layer cannot be computed those before it are written, and `layers.json` with them.
  public func run(
    options: RunOptions = RunOptions(), outputOptions: OutputOptions = OutputOptions()
  ) throws(JobError) -> NetworkManifest {
    let loaded = try LoadedNetwork(self, options: options)
    let files = NetworkFolder(path: folder, options: outputOptions)
    try files.prepare()
    var executor = NetworkExecutor(
      loaded.plan, threadCount: options.threadCount, memoryLimit: options.limits.maximumMemory)
    var writer = LayerWriter(self, files: files, inputShape: loaded.input.shape)
    var computing = Duration.zero
    let clock = ContinuousClock()
    do throws(NetworkError) {
      try executor.start(loaded.inputs)
    } catch {
      throw JobError(error, path: network)
    }
    while true {
      let start = clock.now
      let result: LayerResult?
      do { result = try executor.next() } catch {
        try writer.finish(after: computing)
        throw JobError(error, path: network, hint: loaded.sizeHint)
      }
      computing += start.duration(to: clock.now)
      guard let result else { break }
      try writer.write(result)
    }
    return try writer.finish(after: computing)
  }
}

/// A network with its input, ready to be computed.
struct LoadedNetwork {
  let plan: NetworkPlan
  let inputs: [String: NetworkValue]
  let input: Tensor
  /// What helps where shapes do not fit one another: many networks take sides of certain lengths alone.
  let sizeHint: String?

  /// - Throws: `JobError` where a file cannot be read or does not hold what it should.
  init(_ job: NetworkJob, options: RunOptions) throws(JobError) {
    let source = try NetworkInput(path: job.input, options: options)
    let network = try NetworkFile.read(
      job.network, channelCount: source.channelCount, memoryLimit: options.limits.maximumMemory)
    guard let first = network.inputs.first, network.inputs.count == 1 else {
      throw JobError(
        .badData, code: "model.input", path: job.network,
        "has \(network.inputs.count) inputs (\(network.inputs.map(\.name).joined(separator: ", "))); expected one")
    }
    switch source {
    case .array(let tensor): (input, sizeHint) = (tensor, nil)
    case .image(let image, _):
      input = try job.preparation.input(image, extents: first.extents, threadCount: options.threadCount)
      sizeHint = job.preparation.size == nil ? "--size resizes the image to what the network takes" : nil
    }
    inputs = [first.name: .floats(input)]
    do {
      plan = try NetworkPlan(network, until: job.lastLayer, watch: try Self.watch(job.layers, network))
    } catch {
      throw JobError(error, path: job.network)
    }
  }

  /// The layers of the names given, which may be those of operators; `none` stands for no layer but the last ones.
  private static func watch(_ names: [String]?, _ network: Network) throws(NetworkError) -> NetworkPlan.Watch {
    guard let names else { return .all }
    var watched: Set<String> = []
    for name in names where name != "none" {
      let found = network.nodes.filter { $0.name == name || $0.operation == name || $0.outputs.contains(name) }
      if found.isEmpty {
        throw NetworkError(.value, "no layer and no operator of it is called '\(name)'; --list shows their names")
      }
      watched.formUnion(found.map(\.name))
    }
    let wanted = Set(network.outputs)
    watched.formUnion(network.nodes.filter { !wanted.isDisjoint(with: $0.outputs) }.map(\.name))
    return .nodes(watched)
  }
}
