import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Images by banks of kernels")
struct BankConvolutionTests {
  static let borders: [Border] = [.zero, .edge, .constant(0.5), .reflect101, .symmetric, .wrap]

  @Test(
    "Every algorithm and border agrees with the reference, anchors, divisors and biases included", arguments: borders)
  func agreesWithReference(border: Border) throws {
    var generator = SeededGenerator(seed: 61)
    for _ in 0..<120 {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let (height, width, outputs, channels) = (draw(1...5), draw(1...5), draw(1...3), draw(1...3))
      let inputs = Bool.random(using: &generator) ? 1 : channels
      let bank = KernelBank(
        outputCount: outputs, inputCount: inputs, height: height, width: width,
        taps: generator.array(count: outputs * inputs * height * width, in: -2.0...2),
        divisors: generator.array(count: outputs, in: 1.0...9), biases: generator.array(count: outputs, in: -1.0...1),
        anchor: Bool.random(using: &generator)
          ? KernelBank.Anchor(x: draw(0...width - 1), y: draw(0...height - 1)) : nil)
      let image = try Tensor([2, channels, 5, 6], generator.array(count: 2 * channels * 30, in: 0...1))
      let padding = [Padding.valid, .same, .sameLower, .explicit(top: 2, right: 7, bottom: 0, left: 1)][draw(0...3)]
      let (stride, dilation) = (Extent(height: draw(1...2), width: draw(1...3)), Extent(draw(1...2)))
      let expected: Tensor
      do {
        expected = try image.convolved(
          with: bank, stride: stride, padding: padding, dilation: dilation, border: border, algorithm: .reference)
      } catch OperatorError.doesNotFit {
        continue
      }
      for algorithm in [Algorithm.im2col, .direct] {
        let found = try image.convolved(
          with: bank, stride: stride, padding: padding, dilation: dilation, border: border, algorithm: algorithm)
        #expect(found.shape == expected.shape)
        #expect(mismatch(found.elements, expected.elements, absolute: 2e-5) == nil, "\(bank), \(padding), \(border)")
      }
    }
  }

  @Test("A plain kernel goes over every channel on its own, its outputs side by side")
  func depthwise() throws {
    let image = try Tensor([2, 1, 2], [1, 2, 10, 20])
    let bank = KernelBank(outputCount: 2, height: 1, width: 2, taps: [1, 1, 1, -1], divisors: [2, 1], biases: [0, 5])
    #expect(try image.convolved(with: bank) == Tensor([4, 1, 1], [1.5, 4, 15, -5]))
  }

  @Test("Borders, stride and padding read like the lecture")
  func call() throws {
    let image = try Tensor([1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let blur = KernelBank(rows: Array(repeating: [1, 1, 1], count: 3), divisor: 9)
    let smooth = try image.convolved(with: blur, stride: 2, padding: .same, border: .edge)
    let expected: [Double] = [21, 33, 57, 69]
    #expect(mismatch(smooth.elements.map(Double.init), expected.map { $0 / 9 }, relative: 1e-6) == nil)
  }

  @Test("A bank over other channels is refused with both shapes")
  func wrongChannels() throws {
    let image = try Tensor([2, 1, 1], [1, 2])
    let bank = KernelBank(inputCount: 3, height: 1, width: 1, taps: [1, 1, 1])
    let error = #expect(throws: OperatorError.self) { try image.convolved(with: bank) }
    #expect(
      error?.description
        == "the input 1×2×1×1 and the weight 1×3×1×1 do not fit with group 1; expected a bank over 1 or 2 channels")
  }

  @Test("A kernel larger than the image is refused with both shapes")
  func tooLarge() throws {
    let image = try Tensor([1, 2, 3], Array(repeating: 0, count: 6))
    let error = #expect(throws: OperatorError.self) {
      try image.convolved(with: KernelBank(rows: Array(repeating: [1, 1], count: 5)))
    }
    #expect(error?.description.contains("1×1×5×2") == true && error?.description.contains("1×1×2×3") == true)
  }
}
