/// The order of nodes in which each comes after those whose results it reads.
enum NodeOrder {
  /// The nodes with names that differ: the second of a name has `-2` behind it.
  static func named(_ nodes: [Network.Node]) -> [Network.Node] {
    var taken: Set<String> = []
    var counts: [String: Int] = [:]
    return nodes.map { node in
      var named = node
      while !taken.insert(named.name).inserted {
        counts[node.name, default: 1] += 1
        named.name = "\(node.name)-\(counts[node.name, default: 1])"
      }
      return named
    }
  }

  /// Sorts nodes; those that could run at the same time keep the order they have.
  ///
  /// - Parameters:
  ///   - nodes: the nodes.
  ///   - given: the values that are there before any node runs.
  /// - Returns: the nodes. Complexity: `O(nodes + values)`.
  /// - Throws: `NetworkError` where a value is given twice or by nobody, or nodes wait for one another.
  static func sorted(_ nodes: [Network.Node], given: [String]) throws(NetworkError) -> [Network.Node] {
    var producers: [String: Int] = [:]
    let given = Set(given)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard !given.contains(output), producers.updateValue(index, forKey: output) == nil else {
          throw NetworkError(.order, "\(node) gives '\(output)', which something else gives too")
        }
      }
    }
    var waiting = Array(repeating: 0, count: nodes.count)
    var readers: [[Int]] = Array(repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs where !input.isEmpty && !given.contains(input) {
        guard let producer = producers[input] else {
          throw NetworkError(
            .value, "\(node) reads '\(input)', which is neither an input, nor a constant, nor a result")
        }
        waiting[index] += 1
        readers[producer].append(index)
      }
    }
    if isSorted(nodes, producers) { return nodes }
    var ready = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < ready.count {
      for reader in readers[ready[next]] {
        waiting[reader] -= 1
        if waiting[reader] == 0 { ready.append(reader) }
      }
      next += 1
    }
    guard ready.count == nodes.count else {
      let stuck = nodes.indices.first { waiting[$0] > 0 }
      throw NetworkError(
        .order,
        "\(nodes.count - ready.count) nodes wait for one another, among them \(stuck.map { "\(nodes[$0])" } ?? "")")
    }
    return ready.map { nodes[$0] }
  }

  /// Whether each node comes after those that it reads from.
  private static func isSorted(_ nodes: [Network.Node], _ producers: [String: Int]) -> Bool {
    nodes.indices.allSatisfy { index in
      nodes[index].inputs.allSatisfy { producers[$0].map { $0 < index } ?? true }
    }
  }
}
