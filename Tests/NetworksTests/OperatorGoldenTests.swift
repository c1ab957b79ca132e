import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Single operators as ONNX Runtime computes them; `Goldens/record.py` makes the file.
@Suite struct OperatorGoldenTests {
  struct Recorded: Decodable, CustomTestStringConvertible {
    struct Value: Decodable {
      let shape: [Int]
      let floats: [Float]?
      let integers: [Int]?

      var value: NetworkValue {
        get throws {
          let shape = try Shape(shape)
          if let integers { return .integers(IntegerTensor(shape: shape, elements: integers)) }
          return .floats(Tensor(shape: shape, elements: floats ?? []))
        }
      }
    }

    /// A word, a number, or several.
    enum Attribute: Decodable {
      case integer(Int)
      case float(Float)
      case text(String)
      case integers([Int])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int.self) {
          self = .integer(integer)
        } else if let number = try? container.decode(Float.self) {
          self = .float(number)
        } else if let text = try? container.decode(String.self) {
          self = .text(text)
        } else {
          self = .integers(try container.decode([Int].self))
        }
      }

      var attribute: Network.Attribute {
        switch self {
        case .integer(let integer): .integer(integer)
        case .float(let number): .float(number)
        case .text(let text): .text(text)
        case .integers(let integers): .integers(integers)
        }
      }
    }

    let operation: String
    let opset: Int
    let attributes: [String: Attribute]
    let inputs: [Value?]
    let outputs: [Value]

    var testDescription: String { "\(operation) \(opset) \(attributes)" }
  }

  static let recorded: [Recorded] = {
    let file = SharedFiles.packageFolder.appendingPathComponent("Tests/NetworksTests/Goldens/operators.json")
    return (try? JSONDecoder().decode([Recorded].self, from: Data(contentsOf: file))) ?? []
  }()

  @Test func `every operator that is recorded was read`() { #expect(Self.recorded.count == 97) }

  @Test(arguments: recorded)
  func `an operator gives what ONNX Runtime gives`(_ item: Recorded) throws {
    let names = item.inputs.enumerated().map { $0.element == nil ? "" : "x\($0.offset)" }
    let outputs = item.outputs.indices.map { "y\($0)" }
    let node = Network.Node(
      name: "node", operation: item.operation, inputs: names, outputs: outputs,
      attributes: item.attributes.mapValues(\.attribute))
    var values: [String: NetworkValue] = [:]
    for (name, input) in zip(names, item.inputs) { if let input { values[name] = try input.value } }
    let network = try Network(
      inputs: values.map { Network.Input(name: $0.key, extents: $0.value.shape.extents) }, outputs: outputs,
      constants: [:], nodes: [node], opset: item.opset)
    for threads in [1, 2] {
      var executor = NetworkExecutor(try NetworkPlan(network, watch: .all), threadCount: threads)
      try executor.start(values)
      let result = try #require(try executor.next())
      #expect(result.values.map(\.name) == outputs)
      for (found, expected) in zip(result.values.map(\.value), item.outputs) {
        #expect(found.shape.extents == expected.shape)
        switch found {
        case .integers(let tensor): #expect(tensor.elements == expected.integers)
        case .floats(let tensor):
          let expected = expected.floats ?? []
          let largest = expected.map { abs(Double($0)) }.max() ?? 0
          #expect(mismatch(tensor.elements, expected, absolute: 2e-6 * largest, relative: 1e-5) == nil)
        }
      }
    }
  }
}
