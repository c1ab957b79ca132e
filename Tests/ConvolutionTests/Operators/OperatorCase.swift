import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

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
  private struct Answer {
    let output: Tensor
    let indices: [Int]?
  }

  /// A tensor of the case, or `nil` where it has none of that name.
  private func tensor(_ name: String) throws -> Tensor? {
    let url = folder.appendingPathComponent("\(name).npy")
    return FileManager.default.fileExists(atPath: url.path) ? try NPYFixture(url).tensor : nil
  }

  /// The answer on file.
  private func expected() throws -> Answer {
    let indices = folder.appendingPathComponent("indices.npy")
    return Answer(
      output: try NPYFixture(folder.appendingPathComponent("y.npy")).tensor,
      indices: FileManager.default.fileExists(atPath: indices.path)
        ? try NPYFixture(indices).values.map { Int($0) } : nil)
  }

  private func describe() throws -> Description {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Description.self, from: Data(contentsOf: folder.appendingPathComponent("attrs.json")))
  }

  /// Expects the answer of every algorithm to be the one on file.
  ///
  /// Maxima and indices are equal; sums agree to 2e-5 of each element, or, where terms cancel, to 1e-6 of the largest.
  func expectAnswer() throws {
    let expected = try expected()
    let isMaximum = try describe().op.contains("MaxPool")
    let largest = expected.output.elements.map { abs(Double($0)) }.max() ?? 0
    for algorithm in Algorithm.allCases {
      let found = try answer(by: algorithm)
      #expect(found.output.shape == expected.output.shape, "\(self) by \(algorithm)")
      let difference = mismatch(
        found.output.elements, expected.output.elements, absolute: isMaximum ? 0 : 1e-6 * largest,
        relative: isMaximum ? 0 : 2e-5)
      #expect(difference == nil, "\(self) by \(algorithm)")
      if let indices = expected.indices { #expect(found.indices == indices, "\(self) by \(algorithm)") }
    }
  }

  /// The window of the case on an input.
  private func window(_ attributes: Attributes, on input: Tensor) throws -> WindowParameters {
    try WindowParameters(
      spatialRank: input.shape.rank - 2, strides: attributes.strides, pads: attributes.pads,
      dilations: attributes.dilations, autoPad: AutoPadding(rawValue: attributes.autoPad ?? "NOTSET") ?? .notSet)
  }

  /// The pooling of the case on an input.
  private func pooling(_ attributes: Attributes, on input: Tensor) throws -> TensorPooling {
    guard let kernel = attributes.kernelShape else { return try TensorPooling(global: input.shape) }
    return try TensorPooling(
      input: input.shape, kernel: kernel, window: window(attributes, on: input),
      rounding: attributes.ceilMode == 1 ? .ceil : .floor)
  }

  /// A tensor that the case must have.
  private func required(_ name: String) throws -> Tensor {
    guard let tensor = try tensor(name) else { throw NPYFixture.Failure(description: "\(self) has no \(name).npy") }
    return tensor
  }

  /// The fitted convolution of a case that is one.
  private func convolution(_ attributes: Attributes, on input: Tensor) throws -> TensorConvolution {
    try TensorConvolution(
      input: input.shape, weight: required("w").shape, window: window(attributes, on: input),
      group: attributes.group ?? 1)
  }

  /// What this library answers.
  private func answer(by algorithm: Algorithm) throws -> Answer {
    let description = try describe()
    let attributes = description.attrs
    let input = try required("x")
    switch description.op {
    case "Conv":
      let output = try convolution(attributes, on: input)
        .forward(input, weight: required("w"), bias: tensor("b"), algorithm: algorithm)
      return Answer(output: output, indices: nil)
    case "ConvTranspose":
      let weight = try required("w")
      let transposed = try TransposedConvolution(
        input: input.shape, weight: weight.shape, window: window(attributes, on: input), group: attributes.group ?? 1,
        outputPadding: attributes.outputPadding, outputSize: attributes.outputShape)
      return Answer(
        output: try transposed.forward(input, weight: weight, bias: tensor("b"), algorithm: algorithm), indices: nil)
    case "MaxPool", "GlobalMaxPool":
      let pooled = try pooling(attributes, on: input).maximum(of: input)
      return Answer(output: pooled.maxima, indices: pooled.indices)
    case "AveragePool", "GlobalAveragePool":
      let counting = attributes.countIncludePad == 1
      return Answer(
        output: try pooling(attributes, on: input).average(of: input, countingPadding: counting), indices: nil)
    case "LpPool", "GlobalLpPool":
      return Answer(output: try pooling(attributes, on: input).norm(of: input, p: attributes.p ?? 2), indices: nil)
    default: throw NPYFixture.Failure(description: "\(self) is of an operator unknown to the tests: \(description.op)")
    }
  }

  /// The gradients that this library computes for the output's gradient on file, by the names of their files.
  func gradients(by algorithm: Algorithm) throws -> [String: Tensor] {
    let description = try describe()
    let (input, dOutput) = (try required("x"), try required("dy"))
    switch description.op {
    case "Conv":
      let gradients = try convolution(description.attrs, on: input)
        .backward(input: input, weight: required("w"), dOutput: dOutput, algorithm: algorithm)
      return ["dx": gradients.dInput, "dw": gradients.dWeight, "db": gradients.dBias]
    case "MaxPool":
      let pooling = try pooling(description.attrs, on: input)
      return ["dx": try pooling.dInputOfMaximum(pooling.maximum(of: input), dOutput: dOutput)]
    case "AveragePool":
      let counting = description.attrs.countIncludePad == 1
      return [
        "dx": try pooling(description.attrs, on: input).dInputOfAverage(dOutput: dOutput, countingPadding: counting)
      ]
    default: throw NPYFixture.Failure(description: "\(self) has no gradient known to the tests: \(description.op)")
    }
  }
}
