import Convolution
import Tensors
import TestSupport
import Testing

/// A convolution run in strips must be the reference on the whole image.
@Suite struct StripConvolutionTests {
  static let borders: [Border] = [.edge, .zero, .constant(1), .reflect101, .symmetric, .wrap]
  static let paddings: [Padding] = [
    .valid, .same, .sameLower, .explicit(top: 2, right: 0, bottom: 1, left: 3),
    .explicit(top: 0, right: 9, bottom: 8, left: 1),
  ]

  @Test(arguments: [1, 2, 3, 4, 5, 7]) func `every small size equals the reference`(kernelHeight: Int) throws {
    var random = SeededGenerator(seed: UInt64(kernelHeight))
    var checked = 0
    for kernelWidth in [1, 2, 3, 4, 5, 7] {
      for height in 1...7 {
        for width in 1...7 {
          for stride in 1...3 {
            for dilation in 1...2 {
              for padding in Self.paddings {
                for border in Self.borders {
                  guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
                  let bank = KernelBank(
                    height: kernelHeight, width: kernelWidth,
                    taps: (0..<kernelHeight * kernelWidth).map { _ in Double(Int.random(in: -4...4, using: &random)) })
                  let input = StageShape(channelCount: 1, height: height, width: width)
                  // What does not fit is refused here and by the geometry's own tests.
                  guard
                    let plan = try? ConvolutionPlan(
                      input: input, bank: bank, stride: Extent(height: stride, width: 1 + (stride + width) % 3),
                      padding: padding, dilation: Extent(height: dilation, width: 3 - dilation), border: border,
                      fullRange: 9, isInteger: true, sampleBound: 9)
                  else { continue }
                  let image = wholeSamples(input, bound: 9, &random)
                  try expectReference(plan, image)
                  checked += 1
                }
              }
            }
          }
        }
      }
    }
    #expect(checked > 1500)
  }

  @Test func `the lecture's kernel slides over a row`() throws {
    func correlated(_ row: [Double], _ kernel: [Double], _ padding: Padding, stride: Int = 1) throws -> [Float] {
      let input = StageShape(channelCount: 1, height: 1, width: row.count)
      let plan = try ConvolutionPlan(
        input: input, bank: KernelBank(rows: [kernel]), stride: Extent(stride), padding: padding, border: .zero,
        isInteger: true, sampleBound: 9)
      return pushed(StripConvolution<Float>(plan: plan), row, input, stripHeight: 1)
    }
    // 3·1 + 2·2 + 1·3, 3·2 + 2·3 + 1·4, 3·3 + 2·4 + 1·5: the kernel is not turned.
    #expect(try correlated([1, 2, 3, 4, 5], [3, 2, 1], .valid) == [10, 16, 22])
    #expect(try correlated([1, 2, 3, 4, 5], [3, 2, 1], .same) == [4, 10, 16, 22, 22])
    #expect(try correlated([1, 2, 3, 4, 5], [3, 2, 1], .same, stride: 2) == [4, 16, 22])
    let ones = [Double](repeating: 1, count: 6)
    let counting = (1...13).map(Double.init)
    #expect(try correlated(counting, ones, .valid, stride: 5) == [21, 51])
    #expect(try correlated(counting, ones, .same, stride: 5) == [15, 45, 46])
  }

