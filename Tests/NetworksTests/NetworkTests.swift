import Networks
import Tensors
import TestSupport
import Testing

@Suite struct NetworkTests {
  private func node(_ operation: String, _ inputs: [String], _ output: String) -> Network.Node {
    Network.Node(name: output, operation: operation, inputs: inputs, outputs: [output])
  }

  private func tensor(_ extents: [Int], _ elements: [Float]) throws -> Tensor {
    Tensor(shape: try Shape(extents), elements: elements)
  }

  /// The results of all watched nodes.
  private func run(
    _ plan: NetworkPlan, _ input: Tensor, threads: Int = 1, memory: Int = .max
  ) throws -> [String: NetworkValue] {
    var executor = NetworkExecutor(plan, threadCount: threads, memoryLimit: memory)
    try executor.start(["x": .floats(input)])
    var found: [String: NetworkValue] = [:]
    while let result = try executor.next() {
      for (name, value) in result.values { found[name] = value }
    }
    return found
  }

  private let x = Network.Input(name: "x", extents: [nil, 2])

  // MARK: Graphs

  @Test func `nodes run after those that they read, however they are written`() throws {
    let network = try Network(
      inputs: [x], outputs: ["c"], constants: [:],
      nodes: [node("Relu", ["b"], "c"), node("Neg", ["a"], "b"), node("Abs", ["x"], "a")])
    #expect(network.nodes.map(\.name) == ["a", "b", "c"])
    let values = try run(NetworkPlan(network, watch: .all), tensor([1, 2], [1, -2]))
    #expect(values["a"] == .floats(try tensor([1, 2], [1, 2])))
    #expect(values["b"] == .floats(try tensor([1, 2], [-1, -2])))
    #expect(values["c"] == .floats(try tensor([1, 2], [0, 0])))
  }

