import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Layers of networks")
struct LayerTests {
  /// A layer of a kind: its shapes and parameters.
  struct Layer: CustomTestStringConvertible, Sendable {
    var input: [Int]
    var weight: [Int]
    var stride = [1, 1]
    var pads = [0, 0, 0, 0]
    var dilation = [1, 1]
    var group = 1

    var testDescription: String { "\(input) by \(weight), \(stride), \(pads), \(dilation), group \(group)" }

    var convolution: TensorConvolution {
      get throws {
        try TensorConvolution(
          input: Shape(input), weight: Shape(weight),
          window: WindowParameters(spatialRank: 2, strides: stride, pads: pads, dilations: dilation), group: group)
      }
    }
  }

  /// First layers, deep ones, pointwise and depthwise ones, and those at the edges of tiles and blocks.
  static let layers = [
    Layer(input: [1, 3, 40, 40], weight: [64, 3, 7, 7], stride: [2, 2], pads: [3, 3, 3, 3]),
    Layer(input: [2, 3, 31, 53], weight: [8, 3, 3, 3], pads: [1, 1, 1, 1]),
    Layer(input: [1, 64, 14, 14], weight: [64, 64, 3, 3], pads: [1, 1, 1, 1]),
    Layer(input: [1, 33, 9, 11], weight: [35, 33, 3, 3], pads: [0, 1, 2, 0]),
    Layer(input: [1, 64, 13, 13], weight: [50, 64, 1, 1]),
    Layer(input: [1, 16, 13, 13], weight: [9, 16, 1, 1], stride: [2, 3]),
    Layer(input: [1, 24, 20, 21], weight: [24, 1, 3, 3], pads: [1, 1, 1, 1], group: 24),
    Layer(input: [2, 6, 17, 50], weight: [18, 1, 5, 5], stride: [2, 1], pads: [2, 2, 2, 2], group: 6),
    Layer(input: [1, 8, 30, 30], weight: [12, 4, 3, 3], pads: [2, 2, 2, 2], dilation: [2, 3], group: 2),
    Layer(input: [1, 1, 60, 200], weight: [1, 1, 3, 3], pads: [1, 1, 1, 1]),
    // Rows too long for one block.
    Layer(input: [1, 40, 5, 3001], weight: [2, 40, 3, 3], pads: [1, 1, 1, 1]),
    Layer(input: [1, 32, 4, 2003], weight: [32, 32, 3, 3], pads: [1, 1, 1, 1]),
    Layer(input: [1, 2, 1, 1], weight: [3, 2, 3, 3], pads: [1, 1, 1, 1]),
    Layer(input: [1, 32, 1, 1], weight: [32, 32, 3, 3], pads: [2, 1, 1, 2]),
    // Taps too far apart for patches.
    Layer(
      input: [1, 1, 3, 3], weight: [2, 1, 2, 2], pads: [30_000, 30_000, 30_000, 30_000], dilation: [60_000, 60_000]),
  ]

  static let algorithms = [Algorithm.direct, .winograd, .auto, .im2col]

  @Test("Every algorithm gives the reference's sums within 2e-5 of the largest, at every level", arguments: layers)
  func agreesWithReference(layer: Layer) throws {
    var generator = SeededGenerator(seed: 11)
    let convolution = try layer.convolution
    let (input, weight, bias) = (
      try Tensor.real(convolution.inputShape, using: &generator),
      try Tensor.real(convolution.weightShape, using: &generator),
      try Tensor.real(convolution.biasShape, using: &generator)
    )
    let expected = try convolution.forward(input, weight: weight, bias: bias, algorithm: .reference)
    let largest = expected.elements.map { abs(Double($0)) }.max() ?? 0
    for level in InstructionSet.available {
      for algorithm in Self.algorithms {
        let prepared = try PreparedConvolution(
          convolution, weight: weight, bias: bias, algorithm: algorithm, threadCount: 2, instructionSet: level)
        let found = try prepared.forward(input)
        #expect(found.shape == expected.shape)
        let difference = mismatch(found.elements, expected.elements, absolute: 2e-5 * largest)
        #expect(difference == nil, "\(algorithm) at \(level)")
      }
    }
  }

