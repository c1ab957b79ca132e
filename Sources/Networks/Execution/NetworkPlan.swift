import Tensors

/// What of a network is computed: the nodes that lead to what is wanted, and which results are handed out.
///
/// Convolutions take in what follows them where nobody looks in between: normalizations and factors of channels become part of the weights.
public struct NetworkPlan: Sendable {
  /// Which results are handed out.
  public enum Watch: Sendable {
    /// Those of every node.
    case all
    /// Those of the nodes of these names.
    case nodes(Set<String>)
  }

  /// The network, of which nodes may have been joined.
  public let network: Network
  /// The names of the nodes whose results are handed out.
  let watched: Set<String>
  /// The names of the values that are wanted in the end.
  public let outputs: [String]
  /// How often each value is read, by nodes and as an output.
  let useCounts: [String: Int]

  /// Plans a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - last: the name of a node, or of a value, after which nothing is computed; all outputs when left out.
  ///   - watch: which results are handed out on the way.
  /// - Throws: `NetworkError` where there is no such node or value.
  public init(_ network: Network, until last: String? = nil, watch: Watch) throws(NetworkError) {
    var outputs = network.outputs
    if let last {
      guard let node = network.nodes.first(where: { $0.name == last || $0.outputs.contains(last) }) else {
        throw NetworkError(.value, "there is no layer '\(last)'; --list shows their names")
      }
      outputs = node.outputs.filter { !$0.isEmpty }
    }
    var needed = Set(outputs)
    var kept: [Network.Node] = []
    for node in network.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    var planned = network
    planned.nodes = kept.reversed()
    switch watch {
    case .all: watched = Set(planned.nodes.map(\.name))
    case .nodes(let names): watched = names
    }
    LayerFolding(watched: watched, outputs: Set(outputs)).fold(&planned)
    self.network = planned
    self.outputs = outputs
    useCounts = Self.useCounts(of: planned, outputs: outputs)
  }

  /// How often each value is read.
  static func useCounts(of network: Network, outputs: some Sequence<String>) -> [String: Int] {
    var counts: [String: Int] = [:]
    for input in network.nodes.flatMap(\.inputs) { counts[input, default: 0] += 1 }
    for output in outputs { counts[output, default: 0] += 1 }
    return counts
  }
}
