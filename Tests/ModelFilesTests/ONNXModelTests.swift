import Foundation
import ModelFiles
import Networks
import ONNXSchema
import SwiftProtobuf
import Tensors
import Testing

@Suite struct ONNXModelTests {
  /// A model of one convolution of 2×1×1×2 weights and a sum with a `Constant`.
  private func model() -> Onnx_Model {
    var weight = Onnx_TensorData()
    weight.name = "w"
    weight.dims = [2, 1, 1, 2]
    weight.dataType = 1
    weight.floatData = [1, 2, -1, 0.5]
    var offset = Onnx_TensorData()
    offset.dims = [1]
    offset.dataType = 10
    // 1.5 as a half.
    offset.rawData = Data([0x00, 0x3E])
    var value = Onnx_Attribute()
    value.name = "value"
    value.type = 4
    value.t = offset
    var constant = Onnx_Node()
    constant.opType = "Constant"
    constant.output = ["c"]
    constant.attribute = [value]
    var convolution = Onnx_Node()
    convolution.name = "first"
    convolution.opType = "Conv"
    convolution.input = ["x", "w"]
    convolution.output = ["y"]
    var sum = Onnx_Node()
    sum.opType = "Add"
    sum.input = ["y", "c"]
    sum.output = ["z"]
    var input = Onnx_ValueInfo()
    input.name = "x"
    input.type.tensorType.shape.dim = [Int64(1), 1, -1, 3].map { extent in
      var dimension = Onnx_Dimension()
      dimension.dimValue = Int64(extent)
      return dimension
    }
    var output = Onnx_ValueInfo()
    output.name = "z"
    var opset = Onnx_OperatorSet()
    opset.version = 13
    var model = Onnx_Model()
    model.irVersion = 8
    model.opsetImport = [opset]
    model.graph.node = [constant, convolution, sum]
    model.graph.initializer = [weight]
    model.graph.input = [input]
    model.graph.output = [output]
    return model
  }

  private func bytes(_ model: Onnx_Model) throws -> [UInt8] { try model.serializedBytes() }

  private func code(_ model: Onnx_Model, memoryLimit: Int = .max) throws -> String? {
    let bytes = try bytes(model)
    do throws(ModelFileError) {
      _ = try ONNXModel.network(of: bytes, memoryLimit: memoryLimit)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a model's nodes, weights and constants become a network`() throws {
    let network = try ONNXModel.network(of: bytes(model()))
    #expect(network.opset == 13)
    #expect(network.inputs == [Network.Input(name: "x", extents: [1, 1, nil, 3])])
    #expect(network.nodes.map(\.name) == ["first", "Add_2"])
    var executor = NetworkExecutor(try NetworkPlan(network, watch: .all))
    try executor.start(["x": .floats(Tensor(shape: try Shape([1, 1, 1, 3]), elements: [1, 2, 3]))])
    #expect(try executor.next()?.values.first?.value == .floats(try tensor([1, 2, 1, 2], [5, 8, 0, -0.5])))
    #expect(try executor.next()?.values.first?.value == .floats(try tensor([1, 2, 1, 2], [6.5, 9.5, 1.5, 1])))
  }

  private func tensor(_ extents: [Int], _ elements: [Float]) throws -> Tensor {
    Tensor(shape: try Shape(extents), elements: elements)
  }

  @Test func `a model that is cut short anywhere is an error or another model, never a crash`() throws {
    let whole = try bytes(model())
    for count in whole.indices {
      do throws(ModelFileError) {
        _ = try ONNXModel.network(of: Array(whole[..<count]))
      } catch {
        #expect(error.code.hasPrefix("model."))
      }
    }
  }

  @Test func `a model with any byte changed is an error or another model, never a crash`() throws {
    let whole = try bytes(model())
    for place in whole.indices {
      for change: UInt8 in [1, 0x80, 0xFF] {
        var changed = whole
        changed[place] ^= change
        guard let network = try? ONNXModel.network(of: changed, memoryLimit: 1 << 20),
          let plan = try? NetworkPlan(network, watch: .all), let input = network.inputs.first
        else { continue }
        var executor = NetworkExecutor(plan, memoryLimit: 1 << 20)
        try? executor.start([input.name: .floats(try tensor([1, 1, 1, 3], [1, 2, 3]))])
        while case .some(.some) = try? executor.next() {}
      }
    }
  }

  @Test func `tensors whose numbers are not those of their shape are refused`() throws {
    var model = model()
    model.graph.initializer[0].dims = [2, 1, 1, 3]
    #expect(try code(model) == "model.corrupt")
    model.graph.initializer[0].dims = [-1, 1, 1, 2]
    #expect(try code(model) == "model.corrupt")
    model.graph.initializer[0].dims = [1 << 40, 1 << 40]
    #expect(try code(model) == "model.corrupt")
    model.graph.initializer[0].dims = [1 << 40]
    #expect(try code(model, memoryLimit: 1 << 30) == "limit.memory")
  }

  @Test func `what is not read is said`() throws {
    var model = model()
    model.graph.initializer[0].dataLocation = 1
    #expect(try code(model) == "model.unsupported")
    model = self.model()
    model.graph.initializer[0].dataType = 8
    #expect(try code(model) == "model.unsupported")
    model = self.model()
    model.opsetImport[0].version = 6
    #expect(try code(model) == "model.unsupported")
    model = self.model()
    model.clearGraph()
    #expect(try code(model) == "model.corrupt")
    model = self.model()
    model.graph.node[1].input = ["x", "v"]
    #expect(try code(model) == "model.value")
  }
}