  @Test("Sums of whole numbers are exact by every algorithm, at every level, on random shapes")
  func exactOnWholeNumbers() throws {
    var generator = SeededGenerator(seed: 12)
    var winogradCount = 0
    for round in 0..<150 {
      let layer = Self.random(threeByThree: round % 3 == 0, using: &generator)
      guard let convolution = try? layer.convolution else { continue }
      let (input, weight, bias) = (
        try Tensor.wholeNumbers(convolution.inputShape, using: &generator),
        try Tensor.wholeNumbers(convolution.weightShape, using: &generator),
        try Tensor.wholeNumbers(convolution.biasShape, using: &generator)
      )
      let expected = try convolution.forward(input, weight: weight, bias: bias, algorithm: .reference)
      for level in InstructionSet.available {
        for algorithm in [Algorithm.direct, .winograd] {
          let prepared = try PreparedConvolution(
            convolution, weight: weight, bias: bias, algorithm: algorithm, threadCount: round % 4 + 1,
            instructionSet: level)
          if prepared.algorithm == .winograd { winogradCount += 1 }
          try #require(try prepared.forward(input) == expected, "\(algorithm) at \(level): \(layer.testDescription)")
        }
      }
    }
    #expect(winogradCount > 50)
  }

  /// A layer of random shape, which may not fit.
  private static func random(threeByThree: Bool, using generator: inout SeededGenerator) -> Layer {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let group = draw(1...3)
    let (channels, outputs) = (draw(1...9), draw(1...17))
    let input = [draw(1...2), group * channels, draw(1...24), draw(1...90)]
    let weight = [group * outputs, channels]
    let pads = [draw(0...2), draw(0...2), draw(0...2), draw(0...2)]
    if threeByThree { return Layer(input: input, weight: weight + [3, 3], pads: pads, group: group) }
    return Layer(
      input: input, weight: weight + [draw(1...5), draw(1...5)], stride: [draw(1...3), draw(1...3)], pads: pads,
      dilation: [draw(1...3), draw(1...3)], group: group)
  }

  @Test("Results do not depend on the number of threads", arguments: layers)
  func threadInvariance(layer: Layer) throws {
    var generator = SeededGenerator(seed: 13)
    let convolution = try layer.convolution
    let (input, weight) = (
      try Tensor.real(convolution.inputShape, using: &generator),
      try Tensor.real(convolution.weightShape, using: &generator)
    )
    for algorithm in [Algorithm.direct, .winograd] {
      let one = try convolution.forward(input, weight: weight, algorithm: algorithm, threadCount: 1)
      for threadCount in [2, 3, 7] {
        let several = try convolution.forward(input, weight: weight, algorithm: algorithm, threadCount: threadCount)
        #expect(several == one, "\(algorithm) by \(threadCount) threads")
      }
    }
  }

  @Test("A prepared layer runs on one input after another, and into memory that is there")
  func prepared() throws {
    var generator = SeededGenerator(seed: 14)
    let convolution = try Self.layers[3].convolution
    let weight = try Tensor.real(convolution.weightShape, using: &generator)
    for algorithm in [Algorithm.direct, .winograd, .im2col, .reference] {
      let layer = try PreparedConvolution(convolution, weight: weight, algorithm: algorithm)
      var output = Tensor(repeating: .nan, shape: convolution.outputShape)
      for _ in 0..<3 {
        let input = try Tensor.real(convolution.inputShape, using: &generator)
        try layer.forward(input, into: &output)
        #expect(try output == layer.forward(input))
        #expect(try output == convolution.forward(input, weight: weight, algorithm: algorithm))
      }
      var wrong = Tensor(repeating: 0, shape: convolution.inputShape)
      #expect(throws: OperatorError.self) { try layer.forward(wrong, into: &wrong) }
    }
  }

