import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Properties of convolution on random shapes, in exact arithmetic")
struct AlgorithmPropertyTests {
  @Test("All algorithms give the same output on a thousand shapes")
  func algorithmsAgree() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      let expected = try item.fitted.forward(item.input, weight: item.weight, bias: item.bias, algorithm: .reference)
      for algorithm in [Algorithm.im2col, .direct, .auto] {
        let found = try item.fitted.forward(item.input, weight: item.weight, bias: item.bias, algorithm: algorithm)
        try #require(found == expected, "\(algorithm): \(item.description)")
      }
    }
  }

  @Test("Convolution is linear in its input and in its weight")
  func linearity() throws {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      let input = try Tensor.wholeNumbers(item.fitted.inputShape, using: &generator)
      let weight = try Tensor.wholeNumbers(item.fitted.weightShape, using: &generator)
      func output(_ input: Tensor, _ weight: Tensor) throws -> Tensor { try item.fitted.forward(input, weight: weight) }
      let first = try output(item.input, item.weight)
      #expect(
        try output(item.input.combined(2, -3, input), item.weight)
          == first.combined(2, -3, try output(input, item.weight)), "\(item.description)")
      #expect(
        try output(item.input, item.weight.combined(2, -3, weight))
          == first.combined(2, -3, try output(item.input, weight)), "\(item.description)")
    }
  }

  @Test("An input moved by whole strides gives the output moved by as many windows")
  func shiftEquivariance() throws {
    var generator = SeededGenerator(seed: 3)
    var tellingCases = 0
    for _ in 0..<1000 {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let (strides, dilations, moves) = (
        [draw(1...3), draw(1...3)], [draw(1...3), draw(1...3)], [draw(0...2), draw(0...2)]
      )
      let (patch, weight) = (
        try Tensor.wholeNumbers(Shape([draw(1...4), draw(1...4)]), using: &generator),
        try Tensor.wholeNumbers(Shape([2, 1, draw(1...3), draw(1...3)]), using: &generator)
      )
      /// The output for the patch laid on zeros at (9, 9), moved by rows and columns.
      func output(moved: [Int]) throws -> Tensor {
        var input = Tensor(repeating: 0, shape: try Shape([1, 1, 30, 30]))
        for row in 0..<patch.shape[0] {
          for column in 0..<patch.shape[1] {
            input[0, 0, 9 + moved[0] + row, 9 + moved[1] + column] = patch[row, column]
          }
        }
        let window = try WindowParameters(spatialRank: 2, strides: strides, dilations: dilations)
        return try TensorConvolution(input: input.shape, weight: weight.shape, window: window)
          .forward(input, weight: weight)
      }
      let (still, moved) = (
        try output(moved: [0, 0]), try output(moved: [moves[0] * strides[0], moves[1] * strides[1]])
      )
      for l in 0..<2 {
        for i in moves[0]..<still.shape[2] {
          for j in moves[1]..<still.shape[3] {
            try #require(moved[0, l, i, j] == still[0, l, i - moves[0], j - moves[1]])
          }
        }
      }
      if still.elements.contains(where: { $0 != 0 }) { tellingCases += 1 }
    }
    #expect(tellingCases > 200)
  }

  @Test("Two convolutions in a row are one whose kernel is composed of both")
  func composition() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<1000 {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let (channels, middle, outputs) = (draw(1...3), draw(1...3), draw(1...2))
      let (first, second) = ([draw(1...3), draw(1...3)], [draw(1...3), draw(1...3)])
      let (s, t) = (draw(1...3), draw(1...2))
      let a = try Tensor.wholeNumbers(Shape([middle, channels] + first), using: &generator)
      let b = try Tensor.wholeNumbers(Shape([outputs, middle] + second), using: &generator)
      let input = try Tensor.wholeNumbers(Shape([channels, draw(12...16), draw(12...16)]), using: &generator)

      let extents = (0..<2).map { (second[$0] - 1) * s + first[$0] }
      var composed = Tensor(repeating: 0, shape: try Shape([outputs, channels] + extents))
      for o in 0..<outputs {
        for m in 0..<middle {
          for c in 0..<channels {
            for (p, q) in positions(second) {
              for (u, v) in positions(first) { composed[o, c, p * s + u, q * s + v] += b[o, m, p, q] * a[m, c, u, v] }
            }
          }
        }
      }
      let chain = try input.convolved(with: a, stride: Extent(s)).convolved(with: b, stride: Extent(t))
      let single = try input.convolved(with: composed, stride: Extent(s * t))
      #expect(chain == single)
    }
  }

  @Test("A convolution and an average pooling are one strided convolution")
  func averagePoolingComposes() throws {
    var generator = SeededGenerator(seed: 5)
    for size in [1, 2, 4] {
      let weight = try Tensor.wholeNumbers(Shape([2, 3, 3, 2]), using: &generator)
      let input = try Tensor.wholeNumbers(Shape([3, 17, 14]), using: &generator)
      var composed = Tensor(repeating: 0, shape: try Shape([2, 3, 2 + size, 1 + size]))
      for o in 0..<2 {
        for c in 0..<3 {
          for (u, v) in positions([3, 2]) {
            for (p, q) in positions([size, size]) {
              composed[o, c, u + p, v + q] += weight[o, c, u, v] / Float(size * size)
            }
          }
        }
      }
      #expect(
        try input.convolved(with: weight).averagePooled(size: Extent(size))
          == input.convolved(with: composed, stride: Extent(size)))
    }
  }

  @Test("Groups are convolutions of their own, side by side")
  func groups() throws {
    var generator = SeededGenerator(seed: 6)
    let input = try Tensor.wholeNumbers(Shape([1, 6, 7, 5]), using: &generator)
    let weight = try Tensor.wholeNumbers(Shape([9, 2, 3, 2]), using: &generator)
    let whole = try input.convolved(with: weight, stride: 2, padding: .same, group: 3)
    var parts: [Float] = []
    for g in 0..<3 {
      let channels = try Tensor([1, 2, 7, 5], Array(input.elements[g * 70..<(g + 1) * 70]))
      let kernels = try Tensor([3, 2, 3, 2], Array(weight.elements[g * 36..<(g + 1) * 36]))
      parts += try channels.convolved(with: kernels, stride: 2, padding: .same).elements
    }
    #expect(whole.elements == parts)
  }

  @Test("A signal is an image of one row")
  func oneDimensionIsTwoOfHeightOne() throws {
    var generator = SeededGenerator(seed: 7)
    for padding in [Padding.valid, .same, .sameLower, .explicit(top: 0, right: 3, bottom: 0, left: 1)] {
      let input = try Tensor.wholeNumbers(Shape([2, 2, 17]), using: &generator)
      let weight = try Tensor.wholeNumbers(Shape([3, 2, 4]), using: &generator)
      let stride = Extent(height: 1, width: 3)
      let signal = try input.convolved(with: weight, stride: stride, padding: padding, dilation: 2)
      let image = try input.reshaped(to: Shape([2, 2, 1, 17]))
        .convolved(
          with: weight.reshaped(to: Shape([3, 2, 1, 4])), stride: stride, padding: padding,
          dilation: Extent(height: 1, width: 2))
      #expect(signal.elements == image.elements)
      #expect(signal.shape.extents == [2, 3, image.shape[3]])
    }
  }

  @Test("A weight of 0 is a hole that nothing passes, by every algorithm", arguments: Algorithm.allCases)
  func holes(algorithm: Algorithm) throws {
    let input = try Tensor([1, 1, 4], [1, .infinity, 3, .nan])
    let weight = try Tensor([1, 1, 2], [1, 0])
    #expect(try input.convolved(with: weight, algorithm: algorithm).elements == [1, .infinity, 3])
  }

  /// All pairs of indices inside two extents.
  private func positions(_ extents: [Int]) -> [(Int, Int)] {
    (0..<extents[0]).flatMap { row in (0..<extents[1]).map { (row, $0) } }
  }
}
