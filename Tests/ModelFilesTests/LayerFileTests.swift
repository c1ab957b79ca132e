import Foundation
import ModelFiles
import Networks
import Tensors
import Testing

@Suite(.enabled(if: LayerFile.readsYAML, "libyaml is not installed")) struct LayerFileTests {
  private func file(_ text: String) throws(ModelFileError) -> LayerFile { try LayerFile(Array(text.utf8)) }

  /// What is wrong with a file.
  private func fault(_ text: String) -> String {
    do {
      _ = try file(text).network(channelCount: 1, weights: [:])
      return "nothing"
    } catch {
      return error.message
    }
  }

  private let edges = KernelBank(rows: [[-1, 1]], divisor: 2, bias: 0.25)

  /// The value of the last layer on an image.
  private func run(
    _ text: String, _ image: Tensor, _ weights: [String: LayerWeights] = [:]
  ) throws -> Tensor? {
    let file = try file(text)
    let found = Dictionary(uniqueKeysWithValues: file.weightSources.map { ($0, weights[$0.argument] ?? .bank(edges)) })
    let network = try file.network(channelCount: image.shape[1], weights: found)
    var executor = NetworkExecutor(try NetworkPlan(network, watch: .all))
    try executor.start(["input": .floats(image)])
    while try executor.next() != nil {}
    guard case .floats(let tensor)? = executor.outputs.first?.value else { return nil }
    return tensor
  }

  private func tensor(_ extents: [Int], _ elements: [Float]) throws -> Tensor {
    Tensor(shape: try Shape(extents), elements: elements)
  }

  @Test func `plain kernels are applied to each channel, zeros around it`() throws {
    let image = try tensor([1, 2, 1, 3], [1, 2, 4, 10, 20, 40])
    let found = try run("layers: [{conv: edges}]", image)
    #expect(found == (try tensor([1, 2, 1, 3], [0.75, 1.25, -1.75, 5.25, 10.25, -19.75])))
  }

  @Test func `layers read the one before, or those they name`() throws {
    let text = """
      # A comment.
      layers:
        - name: a
          conv: edges
          padding: valid
        - relu
        - pool: max
          from: input
          size: 1,2
          stride: 1
        - add: [relu_1, pool_2]
        - clip: [0, 3]
      """
    let image = try tensor([1, 1, 1, 4], [4, 2, 2, 3])
    #expect(try run(text, image) == (try tensor([1, 1, 1, 3], [3, 2.25, 3])))
    let json = #"{"layers": [{"conv": "edges", "padding": "valid", "border": "zero"}, "abs"]}"#
    #expect(try run(json, image) == (try tensor([1, 1, 1, 3], [0.75, 0.25, 0.75])))
  }

  @Test func `a border holds what it is asked to hold`() throws {
    let image = try tensor([1, 1, 1, 3], [1, 2, 4])
    #expect(try run("layers: [{conv: e, border: edge}]", image) == (try tensor([1, 1, 1, 3], [0.75, 1.25, 0.25])))
    #expect(try run("layers: [{conv: e, border: wrap}]", image) == (try tensor([1, 1, 1, 3], [0.75, 1.25, -1.25])))
  }

  @Test func `weights of a file are found under the name given`() throws {
    let weights = LayerWeights.tensors([
      "block.0.weight": try tensor([1, 2, 1, 1], [1, 10]), "block.0.bias": try tensor([1], [0.5]),
      "norm.weight": try tensor([1], [2]), "norm.bias": try tensor([1], [1]), "norm.running_mean": try tensor([1], [3]),
      "norm.running_var": try tensor([1], [4]),
    ])
    let text = """
      layers:
        - {conv: w, tensor: block.0}
        - {batchnorm: w, tensor: norm, epsilon: 0}
      """
    let image = try tensor([1, 2, 1, 1], [2, 3])
    // 2 + 30 + 0.5, then (32.5 − 3) / 2 · 2 + 1.
    #expect(try run(text, image, ["w": weights]) == (try tensor([1, 1, 1, 1], [30.5])))
  }

  @Test(arguments: [
    ("layers: [", "line 2"), ("- relu", "line 1: expected a map"), ("layers: relu", "line 1: layers is no list"),
    ("layers: []", "there are no layers"), ("layers:\n  - spin", "line 2: no operator stands here"),
    ("layers:\n  - pool: max", "line 2: pool has no size"),
    ("layers:\n  - relu\n  - conv: x\n    strides: 2", "line 4: conv has no 'strides'"),
    ("layers:\n  - {conv: x, stride: 0}", "line 2: expected one or two whole numbers"),
    ("layers:\n  - add: [a, b]", "line 2: there is no layer 'a'"),
    ("layers:\n  - {name: a, relu: }\n  - {name: a, abs: }", "line 3: there is a layer 'a' already"),
    ("layers:\n  - {conv: x, padding: wide}", "line 2: padding is 'wide'"),
    ("layers:\n  - {conv: x, border: reflect}", "line 2: `reflect`"),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "line 1: found 'a'"),
  ])
  func `what is not understood is said with its line`(_ text: String, _ expected: String) {
    let found = fault(text)
    #expect(found.contains(expected), "\(found)")
  }

  @Test func `a text that grows without end when it is read is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<9 {
      text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(fault(text).contains("too many"))
  }
}

@Suite struct SafetensorsTests {
  private func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
  }

  @Test func `tensors of every width are read by name`() throws {
    let header = """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
      "b":{"dtype":"BF16","shape":[1,1],"data_offsets":[8,10]},"c":{"dtype":"F16","shape":[],"data_offsets":[10,12]}}
      """
    let bytes = file(header, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0x20, 0x40, 0x00, 0x3E])
    #expect(SafetensorsFile.isRecognised(bytes))
    let tensors = try SafetensorsFile.read(bytes)
    #expect(tensors["a"]?.elements == [1, -2])
    #expect(tensors["b"] == Tensor(shape: try Shape([1, 1]), elements: [2.5]))
    #expect(tensors["c"]?.elements == [1.5])
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, #"{"a":[1]}"#, #"{"a":"#,
  ])
  func `a header that says what is not there is refused`(_ header: String) {
    #expect { try SafetensorsFile.read(file(header, [0, 0, 0, 0, 0, 0, 0, 0])) } throws: {
      ($0 as? ModelFileError)?.code == "model.corrupt"
    }
    #expect { try SafetensorsFile.read([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x7B]) } throws: {
      ($0 as? ModelFileError)?.code == "model.corrupt"
    }
  }
}