  @Test(
    "A weight of 0 passes nothing, a weight that is not passes infinities and NaN, by every algorithm at every level")
  func infiniteSamples() throws {
    var generator = SeededGenerator(seed: 15)
    let convolution = try Layer(input: [1, 4, 20, 70], weight: [9, 4, 3, 3], pads: [1, 1, 1, 1]).convolution
    var input = try Tensor.wholeNumbers(convolution.inputShape, using: &generator)
    for (place, value) in [(3, Float.infinity), (1500, -.infinity), (2900, .nan), (4000, 1e38)] {
      input.elements[place] = value
    }
    let holed = try Tensor.wholeNumbers(convolution.weightShape, using: &generator)
    #expect(holed.elements.contains(0))
    let full = Tensor(shape: holed.shape, elements: holed.elements.map { $0 == 0 ? 1 : $0 })
    for weight in [holed, full] {
      let expected = try convolution.forward(input, weight: weight, algorithm: .reference)
      #expect(expected.elements.contains { $0.isFinite } && expected.elements.contains { !$0.isFinite })
      for level in InstructionSet.available {
        for algorithm in Self.algorithms {
          let found = try PreparedConvolution(convolution, weight: weight, algorithm: algorithm, instructionSet: level)
            .forward(input)
          #expect(mismatch(found.elements, expected.elements, relative: 2e-5) == nil, "\(algorithm) at \(level)")
        }
      }
    }
  }

  @Test("Weights too large for Winograd's transforms are left to the direct sum")
  func largeWeights() throws {
    let convolution = try Layer(input: [1, 1, 3, 3], weight: [1, 1, 3, 3]).convolution
    let input = Tensor(repeating: 0x1p-100, shape: convolution.inputShape)
    let weight = Tensor(repeating: 0x1p+120, shape: convolution.weightShape)
    let layer = try PreparedConvolution(convolution, weight: weight, algorithm: .winograd)
    #expect(layer.algorithm == .direct)
    #expect(try layer.forward(input).elements == [9 * 0x1p+20])
  }

  @Test("Many channels under 3×3 kernels go by Winograd's algorithm, everything else directly")
  func choice() throws {
    func chosen(_ layer: Layer, _ algorithm: Algorithm = .auto) throws -> Algorithm {
      try layer.convolution.forwardAlgorithm(for: algorithm)
    }
    let deep = Layer(input: [1, 64, 14, 14], weight: [64, 64, 3, 3], pads: [1, 1, 1, 1])
    #expect(try chosen(deep) == .winograd)
    #expect(try chosen(deep, .direct) == .direct)
    #expect(try chosen(Layer(input: [1, 3, 14, 14], weight: [64, 3, 3, 3])) == .direct)
    #expect(try chosen(Layer(input: [1, 3, 14, 14], weight: [64, 3, 3, 3]), .winograd) == .winograd)
    for other in [
      Layer(input: [1, 64, 14, 14], weight: [64, 64, 1, 1]),
      Layer(input: [1, 64, 14, 14], weight: [64, 64, 3, 3], stride: [2, 1]),
      Layer(input: [1, 64, 14, 14], weight: [64, 64, 3, 3], dilation: [1, 2]),
      Layer(input: [1, 64, 14, 14], weight: [64, 1, 3, 3], group: 64),
      Layer(input: [1, 512, 7, 7], weight: [512, 512, 3, 3], pads: [1, 1, 1, 1]),
    ] {
      #expect(try chosen(other) == .direct)
    }
    #expect(try chosen(Layer(input: [1, 64, 14, 14], weight: [64, 64, 1, 1]), .winograd) == .direct)
  }
}

extension Tensor {
  /// Random numbers from −1 to 1.
  fileprivate static func real(_ shape: Shape, using generator: inout SeededGenerator) throws -> Tensor {
    Tensor(shape: shape, elements: generator.array(count: shape.elementCount, in: -1...1))
  }
}