  @Test(arguments: borders) func `strips, threads and instruction sets change nothing`(border: Border) throws {
    var random = SeededGenerator(seed: 3)
    // Wide enough for whole blocks of every level and a remainder, high enough for several batches.
    let input = StageShape(channelCount: 2, height: 90, width: 301)
    let bank = KernelBank(
      outputCount: 2, height: 5, width: 4, taps: (0..<40).map { _ in Double(Int.random(in: -9...9, using: &random)) },
      divisors: [1, 16], biases: [0, 0.5])
    for (stride, dilation) in [(1, 1), (2, 1), (1, 3), (3, 2)] {
      let plan = try ConvolutionPlan(
        input: input, bank: bank, stride: Extent(stride), dilation: Extent(dilation), border: border, fullRange: 254,
        isInteger: true, sampleBound: 255)
      let image = wholeSamples(input, bound: 255, &random)
      let expected = referenceRows(plan, image)
      for level in InstructionSet.available {
        for (stripHeight, threadCount) in [(1, 1), (7, 2), (64, 3), (90, 1), (90, 4)] {
          let single = StripConvolution<Float>(plan: plan, threadCount: threadCount, instructionSet: level)
          let double = StripConvolution<Double>(plan: plan, threadCount: threadCount, instructionSet: level)
          let found = pushed(single, image, input, stripHeight: stripHeight).map(Double.init)
          let found64 = pushed(double, image, input, stripHeight: stripHeight)
          try #require(
            difference(found, expected) ?? difference(found64, expected) == nil,
            "\(level), strips of \(stripHeight), \(threadCount) threads")
        }
      }
    }
  }

  @Test func `fractions too are the same bits for any strips and threads`() throws {
    var random = SeededGenerator(seed: 4)
    let input = StageShape(channelCount: 3, height: 70, width: 133)
    for size in [3, 6, 9] {
      let bank = KernelBank(height: size, width: size, taps: random.array(count: size * size, in: -1.0...1.0))
      let plan = try ConvolutionPlan(input: input, bank: bank, isInteger: true, sampleBound: 255)
      let image = wholeSamples(input, bound: 255, &random)
      let atOnce = pushed(StripConvolution<Float>(plan: plan), image, input, stripHeight: input.height)
      for (stripHeight, threadCount) in [(1, 1), (3, 2), (70, 3), (33, 2)] {
        let stage = StripConvolution<Float>(plan: plan, threadCount: threadCount)
        let found = pushed(stage, image, input, stripHeight: stripHeight)
        #expect(difference(found, atOnce) == nil, "strips of \(stripHeight)")
      }
    }
  }

  @Test(arguments: [(3, 2), (5, 5), (4, 6)])
  func `channels are filtered one by one or summed, with divisors and biases`(
    height: Int, width: Int
  ) throws {
    var random = SeededGenerator(seed: 6)
    let input = StageShape(channelCount: 3, height: 13, width: 90)
    for inputCount in [1, 3] {
      let bank = KernelBank(
        outputCount: 4, inputCount: inputCount, height: height, width: width,
        taps: (0..<4 * height * width * inputCount).map { _ in Double(Int.random(in: -3...3, using: &random)) },
        divisors: [1, -2, 4, 0.5], biases: [0, 0.5, -1, 2])
      let plan = try ConvolutionPlan(
        input: input, bank: bank, border: .symmetric, fullRange: 200, isInteger: true, sampleBound: 255)
      #expect(plan.outputShape.channelCount == (inputCount == 1 ? 12 : 4))
      try expectReference(plan, wholeSamples(input, bound: 255, &random))
    }
  }

  @Test func `an anchor shifts the image, wherever it is`() throws {
    var random = SeededGenerator(seed: 7)
    let input = StageShape(channelCount: 1, height: 5, width: 6)
    let image = wholeSamples(input, bound: 99, &random)
    for (x, y) in [(0, 0), (2, 0), (0, 2), (1, 1), (2, 2)] {
      for stride in 1...3 {
        let bank = KernelBank(
          height: 3, width: 3, taps: (0..<9).map { $0 == 3 * y + x ? 1 : 0 }, anchor: .init(x: x, y: y))
        let plan = try ConvolutionPlan(
          input: input, bank: bank, stride: Extent(stride), border: .wrap, isInteger: true, sampleBound: 99)
        try expectReference(plan, image)
        // The one tap is the anchor: with stride 1 the image comes back.
        if stride == 1 { #expect(pushed(StripConvolution<Double>(plan: plan), image, input, stripHeight: 2) == image) }
      }
    }
  }

  @Test func `a constant border counts in full ranges`() throws {
    let input = StageShape(channelCount: 1, height: 1, width: 2)
    let plan = try ConvolutionPlan(
      input: input, bank: KernelBank(height: 3, width: 3, taps: Array(repeating: 1, count: 9)), border: .constant(0.5),
      fullRange: 10, isInteger: true, sampleBound: 10)
    #expect(pushed(StripConvolution<Float>(plan: plan), [1, 2], input, stripHeight: 1) == [38, 38])
  }

  @Test func `taps further apart than the image, and kernels of zeros, work`() throws {
    var random = SeededGenerator(seed: 8)
    let input = StageShape(channelCount: 1, height: 4, width: 5)
    let image = wholeSamples(input, bound: 255, &random)
    for (taps, dilation) in [([1.0, 0, 2, -1, 0, 3, 0, 0, 1], 50), (Array(repeating: 0.0, count: 9), 1)] {
      for border in Self.borders {
        let plan = try ConvolutionPlan(
          input: input, bank: KernelBank(height: 3, width: 3, taps: taps, biases: [2]), dilation: Extent(dilation),
          border: border, isInteger: true, sampleBound: 255)
        try expectReference(plan, image)
      }
    }
  }

  @Test func `a hole in a kernel is no tap: infinity times nothing does not count`() throws {
    let input = StageShape(channelCount: 1, height: 1, width: 4)
    let plan = try ConvolutionPlan(
      input: input, bank: KernelBank(rows: [[1, 0, 1]]), border: .zero, isInteger: false, sampleBound: 1)
    let found = pushed(StripConvolution<Float>(plan: plan), [1, .infinity, 2, 3], input, stripHeight: 1)
    #expect(found == [.infinity, 3, .infinity, 2])

    // A frame of ones: infinity in the middle reaches its neighbours two rows or columns away, and never its own place.
    let square = StageShape(channelCount: 1, height: 9, width: 9)
    let frame = (0..<25).map { [0, 4].contains($0 % 5) || [0, 4].contains($0 / 5) ? 1.0 : 0 }
    let framed = try ConvolutionPlan(
      input: square, bank: KernelBank(height: 5, width: 5, taps: frame), border: .zero, isInteger: false, sampleBound: 1
    )
    var image = [Double](repeating: 1, count: 81)
    image[40] = .infinity
    let expected = referenceRows(framed, image)
    #expect(expected[40] == 16 && expected[38] == .infinity)
    #expect(pushed(StripConvolution<Double>(plan: framed), image, square, stripHeight: 9) == expected)
  }

  @Test func `the reference algorithm answers with the last row`() throws {
    var random = SeededGenerator(seed: 9)
    let input = StageShape(channelCount: 2, height: 6, width: 5)
    let image = wholeSamples(input, bound: 255, &random)
    let plan = try ConvolutionPlan(
      input: input, bank: KernelBank(rows: [[0.1, 0.7], [0.3, 1.9]]), isInteger: true, sampleBound: 255,
      algorithm: .reference)
    let stage = StripConvolution<Double>(plan: plan)
    #expect(stage.push(planarRows(image, input, 0..<5)).rowCount == 0)
    #expect(stage.push(planarRows(image, input, 5..<6)).samples == referenceRows(plan, image))
    #expect(stage.push(planarRows(image, input, 6..<6)).rowCount == 0)
  }

  @Test func `rows come out as soon as they can be computed`() throws {
    let input = StageShape(channelCount: 1, height: 8, width: 3)
    func counts(_ border: Border, _ padding: Padding, stride: Int = 1) throws -> [Int] {
      let plan = try ConvolutionPlan(
        input: input, bank: KernelBank(height: 3, width: 1, taps: [1, 1, 1]), stride: Extent(height: stride, width: 1),
        padding: padding, border: border, isInteger: true, sampleBound: 1)
      let stage = StripConvolution<Float>(plan: plan)
      return (0..<8).map { _ in stage.push(PlanarRows(channelCount: 1, width: 3, rowCount: 1)).rowCount }
    }
    #expect(try counts(.edge, .same) == [0, 1, 1, 1, 1, 1, 1, 2])
    #expect(try counts(.edge, .valid) == [0, 0, 1, 1, 1, 1, 1, 1])
    #expect(try counts(.edge, .valid, stride: 3) == [0, 0, 1, 0, 0, 1, 0, 0])
    #expect(try counts(.wrap, .same) == [0, 0, 0, 0, 0, 0, 0, 8])
  }

  @Test func `rows of another width, and rows too many, are mistakes that trap`() async {
    await #expect(processExitsWith: .failure) {
      let input = StageShape(channelCount: 1, height: 2, width: 3)
      let plan = try ConvolutionPlan(input: input, bank: KernelBank(rows: [[1]]), isInteger: true, sampleBound: 1)
      _ = StripConvolution<Float>(plan: plan).push(PlanarRows(channelCount: 1, width: 4, rowCount: 1))
    }
    await #expect(processExitsWith: .failure) {
      let input = StageShape(channelCount: 1, height: 2, width: 3)
      let plan = try ConvolutionPlan(input: input, bank: KernelBank(rows: [[1]]), isInteger: true, sampleBound: 1)
      _ = StripConvolution<Float>(plan: plan).push(PlanarRows(channelCount: 1, width: 3, rowCount: 3))
    }
  }
}
