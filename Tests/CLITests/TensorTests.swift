import Codecs
import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("imgconv tensor")
struct TensorTests {
  static let published = ["1d", "2d"].flatMap {
    TensorCase.all(in: SharedFiles.folder.appendingPathComponent("conformance/onnx/\($0)"))
  }
  static let recorded = TensorCase.all(
    in: SharedFiles.packageFolder.appendingPathComponent("Tests/ConvolutionTests/OperatorGoldens"))

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @discardableResult
  private func run(_ arguments: [String], input: Data = Data()) throws -> Tool.Run {
    try Tool.run(["tensor"] + arguments, in: folder.url, input: input)
  }

  private func run(_ line: String, input: Data = Data()) throws -> Tool.Run {
    try run(line.split(separator: " ").map(String.init), input: input)
  }

  /// Runs a case by every algorithm it has, and compares with the answer on file.
  ///
  /// Maxima and indices are equal; sums agree to 2e-5 of each element, or, where terms cancel, to 1e-6 of the largest.
  private func replay(_ item: TensorCase) throws {
    let operation = try item.operation
    let expected = try item.tensor("y.npy")
    let isMaximum = operation.hasSuffix("maxpool")
    let largest = expected.elements.map { abs(Double($0)) }.max() ?? 0
    var arguments = [operation, "--input", item.folder.appendingPathComponent("x.npy").path, "--output", "y.npy"]
    for (name, option) in [("w.npy", "--weight"), ("b.npy", "--bias")] where item.has(name) {
      arguments += [option, item.folder.appendingPathComponent(name).path]
    }
    if item.has("indices.npy") { arguments += ["--indices", "i.npy"] }
    let algorithms = item.has("w.npy") ? TensorConvolution.algorithms.map { ["--algorithm", $0.rawValue] } : [[]]
    for algorithm in algorithms {
      let result = try run(arguments + item.options() + algorithm)
      #expect(result.exitCode == 0, "\(item) \(algorithm): \(result.errors)")
      let found = try folder.tensor("y.npy")
      #expect(found.shape == expected.shape, "\(item) \(algorithm)")
      let difference = mismatch(
        found.elements, expected.elements, absolute: isMaximum ? 0 : 1e-6 * largest, relative: isMaximum ? 0 : 2e-5)
      #expect(difference == nil, "\(item) \(algorithm)")
    }
    if item.has("indices.npy") {
      let indices = try NPYFixture(folder.file("i.npy"))
      #expect(indices.extents == expected.shape.extents)
      #expect(indices.values == (try NPYFixture(item.folder.appendingPathComponent("indices.npy")).values), "\(item)")
    }
  }

  @Test("gives the published answer to every published case", .enabled(if: SharedFiles.exist), arguments: published)
  func publishedCase(item: TensorCase) throws { try replay(item) }

  @Test("leaves no published case out", .enabled(if: SharedFiles.exist))
  func allPublishedCases() {
    #expect(Self.published.count >= 43)
  }

  @Test(
    "gives the answers of ONNX Runtime", arguments: recorded.filter { !$0.description.hasPrefix("gradient_") })
  func recordedCase(item: TensorCase) throws { try replay(item) }

  @Test("gives the gradients of JAX", arguments: recorded.filter { $0.description.hasPrefix("gradient_") })
  func recordedGradient(item: TensorCase) throws {
    let operation = try item.operation
    func file(_ name: String) -> String { item.folder.appendingPathComponent(name).path }
    var arguments = ["\(operation)-backward", "--input", file("x.npy"), "--grad-output", file("dy.npy")]
    var results = ["dx.npy": "--grad-input"]
    var algorithms: [[String]] = [[]]
    if operation == "conv" {
      arguments += ["--weight", file("w.npy")]
      results.merge(["dw.npy": "--grad-weight", "db.npy": "--grad-bias"]) { $1 }
      algorithms = TensorConvolution.algorithms.map { ["--algorithm", $0.rawValue] }
    }
    for (name, option) in results { arguments += [option, name] }
    for algorithm in algorithms {
      let result = try run(arguments + item.options() + algorithm)
      #expect(result.exitCode == 0, "\(item): \(result.errors)")
      for name in results.keys {
        let (found, expected) = (try folder.tensor(name), try item.tensor(name))
        #expect(found.shape == expected.shape, "\(name) of \(item)")
        let difference = mismatch(found.elements, expected.elements, absolute: 2e-6, relative: 2e-5)
        #expect(difference == nil, "\(name) of \(item) \(algorithm)")
      }
    }
  }

