import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Gradients of convolution")
struct ConvolutionGradientTests {
  @Test("The gradients of a small case are as on paper")
  func writtenOut() throws {
    let gradients = try Tensor([1, 4], [1, 2, 3, 4])
      .convolutionGradients(with: Tensor([1, 1, 2], [10, 1]), dOutput: Tensor([1, 2], [5, 7]), stride: 2)
    #expect(try gradients.dInput == Tensor([1, 4], [50, 5, 70, 7]))
    #expect(try gradients.dWeight == Tensor([1, 1, 2], [1 * 5 + 3 * 7, 2 * 5 + 4 * 7]))
    #expect(try gradients.dBias == Tensor([1], [12]))
  }

  @Test("Samples that no window reaches have no gradient")
  func droppedTail() throws {
    let gradients = try Tensor([1, 5], [1, 2, 3, 4, 5])
      .convolutionGradients(with: Tensor([1, 1, 2], [1, 1]), dOutput: Tensor([1, 2], [1, 1]), stride: 2)
    #expect(gradients.dInput.elements == [1, 1, 1, 1, 0])
  }

  @Test("Every way of computing gradients gives the same on a thousand shapes, on any number of threads")
  func algorithmsAgree() throws {
    var generator = SeededGenerator(seed: 21)
    for shape in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      let expected = try item.fitted.backward(
        input: item.input, weight: item.weight, dOutput: item.dOutput, algorithm: .reference)
      for algorithm in [Algorithm.direct, .im2col, .auto] {
        for threads in [1, 2 + shape % 4] {
          let found = try item.fitted.backward(
            input: item.input, weight: item.weight, dOutput: item.dOutput, algorithm: algorithm, threadCount: threads)
          try #require(found == expected, "\(algorithm) on \(threads) threads: \(item.description)")
        }
      }
    }
  }

  @Test("Rounded gradients do not depend on the number of threads", arguments: [Algorithm.direct, .im2col])
  func threads(algorithm: Algorithm) throws {
    var generator = SeededGenerator(seed: 25)
    let fitted = try TensorConvolution(
      input: Shape([2, 6, 23, 19]), weight: Shape([9, 2, 3, 4]),
      window: WindowParameters(stride: 2, padding: .same, dilation: 2), group: 3)
    func random(_ shape: Shape) -> Tensor {
      Tensor(shape: shape, elements: generator.array(count: shape.elementCount, in: -1...1))
    }
    let (input, weight, dOutput) = (random(fitted.inputShape), random(fitted.weightShape), random(fitted.outputShape))
    func gradients(_ threads: Int) throws -> ConvolutionGradients {
      try fitted.backward(input: input, weight: weight, dOutput: dOutput, algorithm: algorithm, threadCount: threads)
    }
    let one = try gradients(1)
    for threads in 2...5 { #expect(try gradients(threads) == one) }
  }

  @Test("The gradient of the input is the adjoint of convolution: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩")
  func adjointOfInput() throws {
    var generator = SeededGenerator(seed: 22)
    for _ in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      #expect(
        try item.fitted.forward(item.input, weight: item.weight).inner(item.dOutput)
          == item.input.inner(item.fitted.dInput(weight: item.weight, dOutput: item.dOutput)), "\(item.description)")
    }
  }

  @Test("The gradient of the weight is the adjoint of convolution with a fixed input")
  func adjointOfWeight() throws {
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      #expect(
        try item.fitted.forward(item.input, weight: item.weight).inner(item.dOutput)
          == item.weight.inner(item.fitted.dWeight(input: item.input, dOutput: item.dOutput)), "\(item.description)")
    }
  }

  /// A loss is linear in each number that a convolution takes, so its difference over a step of 1 is its derivative, without error.
  ///
  /// Of the first 60 shapes every element is tried, of the others one in 17.
  @Test("Every element of a gradient is the difference quotient of the loss")
  func numericalGradients() throws {
    var generator = SeededGenerator(seed: 24)
    for shape in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      func tried(_ elements: [Float]) -> [Int] {
        elements.indices.filter { shape < 60 || ($0 + shape) % 17 == 0 }
      }
      func loss(_ input: Tensor, _ weight: Tensor, _ bias: Tensor) throws -> Double {
        try item.fitted.forward(input, weight: weight, bias: bias).inner(item.dOutput)
      }
      let here = try loss(item.input, item.weight, item.bias)
      let gradients = try item.fitted.backward(input: item.input, weight: item.weight, dOutput: item.dOutput)
      for element in tried(item.input.elements) {
        try #require(
          try loss(item.input.moved(element, by: 1), item.weight, item.bias) - here
            == Double(gradients.dInput.elements[element]), "input, \(item.description)")
      }
      for element in tried(item.weight.elements) {
        try #require(
          try loss(item.input, item.weight.moved(element, by: 1), item.bias) - here
            == Double(gradients.dWeight.elements[element]), "weight, \(item.description)")
      }
      for element in tried(item.bias.elements) {
        try #require(
          try loss(item.input, item.weight, item.bias.moved(element, by: 1)) - here
            == Double(gradients.dBias.elements[element]), "bias, \(item.description)")
      }
    }
  }

  @Test("A gradient of another shape than the output is refused with both shapes")
  func wrongShape() throws {
    let image = try Tensor([1, 4, 4], Array(repeating: 1, count: 16))
    let weight = try Tensor([2, 1, 3, 3], Array(repeating: 1, count: 18))
    let error = #expect(throws: OperatorError.self) {
      try image.convolutionGradients(with: weight, dOutput: Tensor([2, 2, 3], Array(repeating: 1, count: 12)))
    }
    #expect(error?.code == "shape.mismatch")
    #expect(error?.description == "the output gradient is 1×2×2×3; expected 1×2×2×2")
  }
}