  @Test func `nodes that wait for one another are refused`() {
    #expect {
      try Network(
        inputs: [x], outputs: [], constants: [:],
        nodes: [node("Add", ["x", "b"], "a"), node("Relu", ["a"], "b")])
    } throws: { ($0 as? NetworkError)?.code == .order }
  }

  @Test func `a value that nobody gives is refused, and one that two give`() {
    #expect {
      try Network(inputs: [x], outputs: [], constants: [:], nodes: [node("Add", ["x", "y"], "a")])
    } throws: { ($0 as? NetworkError)?.code == .value }
    #expect {
      try Network(
        inputs: [x], outputs: [], constants: [:], nodes: [node("Abs", ["x"], "a"), node("Neg", ["x"], "a")])
    } throws: { ($0 as? NetworkError)?.code == .order }
  }

  @Test func `a graph of a hundred thousand nodes in reverse is sorted at once`() throws {
    let nodes = (0..<100_000).reversed().map { node("Neg", [$0 == 0 ? "x" : "v\($0 - 1)"], "v\($0)") }
    let network = try Network(inputs: [x], outputs: ["v99999"], constants: [:], nodes: nodes)
    #expect(network.nodes.first?.name == "v0" && network.nodes.last?.name == "v99999")
  }

  // MARK: Execution

  @Test func `nothing is computed that does not lead to the last layer asked for`() throws {
    let network = try Network(
      inputs: [x], outputs: ["c"], constants: [:],
      nodes: [node("Abs", ["x"], "a"), node("Unheard", ["x"], "b"), node("Add", ["a", "b"], "c")])
    let values = try run(NetworkPlan(network, until: "a", watch: .all), tensor([1, 2], [1, -2]))
    #expect(values.keys.sorted() == ["a"])
    #expect { try NetworkPlan(network, until: "d", watch: .all) } throws: { ($0 as? NetworkError)?.code == .value }
  }

  @Test func `an operator that is not supported stops the run by name, after what came before it`() throws {
    let network = try Network(
      inputs: [x], outputs: ["c"], constants: [:],
      nodes: [node("Abs", ["x"], "a"), node("Neg", ["a"], "b"), node("Unheard", ["b"], "c")])
    var executor = NetworkExecutor(try NetworkPlan(network, watch: .all))
    try executor.start(["x": .floats(try tensor([1, 2], [1, -2]))])
    #expect(try executor.next()?.node.name == "a")
    #expect(try executor.next()?.node.name == "b")
    #expect { try executor.next() } throws: {
      ($0 as? NetworkError)?.code == .unsupported && "\($0)".contains("Unheard")
    }
  }

  @Test func `an input of other extents is refused`() throws {
    let network = try Network(inputs: [x], outputs: [], constants: [:], nodes: [node("Abs", ["x"], "a")])
    var executor = NetworkExecutor(try NetworkPlan(network, watch: .all))
    #expect { try executor.start(["x": .floats(try tensor([1, 3], [1, 2, 3]))]) } throws: {
      ($0 as? NetworkError)?.code == .input
    }
    #expect { try executor.start([:]) } throws: { ($0 as? NetworkError)?.code == .input }
  }

  @Test func `a result that is larger than the memory left is refused before it is made`() throws {
    let network = try Network(
      inputs: [x], outputs: [],
      constants: ["n": .integers(IntegerTensor(shape: try Shape([2]), elements: [1 << 20, 2]))],
      nodes: [node("Expand", ["x", "n"], "a")])
    #expect { try run(NetworkPlan(network, watch: .all), tensor([1, 2], [1, 2]), memory: 1 << 20) } throws: {
      ($0 as? NetworkError)?.code == .memory
    }
  }

  // MARK: Joined layers

  /// A convolution, a normalization, a factor and an offset, an activation, and a sum with what went in.
  private func block() throws -> (network: Network, input: Tensor) {
    var numbers = SeededGenerator(seed: 5)
    func random(_ extents: [Int], _ range: ClosedRange<Float> = -1...1) throws -> Tensor {
      let shape = try Shape(extents)
      return Tensor(shape: shape, elements: numbers.array(count: shape.elementCount, in: range))
    }
    var constants: [String: NetworkValue] = [:]
    for (name, extents) in [
      ("w", [4, 4, 3, 3]), ("b", [4]), ("scale", [4]), ("offset", [4]), ("mean", [4]), ("factor", [1]),
      ("shift", [1, 4, 1, 1]),
    ] { constants[name] = .floats(try random(extents)) }
    constants["variance"] = .floats(try random([4], 0.5...2))
    var convolution = node("Conv", ["x", "w", "b"], "conv")
    convolution.attributes["pads"] = .integers([1, 1, 1, 1])
    let network = try Network(
      inputs: [Network.Input(name: "x", extents: [1, 4, nil, nil])], outputs: ["sum"], constants: constants,
      nodes: [
        convolution, node("BatchNormalization", ["conv", "scale", "offset", "mean", "variance"], "norm"),
        node("Mul", ["factor", "norm"], "scaled"), node("Add", ["scaled", "shift"], "shifted"),
        node("HardSwish", ["shifted"], "active"), node("Add", ["active", "x"], "sum"),
      ])
    return (network, try random([1, 4, 37, 53]))
  }

  @Test func `layers that are joined give what they give one by one`() throws {
    let (network, input) = try block()
    let single = try NetworkPlan(network, watch: .all)
    let joined = try NetworkPlan(network, watch: .nodes(["sum"]))
    #expect(single.network.nodes.count == 6)
    #expect(joined.network.nodes.map(\.operation) == ["Conv", "HardSwish", "Add"])
    guard case .floats(let expected)? = try run(single, input)["sum"],
      case .floats(let found)? = try run(joined, input)["sum"]
    else {
      Issue.record("there is no sum")
      return
    }
    #expect(mismatch(found.elements, expected.elements, absolute: 1e-5, relative: 1e-5) == nil)
  }

  @Test func `results do not depend on threads, and weights are used again`() throws {
    let (network, input) = try block()
    let plan = try NetworkPlan(network, watch: .all)
    let expected = try run(plan, input, threads: 1)
    #expect(try run(plan, input, threads: 3) == expected)
    var executor = NetworkExecutor(plan, threadCount: 2)
    for _ in 0..<2 {
      try executor.start(["x": .floats(input)])
      while try executor.next() != nil {}
      #expect(executor.outputs.map(\.value) == [expected["sum"]])
    }
  }

  // MARK: Element by element

  @Test func `operands are broadcast within long and short blocks alike`() throws {
    var numbers = SeededGenerator(seed: 6)
    for extents in [[2, 3, 1, 5000], [2, 3, 7, 3], [2, 3, 40, 70]] {
      let x = Tensor(
        shape: try Shape(extents), elements: numbers.array(count: extents.reduce(1, *), in: -1...1))
      for small in [[3, 1, 1], [extents[3]], [2, 1, 1, 1], [2, 3, 1, 1], [extents[2], 1], [2, 1, extents[2], 1]] {
        let y = Tensor(shape: try Shape(small), elements: numbers.array(count: small.reduce(1, *), in: -1...1))
        let network = try Network(
          inputs: [Network.Input(name: "x", extents: extents)], outputs: ["z"], constants: ["y": .floats(y)],
          nodes: [node("Mul", ["x", "y"], "p"), node("Sub", ["y", "p"], "z")])
        let values = try run(NetworkPlan(network, watch: .nodes(["z"])), x, threads: 2)
        guard case .floats(let found)? = values["z"] else {
          Issue.record("there is no z")
          continue
        }
        let aligned = Array(repeating: 1, count: 4 - small.count) + small
        var expected: [Float] = []
        for place in 0..<x.elements.count {
          var (rest, index, step) = (place, 0, 1)
          for axis in (0..<4).reversed() {
            index += aligned[axis] == 1 ? 0 : rest % extents[axis] * step
            rest /= extents[axis]
            step *= aligned[axis]
          }
          expected.append(y.elements[index] - x.elements[place] * y.elements[index])
        }
        #expect(mismatch(found.elements, expected, absolute: 1e-6) == nil, "\(extents) \(small)")
      }
    }
  }
}