  @Test("gives gradients that are what a loss gains when a number grows by one")
  func numericalGradients() throws {
    // Everything is a small whole number and the loss Σ y·dy is linear in each array, so differences are exact.
    var generator = SeededGenerator(seed: 7)
    func whole(_ extents: Int...) throws -> Tensor {
      let shape = try Shape(extents)
      return Tensor(
        shape: shape, elements: (0..<shape.elementCount).map { _ in Float(Int.random(in: -4...4, using: &generator)) })
    }
    let arrays = ["x": try whole(1, 2, 3, 4), "w": try whole(2, 1, 2, 2), "b": try whole(2)]
    let dy = try whole(1, 2, 2, 3)
    try folder.write(dy, as: "dy.npy")
    let attributes = "--group 2 --strides 2,2 --pads 1,1,0,1 --dilations 1,1"
    func loss(_ changed: [String: Tensor]) throws -> Float {
      for (name, tensor) in changed { try folder.write(tensor, as: "\(name).npy") }
      let result = try run("conv --input x.npy --weight w.npy --bias b.npy \(attributes) --output y.npy")
      #expect(result.exitCode == 0, "\(result.errors)")
      return zip(try folder.tensor("y.npy").elements, dy.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let start = try loss(arrays)
    let backward = try run(
      "conv-backward --input x.npy --weight w.npy --grad-output dy.npy \(attributes) "
        + "--grad-input dx.npy --grad-weight dw.npy --grad-bias db.npy")
    #expect(backward.exitCode == 0, "\(backward.errors)")
    for (name, array) in arrays {
      let gradient = try folder.tensor("d\(name).npy")
      #expect(gradient.shape == array.shape)
      var gains: [Float] = []
      for index in array.elements.indices {
        var grown = array
        grown.elements[index] += 1
        gains.append(try loss([name: grown]) - start)
      }
      _ = try loss([name: array])
      #expect(gradient.elements == gains, "d\(name)")
    }
  }

  @Test("writes a matrix of windows whose product with the weight is the convolution, and adds it up again")
  func columns() throws {
    let x = try folder.write(counting: 2, 2, 4, 5, as: "x.npy")
    let w = try folder.write(counting: 3, 2, 3, 2, as: "w.npy")
    let window = "--strides 1,2 --pads 1,0,1,1 --output"
    #expect(try run("im2col --input x.npy --kernel-shape 3,2 \(window) columns.npy").exitCode == 0)
    #expect(try run("conv --input x.npy --weight w.npy \(window) y.npy").exitCode == 0)
    let (columns, y) = (try folder.tensor("columns.npy"), try folder.tensor("y.npy"))
    let windowCount = y.shape[2] * y.shape[3]
    #expect(columns.shape.extents == [2, 12, windowCount])
    for n in 0..<2 {
      for l in 0..<3 {
        for place in 0..<windowCount {
          let sum = (0..<12).reduce(Float(0)) { $0 + w.elements[l * 12 + $1] * columns[n, $1, place] }
          #expect(sum == y.elements[(n * 3 + l) * windowCount + place])
        }
      }
    }

    // Each sample comes back as often as windows hold it: as often as a one does.
    try folder.write(Tensor(repeating: 1, shape: x.shape), as: "ones.npy")
    #expect(try run("im2col --input ones.npy --kernel-shape 3,2 \(window) ones-columns.npy").exitCode == 0)
    for name in ["columns", "ones-columns"] {
      let result = try run("col2im --input \(name).npy --image-shape 4,5 --kernel-shape 3,2 \(window) \(name)-sum.npy")
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    let (sums, counts) = (try folder.tensor("columns-sum.npy"), try folder.tensor("ones-columns-sum.npy"))
    #expect(sums.shape == x.shape)
    #expect(counts.elements.max() == 3)
    #expect(sums.elements == zip(x.elements, counts.elements).map { $0 * $1 })
  }

  @Test("takes signals as it takes images")
  func signals() throws {
    try folder.write(counting: 1, 1, 6, as: "x.npy")
    #expect(try run("im2col --input x.npy --kernel-shape 2 --strides 2 --output columns.npy").exitCode == 0)
    #expect(try folder.tensor("columns.npy").elements == [0, 2, 4, 1, 3, 5])
    let back = try run("col2im --input columns.npy --image-shape 6 --block-shape 2 --strides 2 --output back.npy")
    #expect(back.exitCode == 0, "\(back.errors)")
    #expect(try folder.tensor("back.npy") == folder.tensor("x.npy"))
    for (operation, expected) in [("globalmaxpool", Float(5)), ("globalaveragepool", 2.5), ("globallppool --p 1", 15)] {
      #expect(try run("\(operation) --input x.npy --output y.npy").exitCode == 0)
      #expect(try folder.tensor("y.npy") == Tensor(repeating: expected, shape: try Shape([1, 1, 1])))
    }
  }

  @Test("writes the places of the maxima as 64-bit integers of the whole input")
  func indices() throws {
    try folder.write(counting: 1, 2, 4, 4, as: "x.npy")
    let result = try run("maxpool --input x.npy --kernel-shape 2,2 --strides 2,2 --output y.npy --indices i.npy")
    #expect(result.exitCode == 0, "\(result.errors)")
    let indices = try NPYFixture(folder.file("i.npy"))
    #expect(indices.extents == [1, 2, 2, 2])
    #expect(indices.values == [5, 7, 13, 15, 21, 23, 29, 31])
    #expect(try folder.tensor("y.npy").elements == [5, 7, 13, 15, 21, 23, 29, 31])
    #expect(String(decoding: try Data(contentsOf: folder.file("i.npy")), as: UTF8.self).contains("'<i8'"))
  }

  @Test("takes switches alone, or with ONNX's 0 and 1")
  func switches() throws {
    try folder.write(counting: 1, 1, 5, as: "x.npy")
    for (text, expected) in [("", 2), ("--ceil-mode", 3), ("--ceil-mode 1", 3), ("--ceil-mode 0", 2)] {
      #expect(try run("maxpool \(text) --input x.npy --kernel-shape 2 --strides 2 --output y.npy").exitCode == 0)
      #expect(try folder.tensor("y.npy").shape.extents == [1, 1, expected], "\(text)")
    }
    for (text, expected) in [("", Float(0.5)), ("--count-include-pad", 1.0 / 3), ("--count-include-pad 0", 0.5)] {
      let window = "--kernel-shape 3 --pads 1,0 --output y.npy"
      #expect(try run("averagepool --input x.npy \(text) \(window)").exitCode == 0)
      #expect(try folder.tensor("y.npy").elements[0] == expected, "\(text)")
    }
  }

  @Test("reads standard input and writes standard output, and nothing but the array")
  func pipes() throws {
    let x = try folder.write(counting: 1, 1, 3, 3, as: "x.npy")
    try folder.write(Tensor(repeating: 2, shape: try Shape([1, 1, 1, 1])), as: "w.npy")
    let bytes = try Data(contentsOf: folder.file("x.npy"))
    let result = try run("conv --input - --weight w.npy --output - --verbose", input: bytes)
    #expect(result.exitCode == 0, "\(result.errors)")
    try result.output.write(to: folder.file("y.npy"))
    #expect(try folder.tensor("y.npy").elements == x.elements.map { 2 * $0 })
    #expect(result.errors.contains("Conv: input 1×1×3×3, weight 1×1×1×1 → output 1×1×3×3, direct, 9 multiply-adds"))
    #expect(folder.names == ["w.npy", "x.npy", "y.npy"])
  }

  @Test("reads every real type, in either byte and axis order")
  func types() throws {
    let fixtures = SharedFiles.packageFolder.appendingPathComponent("Tests/CodecsTests/Fixtures")
    let written = try folder.write(counting: 1, 1, 2, 3, as: "x.npy")
    let header = String(decoding: try Data(contentsOf: folder.file("x.npy")).prefix(128), as: UTF8.self)
    #expect(header.contains("'<f4'") && written.shape.rank == 4)
    for type in ["complex", "object", "structure"] {
      let path = fixtures.appendingPathComponent("\(type).npy").path
      let result = try run(["globalmaxpool", "--input", path, "--output", "y.npy"])
      #expect(result.exitCode == 65, "\(type)")
      #expect(result.errors.contains(path) && result.errors.contains("expected"), "\(result.errors)")
    }
    var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
    let dictionary = "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 1, 2, 2), }"
    bytes += Data((dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n").utf8)
    bytes += Data([1, 2, 3, 250])
    try bytes.write(to: folder.file("bytes.npy"))
    #expect(try run("im2col --input bytes.npy --kernel-shape 1,1 --output y.npy").exitCode == 0)
    #expect(try folder.tensor("y.npy").elements == [1, 3, 2, 250])
  }

  /// What `--json` prints.
  private struct Summary: Decodable {
    let operation: String
    let inputs: [String: [Int]], outputs: [String: [Int]]
    let kernelShape: [Int], strides: [Int], pads: [Int], dilations: [Int]
    let algorithm: String?
    let parameters: Int?, multiplyAdds: Int?
    let workingBytes: Int
  }

  @Test("tells shapes, padding, cost and algorithm as JSON")
  func summary() throws {
    try folder.write(counting: 1, 4, 13, as: "x.npy")
    try folder.write(counting: 6, 2, 6, as: "w.npy")
    try folder.write(counting: 6, as: "b.npy")
    let line = "conv --input x.npy --weight w.npy --bias b.npy --group 2 --strides 5 --output y.npy --json"
    let conv = try JSONDecoder().decode(Summary.self, from: try run("\(line) --auto-pad SAME_UPPER").output)
    #expect(conv.operation == "Conv" && conv.algorithm == "direct")
    #expect(conv.inputs == ["input": [1, 4, 13], "weight": [6, 2, 6], "bias": [6]])
    #expect(conv.outputs == ["output": [1, 6, 3]])
    #expect(conv.kernelShape == [6] && conv.strides == [5] && conv.dilations == [1])
    #expect(conv.pads == [1, 2])
    #expect(conv.parameters == 78 && conv.multiplyAdds == 6 * 3 * 2 * 6)
    #expect(conv.workingBytes > 4 * 18 + 4 * 72)
    let pool = try JSONDecoder().decode(
      Summary.self, from: try run("globalmaxpool --input x.npy --output y.npy --json").output)
    #expect(pool.operation == "GlobalMaxPool" && pool.algorithm == nil && pool.parameters == nil)
    #expect(pool.kernelShape == [13] && pool.outputs == ["output": [1, 4, 1]])
  }

  @Test(
    "gives one result, whatever the number of threads",
    arguments: [
      "conv --weight w.npy --output", "convtranspose --weight w.npy --group 2 --output",
      "convtranspose --weight w.npy --group 2 --algorithm im2col --output",
      "conv-backward --weight w.npy --grad-output dy.npy --grad-input",
      "conv-backward --weight w.npy --grad-output dy.npy --grad-weight",
      "conv-backward --weight w.npy --grad-output dy.npy --algorithm im2col --grad-input",
      "conv-backward --weight w.npy --grad-output dy.npy --algorithm im2col --grad-weight",
      "maxpool --kernel-shape 3,3 --output", "averagepool --kernel-shape 3,3 --output",
      "lppool --kernel-shape 3,3 --p 3 --output", "im2col --kernel-shape 3,3 --output",
      "maxpool-backward --kernel-shape 3,3 --grad-output dy.npy --grad-input",
      "averagepool-backward --kernel-shape 3,3 --grad-output dy.npy --grad-input",
      "lppool-backward --kernel-shape 3,3 --grad-output dy.npy --grad-input",
    ])
  func threads(line: String) throws {
    var generator = SeededGenerator(seed: 9)
    for (name, extents) in [("x", [2, 4, 23, 19]), ("w", [4, 4, 3, 3]), ("dy", [2, 4, 21, 17])] {
      let shape = try Shape(extents)
      try folder.write(
        Tensor(shape: shape, elements: generator.array(count: shape.elementCount, in: -1...1) as [Float]),
        as: "\(name).npy")
    }
    for threads in 1...3 {
      let result = try run("\(line) y\(threads).npy --input x.npy --threads \(threads)")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try Data(contentsOf: folder.file("y1.npy")) == Data(contentsOf: folder.file("y\(threads).npy")))
    }
  }
}
