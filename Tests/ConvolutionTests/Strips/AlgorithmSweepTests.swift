import Convolution
import Tensors
import TestSupport
import Testing

/// Every algorithm must give what the reference gives: the same rounded samples, but where the reference lies within 0.001 of a tie.
@Suite struct AlgorithmSweepTests {
  /// Where rounded results differ from the rounded reference beyond what the contract allows, in words.
  private func roundingMismatch<Scalar: BinaryFloatingPoint>(_ found: [Scalar], _ reference: [Double]) -> String? {
    guard found.count == reference.count else { return "\(found.count) samples, expected \(reference.count)" }
    for (index, (value, exact)) in zip(found, reference).enumerated() {
      let (a, b) = (Double(value).rounded(.toNearestOrEven), exact.rounded(.toNearestOrEven))
      let distanceToTie = abs(exact - exact.rounded(.down) - 0.5)
      if a != b && !(distanceToTie < 0.001 && abs(a - b) == 1) {
        return "sample \(index) is \(value), expected \(exact)"
      }
    }
    return nil
  }

  /// A kernel of rank 1 with whole taps, zeros among them.
  private func wholeProduct(_ height: Int, _ width: Int, _ random: inout SeededGenerator) -> KernelBank {
    let column = (0..<height).map { _ in Double(Int.random(in: -3...3, using: &random)) }
    let row = (0..<width).map { _ in Double(Int.random(in: -3...3, using: &random)) }
    return KernelBank(height: height, width: width, taps: column.flatMap { a in row.map { a * $0 } })
  }

  private func box(_ height: Int, _ width: Int, divisor: Double = 1) -> KernelBank {
    KernelBank(height: height, width: width, taps: Array(repeating: 1, count: height * width), divisors: [divisor])
  }

