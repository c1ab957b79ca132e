import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Transposed convolution")
struct TransposedConvolutionTests {
  @Test("Every sample spreads the kernel, and what overlaps is added")
  func writtenOut() throws {
    let output = try Tensor([1, 2, 2], [0, 1, 2, 3]).transposeConvolved(with: Tensor([1, 1, 2, 2], [0, 1, 2, 3]))
    #expect(
      output.elements == [
        0, 0, 1,
        0, 4, 6,
        4, 12, 9,
      ])
  }

  @Test("With a stride, an output padding and a bias")
  func stridedSignal() throws {
    let output = try Tensor([1, 2], [1, 2])
      .transposeConvolved(
        with: Tensor([1, 1, 3], [1, 10, 100]), bias: Tensor([1], [1000]), stride: 2,
        padding: .explicit(top: 0, right: 0, bottom: 0, left: 1), outputPadding: [1])
    #expect(output.elements == [1010, 1102, 1020, 1200, 1000])
  }

  @Test("An output size makes the padding, the odd sample at the beginning, or at the end with same")
  func outputSize() throws {
    func output(_ rule: AutoPadding) throws -> [Float] {
      let window = try WindowParameters(spatialRank: 1, strides: [2], autoPad: rule)
      let (input, weight) = (try Tensor([1, 1, 3], [1, 2, 3]), try Tensor([1, 1, 3], [1, 10, 100]))
      return try TransposedConvolution(
        input: input.shape, weight: weight.shape, window: window, outputSize: [6]
      ).forward(input, weight: weight).elements
    }
    #expect(try output(.notSet) == [10, 102, 20, 203, 30, 300])
    #expect(try output(.sameUpper) == [1, 10, 102, 20, 203, 30])
  }

  @Test("Same gives the input times the stride, even where the kernel is shorter than the stride")
  func sameWithShortKernel() throws {
    let output = try Tensor([1, 3], [1, 2, 3])
      .transposeConvolved(with: Tensor([1, 1, 1], [1]), stride: 2, padding: .same)
    #expect(output.elements == [1, 0, 2, 0, 3, 0])
  }

  @Test("It is the adjoint of convolution: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩, for one weight")
  func adjoint() throws {
    var generator = SeededGenerator(seed: 31)
    var count = 0
    while count < 1000 {
      let item = try RandomConvolution(using: &generator)
      // What a stride leaves over at the end of the input is the transposed convolution's output padding.
      let axes = [item.fitted.geometry.vertical, item.fitted.geometry.horizontal].suffix(item.window.spatialRank)
      let extra = axes.map { ($0.input + $0.before + $0.after - $0.effectiveKernel) % $0.stride }
      let window = try WindowParameters(
        spatialRank: item.window.spatialRank, strides: axes.map(\.stride),
        pads: axes.map(\.before) + axes.map(\.after), dilations: axes.map(\.dilation))
      let transposed = try TransposedConvolution(
        input: item.fitted.outputShape, weight: item.fitted.weightShape, window: window, group: item.fitted.group,
        outputPadding: extra)
      try #require(transposed.outputShape == item.fitted.inputShape, "\(item.description)")
      let output = try transposed.forward(item.dOutput, weight: item.weight, algorithm: .reference)
      for algorithm in [Algorithm.direct, .im2col] {
        let found = try transposed.forward(
          item.dOutput, weight: item.weight, algorithm: algorithm, threadCount: 1 + count % 3)
        try #require(found == output, "\(algorithm): \(item.description)")
      }
      #expect(
        try item.fitted.forward(item.input, weight: item.weight).inner(item.dOutput) == item.input.inner(output),
        "\(item.description)")
      count += 1
    }
  }

  @Test("Its own gradients are difference quotients of the loss")
  func numericalGradients() throws {
    var generator = SeededGenerator(seed: 32)
    for rule in AutoPadding.allCases {
      let window = try WindowParameters(spatialRank: 2, strides: [2, 3], dilations: [2, 1], autoPad: rule)
      let fitted = try TransposedConvolution(
        input: Shape([2, 4, 3, 2]), weight: Shape([4, 3, 2, 3]), window: window, group: 2, outputPadding: [1, 0])
      let (input, weight) = (
        try Tensor.wholeNumbers(fitted.inputShape, using: &generator),
        try Tensor.wholeNumbers(fitted.weightShape, using: &generator)
      )
      let bias = try Tensor.wholeNumbers(fitted.biasShape, using: &generator)
      let dOutput = try Tensor.wholeNumbers(fitted.outputShape, using: &generator)
      func loss(_ input: Tensor, _ weight: Tensor, _ bias: Tensor) throws -> Double {
        try fitted.forward(input, weight: weight, bias: bias).inner(dOutput)
      }
      let here = try loss(input, weight, bias)
      for algorithm in [Algorithm.reference, .direct, .im2col] {
        let gradients = try fitted.backward(input: input, weight: weight, dOutput: dOutput, algorithm: algorithm)
        for element in input.elements.indices {
          #expect(
            try loss(input.moved(element, by: 1), weight, bias) - here == Double(gradients.dInput.elements[element]))
        }
        for element in weight.elements.indices {
          #expect(
            try loss(input, weight.moved(element, by: 1), bias) - here == Double(gradients.dWeight.elements[element]))
        }
        for element in bias.elements.indices {
          #expect(
            try loss(input, weight, bias.moved(element, by: 1)) - here == Double(gradients.dBias.elements[element]))
        }
      }
    }
  }

  @Test("An output that is asked to be larger than its natural size has the bias alone after it")
  func outputBeyondTheNaturalSize() throws {
    let input = Tensor(shape: try Shape([1, 1, 3, 3]), elements: (0..<9).map(Float.init))
    let weight = Tensor(repeating: 1, shape: try Shape([1, 2, 3, 3]))
    let bias = Tensor(shape: try Shape([2]), elements: [10, 20])
    let window = try WindowParameters(spatialRank: 2, strides: [3, 2])
    let natural = try TransposedConvolution(input: input.shape, weight: weight.shape, window: window)
      .forward(input, weight: weight, bias: bias)
    #expect(natural.shape.extents == [1, 2, 9, 7])
    let larger = try TransposedConvolution(
      input: input.shape, weight: weight.shape, window: window, outputSize: [10, 8]
    ).forward(input, weight: weight, bias: bias)
    #expect(larger.shape.extents == [1, 2, 10, 8])
    for channel in 0..<2 {
      for row in 0..<10 {
        for column in 0..<8 {
          let wanted = row < 9 && column < 7 ? natural[0, channel, row, column] : bias[channel]
          #expect(larger[0, channel, row, column] == wanted)
        }
      }
    }
  }

  @Test("What cannot be is refused with the shapes or numbers at fault")
  func refusals() throws {
    let (input, weight) = (try Shape([1, 2, 3]), try Shape([2, 1, 3]))
    let window = try WindowParameters(spatialRank: 1, strides: [2])
    func message(_ make: () throws -> TransposedConvolution) -> String? {
      #expect(throws: OperatorError.self) { _ = try make() }.map { "\($0.code): \($0)" }
    }
    #expect(
      message { try TransposedConvolution(input: input, weight: weight, window: window, outputPadding: [2]) }
        == "operator.attribute: output_padding is 2; expected less than the larger of stride and dilation on each axis")
    #expect(
      message { try TransposedConvolution(input: input, weight: Shape([3, 1, 3]), window: window) }
        == "shape.mismatch: the input 1×2×3 and the weight 3×1×3 do not fit with group 1; "
        + "expected a weight for each of the 2 input channels, a multiple of group")
    let wide = try WindowParameters(spatialRank: 1, pads: [3, 2])
    #expect(
      message { try TransposedConvolution(input: input, weight: weight, window: wide) }
        == "shape.mismatch: the kernel 2×1×3 does not fit the input 1×2×3: the padding leaves nothing of the output")
  }
}
