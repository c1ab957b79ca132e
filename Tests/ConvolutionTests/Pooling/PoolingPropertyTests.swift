import Convolution
import Tensors
import TestSupport
import Testing

/// A pooling of random shape, in one or two dimensions, whose every window reaches a sample.
private struct RandomPooling {
  let pooling: TensorPooling
  let window: WindowParameters

  init(using generator: inout SeededGenerator) throws {
    while true {
      let rank = Int.random(in: 1...2, using: &generator)
      func draw(_ range: ClosedRange<Int>, count: Int) -> [Int] {
        (0..<count).map { _ in Int.random(in: range, using: &generator) }
      }
      let autoPad = AutoPadding.allCases[Int.random(in: 0..<4, using: &generator)]
      let window = try WindowParameters(
        spatialRank: rank, strides: draw(1...3, count: rank),
        pads: autoPad == .notSet ? draw(0...2, count: 2 * rank) : nil,
        dilations: draw(1...3, count: rank), autoPad: autoPad)
      let shape = try Shape(draw(1...2, count: 2) + draw(1...9, count: rank))
      guard
        let pooling = try? TensorPooling(
          input: shape, kernel: draw(1...4, count: rank), window: window,
          rounding: Bool.random(using: &generator) ? .ceil : .floor),
        (try? pooling.average(of: Tensor(repeating: 0, shape: shape))) != nil
      else { continue }
      self.pooling = pooling
      self.window = window
      return
    }
  }

  /// Every sample of every window, found by trying all taps; `nil` for one that is padding.
  func samples() -> [[Int?]] {
    let (vertical, horizontal) = (pooling.geometry.vertical, pooling.geometry.horizontal)
    var windows: [[Int?]] = []
    for plane in 0..<pooling.inputShape[0] * pooling.inputShape[1] {
      for i in 0..<vertical.output {
        for j in 0..<horizontal.output {
          var samples: [Int?] = []
          for a in 0..<vertical.kernel {
            for b in 0..<horizontal.kernel {
              let row = i * vertical.stride + a * vertical.dilation - vertical.before
              let column = j * horizontal.stride + b * horizontal.dilation - horizontal.before
              // Beyond the padding lies nothing, not even padding.
              guard row < vertical.input + vertical.after, column < horizontal.input + horizontal.after else {
                continue
              }
              let inside = (0..<vertical.input).contains(row) && (0..<horizontal.input).contains(column)
              samples.append(inside ? (plane * vertical.input + row) * horizontal.input + column : nil)
            }
          }
          windows.append(samples)
        }
      }
    }
    return windows
  }

  var description: String { "\(pooling.inputShape) by \(pooling.windows.kernelShape), \(window)" }
}