  @Test(arguments: [1, 2, 3, 5, 8])
  func `every small size is the same, separated and by running sums`(kernelHeight: Int) throws {
    var random = SeededGenerator(seed: UInt64(kernelHeight))
    var checked = 0
    for kernelWidth in [1, 2, 3, 6] {
      for height in 1...6 {
        for width in 1...6 {
          for padding in StripConvolutionTests.paddings {
            for border in StripConvolutionTests.borders {
              for (stride, dilation) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
                guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
                let input = StageShape(channelCount: 1, height: height, width: width)
                let algorithm = Bool.random(using: &random) ? Algorithm.separable : .box
                let bank =
                  algorithm == .box ? box(kernelHeight, kernelWidth) : wholeProduct(kernelHeight, kernelWidth, &random)
                guard
                  let plan = try? ConvolutionPlan(
                    input: input, bank: bank, stride: Extent(height: stride, width: 1 + (stride + width) % 3),
                    padding: padding, dilation: Extent(height: dilation, width: 3 - dilation), border: border,
                    fullRange: 9, isInteger: true, sampleBound: 9, algorithm: algorithm)
                else { continue }
                try expectReference(plan, wholeSamples(input, bound: 9, &random))
                checked += 1
              }
            }
          }
        }
      }
    }
    #expect(checked > 700)
  }

  @Test(arguments: StripConvolutionTests.borders)
  func `strips, threads and instruction sets change nothing in any algorithm`(border: Border) throws {
    var random = SeededGenerator(seed: 21)
    let input = StageShape(channelCount: 2, height: 71, width: 203)
    let image = wholeSamples(input, bound: 255, &random)
    let cases: [(Algorithm, KernelBank)] = [
      (.direct, wholeProduct(6, 5, &random)), (.separable, wholeProduct(6, 5, &random)),
      (.separable, wholeProduct(3, 9, &random)), (.box, box(5, 6)), (.box, box(1, 11)),
    ]
    for (algorithm, bank) in cases {
      for (stride, dilation) in [(1, 1), (2, 1), (1, 3), (3, 2)] {
        let plan = try ConvolutionPlan(
          input: input, bank: bank, stride: Extent(stride), dilation: Extent(dilation), border: border, fullRange: 254,
          isInteger: true, sampleBound: 255, algorithm: algorithm)
        let expected = referenceRows(plan, image)
        for level in InstructionSet.available {
          for (stripHeight, threadCount) in [(1, 1), (7, 2), (64, 3), (71, 4)] {
            let single = StripConvolution<Float>(plan: plan, threadCount: threadCount, instructionSet: level)
            let double = StripConvolution<Double>(plan: plan, threadCount: threadCount, instructionSet: level)
            let found = pushed(single, image, input, stripHeight: stripHeight).map(Double.init)
            let found64 = pushed(double, image, input, stripHeight: stripHeight)
            try #require(
              difference(found, expected) ?? difference(found64, expected) == nil,
              "\(algorithm), \(level), strips of \(stripHeight), \(threadCount) threads")
          }
        }
      }
    }
  }

  @Test func `fractions are the same bits for any strips and threads, and round as the reference`() throws {
    var random = SeededGenerator(seed: 22)
    let input = StageShape(channelCount: 3, height: 67, width: 133)
    let image = wholeSamples(input, bound: 255, &random)
    let pair = gaussian(1)
    let two = KernelBank(
      outputCount: 2, height: 9, width: 9, taps: pair.taps + pair.taps.map { -3 * $0 }, divisors: [1, 2.7],
      biases: [0, 0.5])
    let noise = KernelBank(
      height: 13, width: 11, taps: random.array(count: 143, in: -1.0...1.0), divisors: [32])
    for (algorithm, bank, sides) in [
      (Algorithm.separable, gaussian(2), 17), (.separable, gaussian(6), 49), (.separable, two, 9), (.direct, noise, 13),
    ] {
      let plan = try ConvolutionPlan(
        input: input, bank: bank, fullRange: 255, isInteger: true, sampleBound: 255, algorithm: algorithm)
      let expected = referenceRows(plan, image)
      for level in InstructionSet.available {
        let atOnce = pushed(
          StripConvolution<Float>(plan: plan, instructionSet: level), image, input, stripHeight: input.height)
        #expect(plan.precision == .single)
        #expect(
          mismatch(atOnce.map(Double.init), expected, absolute: plan.singlePrecisionErrorBound) == nil, "\(sides)")
        #expect(roundingMismatch(atOnce, expected) == nil, "\(sides)")
        for (stripHeight, threadCount) in [(1, 1), (3, 2), (33, 2)] {
          let stage = StripConvolution<Float>(plan: plan, threadCount: threadCount, instructionSet: level)
          let found = pushed(stage, image, input, stripHeight: stripHeight)
          #expect(difference(found, atOnce) == nil, "\(level), strips of \(stripHeight)")
        }
      }
    }
  }

  @Test(arguments: StripConvolutionTests.borders)
  func `long columns, summed in halves, are the exact sums at any size`(border: Border) throws {
    var random = SeededGenerator(seed: 24)
    for (taps, height, width) in [(32, 5, 1), (33, 64, 15), (40, 65, 33), (47, 131, 64), (97, 90, 113), (64, 33, 48)] {
      let input = StageShape(channelCount: 1, height: height, width: width)
      let image = wholeSamples(input, bound: 255, &random)
      let column = random.array(count: taps, in: -1.0...1.0)
      let magnitude = column.reduce(0) { $0 + abs($1) }
      let bank = KernelBank(
        height: taps, width: 2, taps: column.flatMap { [$0 / magnitude, 0.7 * $0 / magnitude] }, divisors: [1.3],
        biases: [0.2])
      for padding in [Padding.same, .explicit(top: taps, right: 0, bottom: 3, left: 1)] {
        let plan = try ConvolutionPlan(
          input: input, bank: bank, padding: padding, border: border, fullRange: 255, isInteger: true,
          sampleBound: 255, algorithm: .separable)
        #expect(plan.reason.contains("in three sums of half its length"), "\(plan.reason)")
        let expected = referenceRows(plan, image)
        for level in InstructionSet.available {
          let atOnce = pushed(
            StripConvolution<Float>(plan: plan, instructionSet: level), image, input, stripHeight: height)
          let tolerance = plan.singlePrecisionErrorBound
          #expect(mismatch(atOnce.map(Double.init), expected, absolute: tolerance) == nil, "\(taps), \(level)")
          for (stripHeight, threadCount) in [(1, 1), (16, 2), (37, 3)] {
            let stage = StripConvolution<Float>(plan: plan, threadCount: threadCount, instructionSet: level)
            let found = pushed(stage, image, input, stripHeight: stripHeight)
            #expect(difference(found, atOnce) == nil, "\(level), strips of \(stripHeight)")
          }
        }
      }
    }
  }

  @Test(arguments: StripConvolutionTests.borders)
  func `kernels larger than the image, and anchors, are right in any algorithm`(border: Border) throws {
    var random = SeededGenerator(seed: 23)
    let small = StageShape(channelCount: 1, height: 9, width: 12)
    let image = wholeSamples(small, bound: 255, &random)
    let wide = try ConvolutionPlan(
      input: small, bank: gaussian(20), border: border, fullRange: 255, isInteger: true, sampleBound: 255)
    #expect(wide.algorithm == .separable)
    let expected = referenceRows(wide, image)
    let found = pushed(StripConvolution<Float>(plan: wide), image, small, stripHeight: 2)
    #expect(roundingMismatch(found, expected) == nil)
    #expect(mismatch(found.map(Double.init), expected, absolute: wide.singlePrecisionErrorBound) == nil)

    for (x, y) in [(0, 0), (3, 1), (1, 2)] {
      let product = wholeProduct(3, 4, &random)
      let bank = KernelBank(height: 3, width: 4, taps: product.taps, anchor: .init(x: x, y: y))
      for algorithm in [Algorithm.separable, .direct, .box] {
        let bank =
          algorithm == .box
          ? KernelBank(height: 3, width: 4, taps: Array(repeating: 7, count: 12), anchor: bank.anchor) : bank
        let plan = try ConvolutionPlan(
          input: small, bank: bank, border: border, fullRange: 255, isInteger: true, sampleBound: 255,
          algorithm: algorithm)
        try expectReference(plan, image)
      }
    }
  }
}
