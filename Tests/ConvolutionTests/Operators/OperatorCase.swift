import Convolution
import Foundation
import Tensors
import TestSupport

/// One published or recorded case of an ONNX operator: a folder with `attrs.json`, its tensors, and the answer.
struct OperatorCase: Sendable, CustomStringConvertible {
  let folder: URL

  var description: String { folder.lastPathComponent }

  /// The cases in the folders below `folder`, by name; none where it is absent.
  static func all(in folder: URL) -> [OperatorCase] {
    let entries = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (entries ?? []).filter {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("attrs.json").path)
    }
    .sorted { $0.path < $1.path }.map(OperatorCase.init(folder:))
  }

  /// `attrs.json`: the operator and its attributes, defaults filled in.
  private struct Description: Decodable {
    let op: String
    let attrs: Attributes
  }

  private struct Attributes: Decodable {
    let autoPad: String?, group: Int?, strides: [Int]?, pads: [Int]?, dilations: [Int]?, kernelShape: [Int]?
    let ceilMode: Int?, countIncludePad: Int?, p: Int?, outputPadding: [Int]?, outputShape: [Int]?
  }

  /// What the operator should give, or gave.
  struct Answer {
    let output: Tensor
    let indices: [Int]?
  }

  /// A tensor of the case, or `nil` where it has none of that name.
  private func tensor(_ name: String) throws -> Tensor? {
    let url = folder.appendingPathComponent("\(name).npy")
    return FileManager.default.fileExists(atPath: url.path) ? try NPYFixture(url).tensor : nil
  }

  /// The answer on file.
  func expected() throws -> Answer {
    let indices = folder.appendingPathComponent("indices.npy")
    return Answer(
      output: try NPYFixture(folder.appendingPathComponent("y.npy")).tensor,
      indices: FileManager.default.fileExists(atPath: indices.path)
        ? try NPYFixture(indices).values.map { Int($0) } : nil)
  }

  /// The operator of the case.
  func name() throws -> String { try describe().op }

  private func describe() throws -> Description {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Description.self, from: Data(contentsOf: folder.appendingPathComponent("attrs.json")))
  }

  /// What this library answers.
  func answer(by algorithm: TensorAlgorithm) throws -> Answer {
    let description = try describe()
    let attributes = description.attrs
    let input = try NPYFixture(folder.appendingPathComponent("x.npy")).tensor
    let window = try WindowParameters(
      spatialRank: input.shape.rank - 2, strides: attributes.strides, pads: attributes.pads,
      dilations: attributes.dilations, autoPad: AutoPadding(rawValue: attributes.autoPad ?? "NOTSET") ?? .notSet)
    func pooling() throws -> TensorPooling {
      try TensorPooling(
        input: input.shape, kernel: attributes.kernelShape ?? [], window: window,
        rounding: attributes.ceilMode == 1 ? .ceil : .floor)
    }
    switch description.op {
    case "Conv", "ConvTranspose":
      guard let weight = try tensor("w") else { throw NPYFixture.Failure(description: "\(self) has no weight") }
      let group = attributes.group ?? 1
      if description.op == "Conv" {
        let convolution = try TensorConvolution(
          input: input.shape, weight: weight.shape, window: window, group: group)
        return Answer(
          output: try convolution.forward(input, weight: weight, bias: tensor("b"), algorithm: algorithm), indices: nil)
      }
      let convolution = try TransposedConvolution(
        input: input.shape, weight: weight.shape, window: window, group: group,
        outputPadding: attributes.outputPadding, outputSize: attributes.outputShape)
      return Answer(
        output: try convolution.forward(input, weight: weight, bias: tensor("b"), algorithm: algorithm), indices: nil)
    case "MaxPool":
      let pooled = try pooling().maximum(of: input)
      return Answer(output: pooled.maxima, indices: pooled.indices)
    case "AveragePool":
      return Answer(
        output: try pooling().average(of: input, countingPadding: attributes.countIncludePad == 1), indices: nil)
    case "LpPool": return Answer(output: try pooling().norm(of: input, p: attributes.p ?? 2), indices: nil)
    case "GlobalMaxPool":
      return Answer(output: try TensorPooling(global: input.shape).maximum(of: input).maxima, indices: nil)
    case "GlobalAveragePool":
      return Answer(output: try TensorPooling(global: input.shape).average(of: input), indices: nil)
    default: throw NPYFixture.Failure(description: "\(self) is of an operator unknown to the tests: \(description.op)")
    }
  }
}