@Suite("Pooling on random shapes")
struct PoolingPropertyTests {
  @Test("Every pooling equals the definition tried tap by tap, on a thousand shapes")
  func definition() throws {
    var generator = SeededGenerator(seed: 41)
    for _ in 0..<1000 {
      let item = try RandomPooling(using: &generator)
      let input = try Tensor.wholeNumbers(item.pooling.inputShape, using: &generator)
      let windows = item.samples().map { window in window.map { $0.map { Double(input.elements[$0]) } } }
      let (maximum, inside) = (try item.pooling.maximum(of: input), windows.map { $0.compactMap { $0 } })
      try #require(
        maximum.maxima.elements == inside.map { Float($0.max() ?? .nan) }, "\(item.description)")
      try #require(
        maximum.indices.map { input.elements[$0] } == maximum.maxima.elements, "\(item.description)")
      try #require(
        try item.pooling.average(of: input).elements == inside.map { Float($0.reduce(0, +) / Double($0.count)) },
        "\(item.description)")
      try #require(
        try item.pooling.average(of: input, countingPadding: true).elements
          == zip(inside, windows).map { Float($0.reduce(0, +) / Double($1.count)) }, "\(item.description)")
      let norms = inside.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      try #require(
        mismatch(try item.pooling.norm(of: input).elements, norms.map { Float($0) }, relative: 2e-7) == nil,
        "\(item.description)")
    }
  }

  @Test("The gradient of a maximum goes to its index, and is the difference quotient where maxima are single")
  func gradientOfMaximum() throws {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<1000 {
      let item = try RandomPooling(using: &generator)
      // All samples differ by 1 at least, so that a step of 1/2 changes no index.
      let shuffled = (0..<item.pooling.inputShape.elementCount).map { Float($0) }.shuffled(using: &generator)
      let input = Tensor(shape: item.pooling.inputShape, elements: shuffled)
      let dOutput = try Tensor.wholeNumbers(item.pooling.outputShape, using: &generator)
      let pooled = try item.pooling.maximum(of: input)
      let dInput = try item.pooling.dInputOfMaximum(pooled, dOutput: dOutput)
      let here = pooled.maxima.inner(dOutput)
      for element in input.elements.indices {
        let there = try item.pooling.maximum(of: input.moved(element, by: 0.5)).maxima.inner(dOutput)
        try #require(2 * (there - here) == Double(dInput.elements[element]), "\(item.description)")
      }
    }
  }

  @Test("The gradient of a mean is its adjoint", arguments: [false, true])
  func gradientOfAverage(countingPadding: Bool) throws {
    var generator = SeededGenerator(seed: 43)
    for _ in 0..<1000 {
      let item = try RandomPooling(using: &generator)
      let dOutput = try Tensor.wholeNumbers(item.pooling.outputShape, using: &generator)
      let dInput = try item.pooling.dInputOfAverage(dOutput: dOutput, countingPadding: countingPadding)
      for element in dInput.elements.indices {
        var one = Tensor(repeating: 0, shape: item.pooling.inputShape)
        one.elements[element] = 1
        let slope = try item.pooling.average(of: one, countingPadding: countingPadding).inner(dOutput)
        try #require(abs(slope - Double(dInput.elements[element])) < 2e-6, "\(item.description)")
      }
    }
  }

  @Test("The gradient of a norm is its difference quotient", arguments: 1...4)
  func gradientOfNorm(p: Int) throws {
    var generator = SeededGenerator(seed: UInt64(50 + p))
    for _ in 0..<40 {
      let item = try RandomPooling(using: &generator)
      let signs = (0..<item.pooling.inputShape.elementCount).map { _ in Bool.random(using: &generator) ? Float(1) : -1 }
      let sizes: [Float] = generator.array(count: signs.count, in: 0.5...2)
      let input = Tensor(shape: item.pooling.inputShape, elements: zip(signs, sizes).map { $0 * $1 })
      let dOutput = try Tensor.wholeNumbers(item.pooling.outputShape, using: &generator)
      let dInput = try item.pooling.dInputOfNorm(input: input, dOutput: dOutput, p: p)
      for element in input.elements.indices {
        let after = try item.pooling.norm(of: input.moved(element, by: 0.0078125), p: p).inner(dOutput)
        let before = try item.pooling.norm(of: input.moved(element, by: -0.0078125), p: p).inner(dOutput)
        try #require(
          abs((after - before) / 0.015625 - Double(dInput.elements[element])) < 2e-3, "\(item.description)")
      }
    }
  }

  @Test("Poolings and their gradients do not depend on the number of threads")
  func threads() throws {
    var generator = SeededGenerator(seed: 44)
    for shape in 0..<1000 {
      let item = try RandomPooling(using: &generator)
      let pooling = item.pooling
      func random(_ shape: Shape) -> Tensor {
        Tensor(shape: shape, elements: generator.array(count: shape.elementCount, in: -1...1))
      }
      let (input, dOutput) = (random(pooling.inputShape), random(pooling.outputShape))
      func results(_ threads: Int) throws -> [Tensor] {
        let pooled = try pooling.maximum(of: input, threadCount: threads)
        return [
          pooled.maxima, try pooling.dInputOfMaximum(pooled, dOutput: dOutput, threadCount: threads),
          try pooling.average(of: input, threadCount: threads),
          try pooling.dInputOfAverage(dOutput: dOutput, threadCount: threads),
          try pooling.norm(of: input, p: 3, threadCount: threads),
          try pooling.dInputOfNorm(input: input, dOutput: dOutput, p: 3, threadCount: threads),
          try pooling.windows.im2col(input, threadCount: threads),
          try pooling.windows.col2im(pooling.windows.im2col(input), threadCount: threads),
        ]
      }
      try #require(try results(1) == results(2 + shape % 4), "\(item.description)")
    }
  }

  @Test("Maxima of another pooling or input are refused")
  func foreignMaxima() throws {
    let input = try Tensor([1, 1, 4], [1, 2, 3, 4])
    let window = try WindowParameters(spatialRank: 1, strides: [2])
    let pooling = try TensorPooling(input: input.shape, kernel: [2], window: window)
    let other = try TensorPooling(input: Shape([1, 1, 5]), kernel: [2], window: window)
    let pooled = try pooling.maximum(of: input)
    #expect(throws: OperatorError.shape(name: "input of the maxima", found: input.shape, expected: other.inputShape)) {
      try other.dInputOfMaximum(pooled, dOutput: Tensor([1, 1, 2], [1, 1]))
    }
  }
}
