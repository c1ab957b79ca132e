import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Costs and receptive fields")
struct CostTests {
  /// A layer with square windows on an input of `side`.
  private func layer(_ k: Int, _ s: Int, _ p: Int, dilation: Int = 1, side: Int = 1024) throws -> ConvolutionGeometry {
    try ConvolutionGeometry(
      input: Extent(side), kernel: Extent(k), stride: Extent(s),
      padding: .explicit(top: p, right: p, bottom: p, left: p), dilation: Extent(dilation))
  }

  @Test("Parameters and multiply-adds of two well-known first layers")
  func cost() throws {
    let vgg = try TensorConvolution(
      input: Shape([1, 3, 224, 224]), weight: Shape([64, 3, 3, 3]), window: WindowParameters(padding: .same))
    #expect(try vgg.cost() == ConvolutionCost(parameters: 1792, multiplyAdds: 86_704_128))
    let residual = try TensorConvolution(
      input: Shape([2, 3, 224, 224]), weight: Shape([64, 3, 7, 7]),
      window: WindowParameters(spatialRank: 2, strides: [2, 2], pads: [3, 3, 3, 3]))
    #expect(try residual.cost(hasBias: false) == ConvolutionCost(parameters: 9408, multiplyAdds: 2 * 118_013_952))
    let depthwise = try TensorConvolution(
      input: Shape([1, 32, 10, 10]), weight: Shape([32, 1, 3, 3]), window: WindowParameters(), group: 32)
    #expect(try depthwise.cost() == ConvolutionCost(parameters: 320, multiplyAdds: 32 * 9 * 64))
    #expect(
      try depthwise.cost() + ConvolutionCost(parameters: 1, multiplyAdds: 2)
        == ConvolutionCost(parameters: 321, multiplyAdds: 32 * 9 * 64 + 2))
  }

  @Test("The memory of a forward pass is the output's and the algorithm's own")
  func workingBytes() throws {
    let fitted = try TensorConvolution(
      input: Shape([2, 4, 10, 10]), weight: Shape([6, 2, 3, 3]), window: WindowParameters(), group: 2)
    let output = 4 * 2 * 6 * 8 * 8
    // The weights again, and for each thread some rows of the input.
    let (one, three) = (try fitted.workingBytes(), try fitted.workingBytes(threadCount: 3))
    #expect(one >= output + 4 * 108 + 4 * 2 * 30 && one <= output + 4 * 108 + 16 << 10)
    #expect(three > one && three < output + 3 * (one - output))
    #expect(try fitted.workingBytes(by: .winograd) > one)
    #expect(try fitted.workingBytes(by: .im2col) == output + 4 * (4 * 9) * (8 * 8))
    #expect(try fitted.workingBytes(by: .reference) == output + 8 * (2 * 100 + 3 * 64 + 108))
  }

  @Test("The memory of a backward pass is that of the gradients, of their sums in 64 bits and of one matrix")
  func backwardWorkingBytes() throws {
    let fitted = try TensorConvolution(
      input: Shape([2, 4, 10, 10]), weight: Shape([6, 2, 3, 3]), window: WindowParameters(), group: 2)
    let gradients = 4 * 800 + 12 * 108 + 4 * 6
    #expect(try fitted.backwardWorkingBytes() == gradients)
    #expect(try fitted.backwardWorkingBytes(by: .im2col) == gradients + 4 * (4 * 9) * (8 * 8))
    #expect(try fitted.backwardWorkingBytes(by: .reference) == gradients + 8 * 800)
  }

  @Test("The memory of the other operators is that of their results and of what these are made from")
  func otherWorkingBytes() throws {
    let transposed = try TransposedConvolution(
      input: Shape([1, 2, 3, 3]), weight: Shape([2, 5, 2, 2]), window: WindowParameters(stride: 2))
    #expect(transposed.outputShape == (try Shape([1, 5, 6, 6])))
    #expect(try transposed.workingBytes() == 4 * 180)
    #expect(try transposed.workingBytes(by: .im2col) == 4 * 180 + 4 * (5 * 4) * 9)
    #expect(try transposed.workingBytes(by: .reference) == 12 * 180)
    let pooling = try TensorPooling(input: Shape([1, 2, 6]), kernel: [2], window: WindowParameters(spatialRank: 1))
    #expect(try pooling.workingBytes(withIndices: false) == 4 * 10)
    #expect(try pooling.workingBytes(withIndices: true) == 12 * 10)
    // The sums of one plane a thread.
    #expect(try pooling.backwardWorkingBytes(withIndices: false) == 4 * 12 + 8 * 6)
    #expect(try pooling.backwardWorkingBytes(withIndices: false, threadCount: 4) == 4 * 12 + 2 * 8 * 6)
    #expect(try pooling.backwardWorkingBytes(withIndices: true) == 4 * 12 + 12 * 10)
    #expect(try pooling.windows.im2colWorkingBytes() == 4 * (2 * 2 * 5))
    #expect(try pooling.windows.col2imWorkingBytes() == 4 * 12)
  }

  @Test("Memory that cannot be counted is refused")
  func uncountableBytes() throws {
    let window = try WindowParameters(padding: .explicit(top: 0, right: 1 << 30, bottom: 1 << 30, left: 0))
    let pooling = try TensorPooling(input: Shape([2, 1, 1, 1]), kernel: [1, 1], window: window)
    #expect(throws: OperatorError.self) { try pooling.workingBytes(withIndices: true) }
  }

  @Test("Multiply-adds are those that the definition counts")
  func countedCost() throws {
    var generator = SeededGenerator(seed: 71)
    for _ in 0..<50 {
      let item = try RandomConvolution(using: &generator)
      // With ones everywhere and every tap on a sample, the outputs add up to the multiply-adds.
      let windows = item.fitted.geometry
      guard windows.vertical.before == 0, windows.horizontal.before == 0, windows.vertical.after == 0,
        windows.horizontal.after == 0
      else { continue }
      let sum = try item.fitted.forward(
        Tensor(repeating: 1, shape: item.fitted.inputShape),
        weight: Tensor(repeating: 1, shape: item.fitted.weightShape)
      ).elements.reduce(0, +)
      #expect(try item.fitted.cost().multiplyAdds == Int(sum))
      #expect(try item.fitted.cost(hasBias: false).parameters == item.fitted.weightShape.elementCount)
    }
  }

  @Test("The field of VGG-16 is 212 wide, its jump 32, and it starts 90 before the image")
  func deepNetwork() throws {
    var layers: [ConvolutionGeometry] = []
    for convolutions in [2, 2, 3, 3, 3] {
      for _ in 0..<convolutions { layers.append(try layer(3, 1, 1)) }
      layers.append(try layer(2, 2, 0))
    }
    let field = try ReceptiveField(of: layers)
    #expect(field.size == Extent(212))
    #expect(field.horizontal.jump == 32 && field.horizontal.start == -90)
    #expect(field.vertical == field.horizontal)
  }

  @Test("The field of AlexNet is 195 wide, its jump 32, and it starts 64 before the image")
  func earlyNetwork() throws {
    let layers = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
    let field = try ReceptiveField(of: layers.map { try layer($0.0, $0.1, $0.2) })
    #expect(field.horizontal.size == 195 && field.horizontal.jump == 32 && field.horizontal.start == -64)
  }

  @Test("Exactly the samples of a field reach its output: the first and the last do, their neighbours outside do not")
  func fieldIsExact() throws {
    var generator = SeededGenerator(seed: 72)
    for _ in 0..<60 {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let chain = (0..<draw(1...3)).map { _ in (k: draw(1...4), s: draw(1...3), p: draw(0...2), d: draw(1...2)) }
      var geometries: [ConvolutionGeometry] = []
      var side = 90
      for link in chain {
        let next = try ConvolutionGeometry(
          input: Extent(height: 1, width: side), kernel: Extent(height: 1, width: link.k),
          stride: Extent(height: 1, width: link.s), padding: .explicit(top: 0, right: link.p, bottom: 0, left: link.p),
          dilation: Extent(height: 1, width: link.d))
        geometries.append(next)
        side = next.output.width
      }
      /// The outputs of the chain, with weights of 1, for a pulse at one place.
      func response(to place: Int) throws -> [Float] {
        var signal = Tensor(repeating: 0, shape: try Shape([1, 90]))
        signal.elements[place] = 1
        for link in chain {
          signal = try signal.convolved(
            with: Tensor([1, 1, link.k], Array(repeating: 1, count: link.k)), stride: Extent(link.s),
            padding: .explicit(top: 0, right: link.p, bottom: 0, left: link.p), dilation: Extent(link.d))
        }
        return signal.elements
      }
      let output = side / 2
      let samples = try ReceptiveField(of: geometries).horizontal.samples(ofOutput: output)
      #expect(try response(to: samples.lowerBound)[output] > 0)
      #expect(try response(to: samples.upperBound - 1)[output] > 0)
      if samples.lowerBound > 0 { #expect(try response(to: samples.lowerBound - 1)[output] == 0) }
      if samples.upperBound < 90 { #expect(try response(to: samples.upperBound)[output] == 0) }
    }
  }

  @Test("A chain whose field cannot be counted is an error")
  func tooLarge() throws {
    let wide = try layer(1, 1 << 30, 0)
    let error = #expect(throws: OperatorError.self) { try ReceptiveField(of: Array(repeating: wide, count: 3)) }
    #expect(error?.code == "limit.dimension")
    #expect(try ReceptiveField(of: []) == .identity)
  }
}
