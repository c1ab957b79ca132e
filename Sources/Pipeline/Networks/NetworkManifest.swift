import FeatureMaps
import Networks
import Tensors

/// What `layers.json` says of a run: every layer with its shape, its numbers and its files.
public struct NetworkManifest: Encodable, Sendable {
  /// A layer.
  public struct Layer: Encodable, Sendable {
    /// The node's name.
    public let name: String
    /// ONNX's name of the operator.
    public let operation: String
    /// The name of the value.
    public let value: String
    /// The extents, outermost first.
    public let shape: [Int]
    /// The smallest finite number; none of whole numbers.
    public let minimum: Double?
    /// The largest finite number.
    public let maximum: Double?
    /// The mean of the finite numbers.
    public let mean: Double?
    /// The share of the numbers that are 0.
    public let zeroShare: Double?
    /// How many numbers are infinite or none.
    public let nonFinite: Int?
    /// The sheet of its maps.
    public var contactSheet: String?
    /// The maps that were written.
    public var maps: [String] = []
    /// The number of maps that there are.
    public var mapCount: Int?
    /// The array.
    public var array: String?
  }

  /// The network's file.
  public let network: String
  /// The input's file.
  public let input: String
  /// The extents of what went in.
  public let inputShape: [Int]
  /// The layers in the order in which they were computed.
  public var layers: [Layer]
  /// The time that computing took, without drawing and writing.
  public var milliseconds: Double
  /// What the user should know.
  public var notes: [String]
}

extension NetworkManifest.Layer {
  init(_ node: Network.Node, _ name: String, _ value: NetworkValue, _ maps: LayerMaps?) {
    self.name = node.name
    operation = node.operation
    self.value = name
    shape = value.shape.extents
    let statistics = maps?.statistics
    minimum = statistics?.values.minimum
    maximum = statistics?.values.maximum
    mean = statistics?.values.mean
    zeroShare = statistics?.zeroShare
    nonFinite = statistics?.values.nonFiniteCount
    mapCount = maps?.count
  }
}

extension NetworkManifest {
  /// The layers in lines.
  public var text: String {
    let shape = { (extents: [Int]) in extents.map(String.init).joined(separator: "×") }
    let rows = layers.map { layer in
      [
        layer.operation, layer.name, shape(layer.shape), layer.minimum?.forPeople ?? "", layer.maximum?.forPeople ?? "",
      ]
    }
    return TextTable.lines([["operator", "layer", "shape", "smallest", "largest"]] + rows, leading: 2)
      .joined(separator: "\n") + "\n\(milliseconds.forPeople) ms"
  }
}
