import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

/// The code of the article "Convolution, step by step", block by block: what the article shows is what runs here.
@Suite("The article on convolution")
struct ArticleTests {
  @Test("correlates")
  func correlation() throws {
    let signal = Tensor(shape: try Shape([1, 7]), elements: [1, 2, 3, 4, 5, 4, 2])
    let kernel = Tensor(shape: try Shape([1, 1, 3]), elements: [1, 0, -1])
    #expect(try signal.convolved(with: kernel).elements == [-2, -2, -2, 0, 3])

    let pulse = Tensor(shape: try Shape([1, 5]), elements: [0, 0, 1, 0, 0])
    let steps = Tensor(shape: try Shape([1, 1, 3]), elements: [1, 2, 3])
    #expect(try pulse.convolved(with: steps).elements == [3, 2, 1])
  }

  @Test("goes on to two dimensions")
  func twoDimensions() throws {
    let image = Tensor(
      shape: try Shape([1, 5, 5]),
      elements: [
        1, 1, 1, 0, 0,
        0, 1, 1, 1, 0,
        0, 0, 1, 1, 1,
        0, 0, 1, 1, 0,
        0, 1, 1, 0, 0,
      ])
    let cross = KernelBank(rows: [[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    #expect(try image.convolved(with: cross).elements == [4, 3, 4, 2, 4, 3, 2, 3, 4])
  }

  @Test("pads")
  func padding() throws {
    let signal = Tensor(shape: try Shape([1, 7]), elements: [1, 2, 3, 4, 5, 4, 2])
    let kernel = Tensor(shape: try Shape([1, 1, 3]), elements: [1, 0, -1])

    #expect(try signal.convolved(with: kernel, padding: .same).elements == [-2, -2, -2, -2, 0, 3, 4])
    let box = KernelBank(rows: [[1, 1, 1], [1, 1, 1], [1, 1, 1]], divisor: 9)
    let grey = Tensor(repeating: 0.5, shape: try Shape([1, 4, 4]))
    #expect(try grey.convolved(with: box, padding: .same, border: .edge) == grey)
    #expect(try grey.convolved(with: box, padding: .same, border: .zero)[0, 0, 0] == 2 / 9)
  }

  @Test("steps by the TensorFlow rule")
  func stride() throws {
    let row = Extent(height: 1, width: 13)
    let six = Extent(height: 1, width: 6)
    let valid = try ConvolutionGeometry(input: row, kernel: six, stride: 5).horizontal
    #expect(valid.output == 2 && valid.dropped == 2)
    let same = try ConvolutionGeometry(input: row, kernel: six, stride: 5, padding: .same).horizontal
    #expect(same.output == 3 && same.before == 1 && same.after == 2)
  }

  @Test("follows the receptive field")
  func receptiveField() throws {
    let first = try ConvolutionGeometry(input: 32, kernel: 3, padding: .same)
    let pooling = try ConvolutionGeometry(input: 32, kernel: 2, stride: 2)
    let last = try ConvolutionGeometry(input: 16, kernel: 3, padding: .same)
    let field = try ReceptiveField(of: [first, first, pooling, last])
    #expect(field.size == Extent(10) && field.horizontal.jump == 2)
    #expect(field.horizontal.samples(ofOutput: 5) == 6..<16)
  }

  @Test("writes the matrix of windows out")
  func matrixOfWindows() throws {
    let numbers = Tensor(shape: try Shape([1, 3, 3]), elements: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let columns = try numbers.im2col(kernel: 2)
    #expect(columns.shape == (try Shape([4, 4])))
    #expect(columns.elements == [1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9])
    let taps: [Float] = [1, 0, 0, -1]
    let product = (0..<4).map { window in
      (0..<4).reduce(Float(0)) { sum, tap in sum + taps[tap] * columns[tap, window] }
    }
    let diagonal = KernelBank(rows: [[1, 0], [0, -1]])
    #expect(try numbers.convolved(with: diagonal).elements == product)
  }

  @Test("sums channels, adds biases and keeps groups apart")
  func channels() throws {
    let colors = Tensor(
      shape: try Shape([3, 2, 2]), elements: [1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400])
    let pair = Tensor(shape: try Shape([2, 3, 1, 1]), elements: [1, 1, 1, 1, 0, -1])
    let bias = Tensor(shape: try Shape([2]), elements: [0, 1])
    let maps = try colors.convolved(with: pair, bias: bias)
    #expect(maps.shape == (try Shape([2, 2, 2])))
    #expect(maps.elements == [111, 222, 333, 444, -98, -197, -296, -395])

    let apart = Tensor(shape: try Shape([3, 1, 1, 1]), elements: [1, -1, 2])
    #expect(
      try colors.convolved(with: apart, group: 3).elements
        == [1, 2, 3, 4, -10, -20, -30, -40, 200, 400, 600, 800])
  }

  @Test("counts shapes, parameters and costs")
  func costs() throws {
    let layer = try TensorConvolution(
      input: Shape([1, 64, 56, 56]), weight: Shape([128, 64, 3, 3]),
      window: WindowParameters(stride: 2, padding: .same))
    #expect(layer.outputShape == (try Shape([1, 128, 28, 28])))
    let cost = try layer.cost()
    #expect(cost.parameters == 128 * 64 * 3 * 3 + 128)
    #expect(cost.multiplyAdds == 128 * 28 * 28 * 64 * 3 * 3)
  }

  @Test("goes backward")
  func backward() throws {
    let kernel = Tensor(shape: try Shape([1, 1, 3]), elements: [1, 0, -1])

    let input = Tensor(shape: try Shape([1, 5]), elements: [1, 2, 3, 4, 5])
    let ones = Tensor(repeating: 1, shape: try Shape([1, 3]))
    let gradients = try input.convolutionGradients(with: kernel, dOutput: ones)
    #expect(gradients.dInput.elements == [1, 1, 0, -1, -1])
    #expect(gradients.dWeight.elements == [6, 9, 12])
    #expect(gradients.dBias.elements == [3])

    let few = Tensor(shape: try Shape([1, 3]), elements: [1, 2, 3])
    let spread = Tensor(shape: try Shape([1, 1, 2]), elements: [1, 10])
    #expect(try few.transposeConvolved(with: spread, stride: 2).elements == [1, 10, 2, 20, 3, 30])
  }

  @Test("pools")
  func pooling() throws {
    let signal = Tensor(shape: try Shape([1, 7]), elements: [1, 2, 3, 4, 5, 4, 2])

    let plane = Tensor(shape: try Shape([1, 4, 4]), elements: (1...16).map { Float($0) })
    #expect(try plane.maxPooled(size: 2).elements == [6, 8, 14, 16])
    #expect(try plane.maxPooled(size: 3, stride: 2, padding: .same).elements == [11, 12, 15, 16])
    #expect(try plane.averagePooled(size: 2).elements == [3.5, 5.5, 11.5, 13.5])
    let dPooled = Tensor(shape: try Shape([1, 2, 2]), elements: [1, 2, 3, 4])
    #expect(
      try plane.maxPoolingGradient(dOutput: dPooled, size: 2).elements
        == [0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4])
    #expect(
      try plane.averagePoolingGradient(dOutput: dPooled, size: 2).elements[0..<4] == [0.25, 0.25, 0.5, 0.5])

    #expect(try signal.maxPooled(length: 2, stride: 1).elements == [2, 3, 4, 5, 5, 4])
    let pool = try TensorPooling(input: Shape([1, 1, 4, 4]), kernel: [2, 2], window: WindowParameters(stride: 2))
    #expect(try pool.maximum(of: plane.reshaped(to: pool.inputShape)).indices == [5, 7, 13, 15])
  }

  @Test("makes feature maps")
  func featureMaps() throws {
    let square = Tensor(
      shape: try Shape([1, 4, 4]), elements: [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    let edges = KernelBank(outputCount: 2, height: 2, width: 2, taps: [-1, 1, -1, 1, -1, -1, 1, 1])
    let answers = try square.convolved(with: edges)
    #expect(answers.shape == (try Shape([2, 3, 3])))
    #expect(answers.elements[0..<9] == [1, 0, -1, 2, 0, -2, 1, 0, -1])
    #expect(answers.elements[9..<18] == [1, 2, 1, 0, 0, 0, -1, -2, -1])
    #expect(try answers.maxPooled(size: 3).elements == [2, 2])
  }

  @Test("shows only code that runs here")
  func showsWhatRuns() throws {
    let path = "Sources/Convolution/Convolution.docc/ConvolutionStepByStep.md"
    let article = try String(contentsOf: SharedFiles.packageFolder.appendingPathComponent(path), encoding: .utf8)
    let blocks = article.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
    #expect(blocks.count >= 13)
    for block in blocks {
      let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
      let code = lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
      #expect(source.contains(code), "\(block)")
    }
  }
}
