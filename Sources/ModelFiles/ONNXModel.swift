public import Networks
import ONNXSchema
import SwiftProtobuf
import Tensors

/// Networks as ONNX files hold them.
public enum ONNXModel {
  /// The version of the operators' meaning up to which they are known; younger ones are read alike.
  static let oldestOpset = 7

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - memoryLimit: the bytes that all tensors of the file may take.
  /// - Returns: the network. Weights of half precision become 32-bit floats.
  /// - Throws: `ModelFileError`.
  public static func network(of bytes: [UInt8], memoryLimit: Int = .max) throws(ModelFileError) -> Network {
    let model: Onnx_Model
    do { model = try Onnx_Model(serializedBytes: bytes) } catch {
      throw ModelFileError(.corrupt, "it is no ONNX model: its bytes are not what the format asks for")
    }
    guard model.hasGraph, !model.graph.node.isEmpty else {
      throw ModelFileError(.corrupt, "it is no ONNX model: there is no graph with nodes in it")
    }
    let opset = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map { Int($0.version) } ?? 1
    guard opset >= oldestOpset else {
      throw ModelFileError(.unsupported, "its operators are those of opset \(opset); expected \(oldestOpset) or newer")
    }
    var reader = ONNXTensorReader(memoryLeft: memoryLimit)
    var constants: [String: NetworkValue] = [:]
    for tensor in model.graph.initializer { constants[tensor.name] = try reader.value(of: tensor) }
    var nodes: [Network.Node] = []
    for node in model.graph.node { nodes.append(try Network.Node(node, &reader)) }
    do {
      return try Network(
        inputs: model.graph.input.map(Network.Input.init), outputs: model.graph.output.map(\.name),
        constants: constants, nodes: nodes, opset: opset)
    } catch {
      throw ModelFileError(error)
    }
  }
}

extension Network.Input {
  fileprivate init(_ info: Onnx_ValueInfo) {
    self.init(
      name: info.name,
      extents: info.type.tensorType.shape.dim.map { dimension in
        // Some exporters write −1 where any extent is taken.
        if case .dimValue(let extent)? = dimension.value, extent > 0 { Int(extent) } else { nil }
      })
  }
}

extension Network.Node {
  fileprivate init(_ node: Onnx_Node, _ reader: inout ONNXTensorReader) throws(ModelFileError) {
    // Operators of other domains have other meanings, whatever their name.
    let operation =
      node.domain.isEmpty || node.domain == "ai.onnx" ? node.opType : "\(node.domain).\(node.opType)"
    var attributes: [String: Network.Attribute] = [:]
    for attribute in node.attribute {
      attributes[attribute.name] =
        switch attribute.type {
        case 1: .float(attribute.f)
        case 2: .integer(Int(attribute.i))
        case 3: .text(String(decoding: attribute.s, as: UTF8.self))
        case 4: .value(try reader.value(of: attribute.t))
        case 6: .floats(attribute.floats)
        case 7: .integers(attribute.ints.map(Int.init))
        case 8: .texts(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
        // Graphs and sparse tensors: the operators that have them are not supported.
        default: .text("")
        }
    }
    self.init(
      name: node.name, operation: operation, inputs: node.input, outputs: node.output, attributes: attributes)
  }
}
