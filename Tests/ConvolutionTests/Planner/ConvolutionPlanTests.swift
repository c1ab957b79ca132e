import Convolution
import Tensors
import TestSupport
import Testing

/// What a plan decides before any sample is seen.
@Suite struct ConvolutionPlanTests {
  private let rgb = StageShape(channelCount: 3, height: 20, width: 30)

  private func plan(_ bank: KernelBank, bound: Double = 255, isInteger: Bool = true, border: Border = .edge) throws
    -> ConvolutionPlan
  {
    try ConvolutionPlan(
      input: rgb, bank: bank, border: border, fullRange: bound, isInteger: isInteger, sampleBound: bound)
  }

  @Test func `counts and shapes are those of the formula`() throws {
    let depthwise = try plan(KernelBank(outputCount: 2, height: 3, width: 5, taps: Array(repeating: 1, count: 30)))
    #expect(depthwise.outputShape == StageShape(channelCount: 6, height: 20, width: 30))
    #expect(depthwise.multiplyAddCount == 6 * 20 * 30 * 15)
    #expect(depthwise.parameterCount == 30)
    let summing = try ConvolutionPlan(
      input: rgb,
      bank: KernelBank(
        outputCount: 4, inputCount: 3, height: 3, width: 3, taps: Array(repeating: 1, count: 108), biases: [0, 0, 1, 0]),
      stride: Extent(2), padding: .valid, isInteger: true, sampleBound: 255)
    #expect(summing.outputShape == StageShape(channelCount: 4, height: 9, width: 14))
    #expect(summing.multiplyAddCount == 4 * 9 * 14 * 27)
    #expect(summing.parameterCount == 112)
    #expect(summing.algorithm == .direct)
    #expect(!summing.reason.isEmpty)
  }

