import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct KernelCompositionTests {
  /// `valid` correlation of `C×H×W` samples as the formula says it; outputs of a depthwise bank stand side by side for each channel.
  static func correlate(
    _ input: [Double], channels: Int, height: Int, width: Int, _ bank: KernelBank, stride: Int
  ) -> (samples: [Double], channels: Int, height: Int, width: Int) {
    let rows = (height - bank.height) / stride + 1
    let columns = (width - bank.width) / stride + 1
    var output: [Double] = []
    for channel in bank.isDepthwise ? Array(0..<channels) : [0] {
      for kernel in 0..<bank.outputCount {
        for i in 0..<rows {
          for j in 0..<columns {
            var sum = 0.0
            for d in 0..<bank.inputCount {
              for a in 0..<bank.height {
                for b in 0..<bank.width {
                  let sample = input[((channel + d) * height + i * stride + a) * width + j * stride + b]
                  sum += sample * bank.weight(output: kernel, input: d, row: a, column: b)
                }
              }
            }
            output.append(sum + bank.biases[kernel])
          }
        }
      }
    }
    return (output, output.count / (rows * columns), rows, columns)
  }

  static func bank(
    _ outputs: Int, _ inputs: Int, _ height: Int, _ width: Int, _ random: inout SeededGenerator
  ) -> KernelBank {
    KernelBank(
      outputCount: outputs, inputCount: inputs, height: height, width: width,
      taps: (0..<outputs * inputs * height * width).map { _ in Double(Int.random(in: -9...9, using: &random)) },
      divisors: (0..<outputs).map { _ in Double([1, 2, 9, 16, -3].randomElement(using: &random) ?? 1) },
      biases: random.array(count: outputs, in: -1...1))
  }

  @Test(arguments: [
    // Channels of the image, outputs and inputs of the first bank, outputs and inputs of the second.
    (1, 1, 1, 1, 1), (3, 1, 1, 1, 1), (2, 3, 1, 1, 1), (1, 1, 1, 4, 1), (2, 2, 1, 3, 1), (3, 4, 3, 1, 1),
    (3, 4, 3, 2, 1),
    (3, 4, 3, 2, 4), (3, 1, 1, 2, 3), (2, 3, 1, 2, 6), (1, 3, 1, 2, 3),
  ])
  func theComposedKernelEqualsOneAfterTheOther(
    _ channels: Int, _ firstOutputs: Int, _ firstInputs: Int, _ secondOutputs: Int, _ secondInputs: Int
  ) throws {
    var random = SeededGenerator(seed: 11)
    for (firstStride, secondStride) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
      for (a, b) in [((3, 3), (3, 3)), ((1, 4), (2, 2)), ((2, 1), (1, 3)), ((1, 1), (5, 1))] {
        let first = Self.bank(firstOutputs, firstInputs, a.0, a.1, &random)
        let second = Self.bank(secondOutputs, secondInputs, b.0, b.1, &random)
        let image: [Double] = random.array(count: channels * 23 * 25, in: 0...1)
        let half = Self.correlate(image, channels: channels, height: 23, width: 25, first, stride: firstStride)
        let both = Self.correlate(
          half.samples, channels: half.channels, height: half.height, width: half.width, second, stride: secondStride)
        let composed = try KernelComposition.compose(
          first, second, firstStride: firstStride, secondStride: secondStride)
        #expect(composed.placement.stride == firstStride * secondStride)
        let once = Self.correlate(
          image, channels: channels, height: 23, width: 25, composed.bank, stride: composed.placement.stride)
        #expect(once.channels == both.channels && once.height == both.height && once.width == both.width)
        #expect(mismatch(once.samples, both.samples, absolute: 1e-9, relative: 1e-12) == nil)
      }
    }
  }

  @Test func itIsTheFullConvolutionOfTheTwo() throws {
    let (a, b) = (KernelBank(rows: [[1, 2, 1]], divisor: 4), KernelBank(rows: [[1], [2], [1]], divisor: 4))
    let product = try KernelComposition.compose(a, b)
    #expect(product.bank == KernelBank(rows: [[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor: 16))
    #expect(product.placement.stride == 1)
    #expect(
      try KernelComposition.compose(KernelBank(rows: [[1, -1]]), KernelBank(rows: [[1, 0, 2]]), firstStride: 2).bank
        == KernelBank(rows: [[1, -1, 0, 0, 2, -2]]))
  }

  @Test func convolutionThenAveragePoolingIsOneStridedKernel() throws {
    let edge = KernelBank(rows: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
    let composed = try KernelComposition.compose(edge, KernelComposition.averagePooling(size: 2), secondStride: 2)
    #expect(
      composed.bank
        == KernelBank(rows: [[-1, -2, -2, -1], [-2, 5, 5, -2], [-2, 5, 5, -2], [-1, -2, -2, -1]], divisor: 4))
    #expect(composed.placement.stride == 2 && composed.placement.padding == [1, 1, 1, 1])
  }

  @Test func composedKernelsAreNamedAfterBothAndTurnedWhereTheirFilesSaySo() throws {
    let difference = Kernel(name: "difference", bank: KernelBank(rows: [[1, -1]]), operation: .convolve)
    let box = Kernel(name: "box", bank: KernelBank(rows: [[1, 2]]))
    let (kernel, placement) = try KernelComposition.compose(difference, box, secondStride: 2)
    #expect(kernel.name == "difference then box")
    #expect(
      kernel.description == "difference followed by box; to be applied with stride 2 and padding 0,0,0,1.")
    #expect(kernel.operation == nil && placement.stride == 2)
    #expect(kernel.bank.taps == [-1, -1, 2])
  }

  @Test func anchorsAddUp() throws {
    let even = KernelBank(rows: [[1, 1], [1, 1]])
    #expect(try KernelComposition.compose(even, even).bank.anchor == KernelBank.Anchor(x: 0, y: 0))
    let right = KernelBank(rows: [[1, 2, 3]], anchor: KernelBank.Anchor(x: 2, y: 0))
    let left = KernelBank(rows: [[1, 2, 3]], anchor: KernelBank.Anchor(x: 0, y: 0))
    #expect(try KernelComposition.compose(right, left).bank.anchor == nil)
    #expect(try KernelComposition.compose(right, left, firstStride: 2).bank.anchor == KernelBank.Anchor(x: 2, y: 0))
  }

  @Test func whatDoesNotFitIsRefused() {
    let three = KernelBank(outputCount: 3, inputCount: 2, height: 1, width: 1, taps: Array(repeating: 1, count: 6))
    #expect(
      throws: KernelError(
        file: "compose", code: "shape.mismatch",
        message: "the first bank is 3×2×1×1, the second 3×2×1×1: it reaches over 2 channels, the first gives 3")
    ) { try KernelComposition.compose(three, three) }
    let long = KernelBank(height: 1, width: 3000, taps: Array(repeating: 1, count: 3000))
    #expect(
      throws: KernelError(
        file: "compose", code: "kernel.limit",
        message: "1×1×1×5999 taps, expected at most 4096 taps a side and 16777216 in all")
    ) { try KernelComposition.compose(long, long) }
    let large = KernelBank(rows: [[1e300]])
    #expect(throws: KernelError(file: "compose", code: "kernel.limit", message: "the products are not finite")) {
      try KernelComposition.compose(large, large)
    }
  }
}
