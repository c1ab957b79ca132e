import Codecs
import Networks
import Tensors

/// The layers of a network in a form to be printed or encoded.
public struct NetworkListing: Encodable, Sendable {
  /// A layer.
  public struct Layer: Encodable, Sendable {
    /// The node's name.
    public let name: String
    /// ONNX's name of the operator.
    public let operation: String
    /// Whether it can be computed.
    public let isSupported: Bool
    /// The values that it reads, constants left out.
    public let inputs: [String]
    /// The extents of the constants that it reads.
    public let constants: [[Int]]
    /// The values that it gives.
    public let outputs: [String]
  }

  /// The inputs with their extents, as `x ?×3×?×?`.
  public let inputs: [String]
  /// The values that are wanted.
  public let outputs: [String]
  /// The layers in the order in which they are computed.
  public let layers: [Layer]
  /// The numbers of all constants.
  public let parameters: Int

  /// Reads a network and lists its layers.
  ///
  /// - Throws: `JobError` where the file does not hold one.
  public init(network path: String, options: RunOptions = RunOptions()) throws(JobError) {
    let network = try NetworkFile.read(path, channelCount: 3, memoryLimit: options.limits.maximumMemory)
    inputs = network.inputs.map { "\($0.name) \(NetworkShapeText.text($0.extents))" }
    outputs = network.outputs
    parameters = network.constants.values.reduce(0) { $0 + $1.shape.elementCount }
    layers = network.nodes.map { node in
      Layer(
        name: node.name, operation: node.operation, isSupported: Network.isSupported(node.operation),
        inputs: node.inputs.filter { !$0.isEmpty && network.constants[$0] == nil },
        constants: node.inputs.compactMap { network.constants[$0]?.shape.extents },
        outputs: node.outputs)
    }
  }

  /// The listing as a table.
  public var text: String {
    let rows = layers.enumerated().map { index, layer in
      [
        "\(index)", layer.operation + (layer.isSupported ? "" : " (not supported)"), layer.name,
        layer.constants.map { $0.isEmpty ? "1" : $0.map(String.init).joined(separator: "×") }.joined(separator: " "),
        layer.inputs.joined(separator: ", "),
      ]
    }
    let head =
      "input   \(inputs.joined(separator: ", "))\noutput  \(outputs.joined(separator: ", "))\n"
      + "numbers \(parameters)\n\n"
    return head
      + TextTable.lines([["", "operator", "layer", "constants", "reads"]] + rows, leading: 5).joined(separator: "\n")
  }
}