  @Test func `a bank over other channels is refused with both shapes`() {
    let bank = KernelBank(inputCount: 3, height: 3, width: 3, taps: Array(repeating: 1, count: 27))
    let grey = StageShape(channelCount: 1, height: 9, width: 9)
    let error = #expect(throws: ConvolutionError.self) {
      try ConvolutionPlan(input: grey, bank: bank, isInteger: true, sampleBound: 255)
    }
    #expect(error == .channels(bank: ConvolutionError.BankShape(bank), input: grey))
    #expect(error?.description == "a 1×3×3×3 bank sums over 3 channels; the input 1×9×9 has 1")
  }

  @Test func `what does not fit, and what cannot be counted, is refused`() {
    let error = #expect(throws: ConvolutionError.self) {
      try ConvolutionPlan(
        input: StageShape(channelCount: 1, height: 2, width: 2), bank: KernelBank(rows: [[1, 2, 3]]), padding: .valid,
        isInteger: true, sampleBound: 255)
    }
    #expect(
      error
        == .geometry(
          .doesNotFit(input: Extent(2), kernel: Extent(height: 1, width: 3), dilation: Extent(1), padding: .valid)))
    let huge = StageShape(channelCount: 1, height: 8, width: 8)
    #expect(throws: ConvolutionError.tooLarge(input: huge)) {
      try ConvolutionPlan(
        input: huge, bank: KernelBank(rows: [[1]]), padding: .explicit(top: 1 << 30, right: 0, bottom: 0, left: 0),
        isInteger: true, sampleBound: 255)
    }
  }

  @Test func `whole sums below two to the 24th are computed in 32 bits and are exact`() throws {
    let box = try plan(KernelBank(height: 9, width: 9, taps: Array(repeating: 1, count: 81), divisors: [81]))
    #expect(box.precision == .single && box.roundsExactlyInSinglePrecision)
    let sobel = try plan(KernelBank(rows: [[1, 0, -1], [2, 0, -2], [1, 0, -1]], divisor: 8, bias: 128.0 / 255))
    #expect(sobel.precision == .single && sobel.roundsExactlyInSinglePrecision)
    #expect(sobel.singlePrecisionErrorBound == 0)
    // 16-bit samples and ninths: 32-bit quotients err by more than is tolerated, but never over a tie.
    let ninth = try plan(
      KernelBank(height: 3, width: 3, taps: Array(repeating: 1, count: 9), divisors: [9]), bound: 65535)
    #expect(ninth.precision == .single && ninth.roundsExactlyInSinglePrecision)
    #expect(ninth.singlePrecisionErrorBound > ConvolutionPlan.toleratedError)
  }

  @Test func `sums that could lose a bit are computed in 64 bits`() throws {
    let big = KernelBank(rows: [[70_000, 1]])
    #expect(try plan(big).precision == .double)
    #expect(try plan(KernelBank(rows: [[300, -1]]), bound: 65535).precision == .double)
    let gaussian = KernelBank(rows: [[0.1, 0.2, 0.4, 0.2, 0.1]])
    #expect(try plan(gaussian).precision == .single)
    #expect(try plan(gaussian, bound: 65535).precision == .double)
    #expect(
      try plan(KernelBank(rows: [[1, 2, 1]], divisor: 3), isInteger: false).roundsExactlyInSinglePrecision == false)
    // A border between two whole numbers makes the sums fractions.
    #expect(
      try plan(KernelBank(rows: [[1, 2, 1]], divisor: 4), border: .constant(0.3)).roundsExactlyInSinglePrecision
        == false)
    #expect(try plan(KernelBank(rows: [[1, 2, 1]], divisor: 4), border: .constant(1)).roundsExactlyInSinglePrecision)
  }

  @Test func `a precision or an algorithm that is asked for is taken`() throws {
    let bank = KernelBank(rows: [[1]])
    let double = try ConvolutionPlan(input: rgb, bank: bank, isInteger: true, sampleBound: 255, precision: .double)
    #expect(double.precision == .double && double.reason.contains("what else is done to the samples needs 64 bits"))
    let reference = try ConvolutionPlan(
      input: rgb, bank: bank, isInteger: true, sampleBound: 255, algorithm: .reference)
    #expect(reference.algorithm == .reference)
    #expect(reference.workingByteCount >= 8 * 3 * 20 * 30)
  }

  @Test func `memory does not grow with the height, unless the top needs the last rows`() throws {
    let bank = KernelBank(height: 5, width: 5, taps: Array(repeating: 1, count: 25))
    func bytes(_ height: Int, _ border: Border) throws -> Int {
      try ConvolutionPlan(
        input: StageShape(channelCount: 3, height: height, width: 6000), bank: bank, border: border, isInteger: true,
        sampleBound: 255
      ).workingByteCount
    }
    for border in [Border.edge, .zero, .reflect101, .symmetric] {
      #expect(try bytes(60_000, border) < 4_000_000, "\(border)")
    }
    #expect(try bytes(6000, .wrap) > 6000 * 6000 * 3 * 4)
  }

  @Test(arguments: [3, 5, 9]) func `results in 32 bits stay within the bound that was promised`(size: Int) throws {
    var random = SeededGenerator(seed: UInt64(size))
    for level in InstructionSet.available {
      let bank = KernelBank(
        outputCount: 2, height: size, width: size, taps: random.array(count: 2 * size * size, in: -1.0...1.0),
        divisors: [1, 2.7], biases: [0.1, 0])
      let image = wholeSamples(rgb, bound: 255, &random)
      let plan = try plan(bank)
      let found = pushed(
        StripConvolution<Float>(plan: plan, instructionSet: level), image, rgb, stripHeight: 7)
      #expect(
        mismatch(found.map(Double.init), referenceRows(plan, image), absolute: plan.singlePrecisionErrorBound) == nil)
      // The promise is not empty either.
      #expect(plan.singlePrecisionErrorBound < 0.01)
    }
  }

  @Test func `the bound counts every rounding: of the weights, the products and the sums`() throws {
    let found = try plan(KernelBank(rows: [[0.1, 0.1]])).singlePrecisionErrorBound
    let conversion = 2 * abs(0.1 - Double(Float(0.1)))
    let (products, sum) = (0.2, 0.2)
    let expected = 255 * (conversion + 0x1p-24 * (products + sum))
    #expect(found >= expected && found <= 1.002 * expected)
    // Halves are exact, so are their products with whole numbers; only a bias between two numbers rounds.
    #expect(try plan(KernelBank(rows: [[0.5, 0.5]], bias: 0.1)).singlePrecisionErrorBound > 0)
  }

  @Test func `rounded results equal the rounded reference over every divisor of a box`() throws {
    var random = SeededGenerator(seed: 5)
    for (height, width) in [(1, 3), (3, 3), (3, 5), (5, 5), (7, 9)] {
      for depth in SampleDepth.allCases {
        let count = height * width
        let bank = KernelBank(
          height: height, width: width, taps: Array(repeating: 1, count: count), divisors: [Double(count)])
        let plan = try plan(bank, bound: Double(depth.maximum))
        #expect(plan.precision == .single)
        let image = wholeSamples(rgb, bound: depth.maximum, &random)
        let rows: PlanarRows<Float> = planarRows(image, rgb, 0..<rgb.height)
        let packed = SamplePacking.pack(
          StripConvolution<Float>(plan: plan).push(rows), into: PixelFormat(.rgb, depth: depth))
        let exact = PlanarRows<Double>(
          channelCount: 3, width: rgb.width, rowCount: rgb.height, samples: referenceRows(plan, image))
        #expect(packed == SamplePacking.pack(exact, into: PixelFormat(.rgb, depth: depth)))
      }
    }
  }
}
