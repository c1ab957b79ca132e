import Tensors

/// Joins a convolution with the factors and offsets of channels that follow it, where nobody looks in between.
///
/// `a·(W∗x + b) + c = (a·W)∗x + (a·b + c)`: a `BatchNormalization`, a `Mul` or an `Add` of constants costs nothing then.
struct LayerFolding {
  let watched: Set<String>
  let outputs: Set<String>

  /// Joins as many nodes as can be.
  func fold(_ network: inout Network) {
    let uses = NetworkPlan.useCounts(of: network, outputs: outputs)
    var producers: [String: Int] = [:]
    var folded: [Network.Node] = []
    for node in network.nodes {
      if let (convolution, line) = foldable(node, producers, folded, network, uses),
        let joined = joined(folded[convolution], line, into: node, &network)
      {
        folded[convolution] = joined
        producers[joined.outputs[0]] = convolution
      } else {
        for output in node.outputs { producers[output] = folded.count }
        folded.append(node)
      }
    }
    network.nodes = folded
  }

  /// The convolution whose only reader a node is, and the line that the node applies to its channels.
  private func foldable(
    _ node: Network.Node, _ producers: [String: Int], _ nodes: [Network.Node], _ network: Network,
    _ uses: [String: Int]
  ) -> (convolution: Int, line: ChannelLine)? {
    guard ["BatchNormalization", "Mul", "Add"].contains(node.operation) else { return nil }
    for (place, input) in node.inputs.prefix(node.operation == "BatchNormalization" ? 1 : 2).enumerated() {
      guard let index = producers[input], uses[input] == 1, nodes[index].operation == "Conv",
        !watched.contains(nodes[index].name), !outputs.contains(input),
        case .floats(let weight)? = nodes[index].inputs.count > 1 ? network.constants[nodes[index].inputs[1]] : nil,
        weight.shape.rank >= 3,
        let line = line(of: node, besides: place, channels: weight.shape.extents.first ?? 0, weight.shape.rank, network)
      else { continue }
      return (index, line)
    }
    return nil
  }

  /// What a node does to each channel, where all but one of its inputs are constants of one number a channel, or one for all.
  private func line(
    of node: Network.Node, besides place: Int, channels: Int, _ rank: Int, _ network: Network
  ) -> ChannelLine? {
    if node.operation == "BatchNormalization" {
      guard node.outputs.dropFirst().allSatisfy(\.isEmpty) else { return nil }
      let values = node.inputs.enumerated().map { $0.offset == 0 ? nil : network.constants[$0.element] }
      let arguments = Arguments(
        node, opset: network.opset, values: values, isConstant: [], threadCount: 1, memoryLimit: 0,
        layers: PreparedLayers())
      guard let line = try? ChannelLine(batchNormalization: arguments), line.factors.count == channels else {
        return nil
      }
      return line
    }
    guard node.inputs.count == 2, case .floats(let constant)? = network.constants[node.inputs[1 - place]] else {
      return nil
    }
    let isOne = constant.elements.count == 1 && constant.shape.rank <= rank
    // One number a channel: C×1×1, or 1×C×1×1.
    let extents = Array(constant.shape.extents.drop { $0 == 1 })
    guard isOne || (extents == [channels] + Array(repeating: 1, count: rank - 2) && constant.shape.rank <= rank)
    else { return nil }
    let numbers = isOne ? Array(repeating: constant.elements[0], count: channels) : constant.elements
    return node.operation == "Mul"
      ? ChannelLine(factors: numbers, offsets: Array(repeating: 0, count: channels))
      : ChannelLine(factors: Array(repeating: 1, count: channels), offsets: numbers)
  }

  /// A convolution that gives what a node after it gave; `nil` where its weights would not stay finite.
  private func joined(
    _ convolution: Network.Node, _ line: ChannelLine, into node: Network.Node, _ network: inout Network
  ) -> Network.Node? {
    guard case .floats(let weight)? = network.constants[convolution.inputs[1]] else { return nil }
    var bias = Array(repeating: Float(0), count: line.factors.count)
    if convolution.inputs.count > 2, !convolution.inputs[2].isEmpty {
      guard case .floats(let constant)? = network.constants[convolution.inputs[2]],
        constant.elements.count == bias.count
      else { return nil }
      bias = constant.elements
    }
    let taps = weight.elements.count / max(1, bias.count)
    let scaled = weight.elements.enumerated().map { $0.element * line.factors[$0.offset / taps] }
    let moved = bias.indices.map { bias[$0] * line.factors[$0] + line.offsets[$0] }
    guard (scaled + moved).allSatisfy(\.isFinite), let shape = try? Shape([bias.count]) else { return nil }
    var joined = convolution
    let names = ["weight", "bias"].map { "\(convolution.name) with \(node.name): \($0)" }
    joined.inputs = [convolution.inputs[0]] + names
    joined.outputs = [node.outputs[0]]
    network.constants[names[0]] = .floats(Tensor(shape: weight.shape, elements: scaled))
    network.constants[names[1]] = .floats(Tensor(shape: shape, elements: moved))
    return joined
  }
}
