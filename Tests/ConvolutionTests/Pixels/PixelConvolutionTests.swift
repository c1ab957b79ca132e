import Convolution
import Tensors
import TestSupport
import Testing

/// From stored pixels to stored pixels every sample is the exact sum, rounded and clamped.
@Suite struct PixelConvolutionTests: PixelChecks {
  @Test(arguments: StripConvolutionTests.borders)
  func `whole taps and fractions round as on paper, ties included, at every level`(border: Border) throws {
    var random = SeededGenerator(seed: 31)
    let image = pixels(PixelFormat(.rgb), width: 83, height: 41, &random)
    let kernels = [
      KernelBank(height: 3, width: 3, taps: [0, -1, 0, -1, 5, -1, 0, -1, 0]),
      KernelBank(height: 2, width: 2, taps: [1, 1, 1, 1], divisors: [4]),
      KernelBank(height: 2, width: 2, taps: [0.25, 0.25, 0.25, 0.25]),
      KernelBank(height: 3, width: 3, taps: [1, 2, 1, 2, 4, 2, 1, 2, 1], divisors: [16]),
      KernelBank(height: 3, width: 3, taps: [1, 2, 3, -4, 5, 6, 7, 8, 9], divisors: [10]),
      KernelBank(height: 1, width: 3, taps: [1, -2, 4], divisors: [-6], biases: [128.0 / 255]),
      KernelBank(height: 4, width: 5, taps: (0..<20).map { Double($0 % 7 - 2) }, divisors: [21]),
    ]
    for bank in kernels {
      let (sums, plan) = try plan(image, bank, border: border, algorithm: .direct)
      let exact = exact(image, sums)
      #expect(plan.arithmetic == .integer)
      for level in InstructionSet.available {
        for (strips, threads) in [(41, 1), (1, 2), (16, 3)] {
          let found = filtered(image, plan, strips: strips, threads: threads, level: level)
          #expect(wrongSample(found.pixels, exact, nearTie: 0) == nil, "\(bank.taps), \(level), strips of \(strips)")
        }
      }
    }
  }

  @Test(arguments: [2, 3, 4, 5, 8, 11, 15, 31])
  func `weights of any size are summed as if they were exact`(side: Int) throws {
    var random = SeededGenerator(seed: UInt64(side))
    let image = pixels(PixelFormat(.rgb), width: 150, height: 45, &random)
    let smooth = random.array(count: side * side, in: 0.0...1.0)
    let mixed = random.array(count: side * side, in: -1.0...1.0)
    let total = smooth.reduce(0, +)
    var doubted = 0
    for (taps, fits) in [(smooth.map { $0 / total }, true), (mixed.map { 0.01 * $0 }, true), (mixed, side <= 5)] {
      let bank = KernelBank(height: side, width: side, taps: taps, biases: [0.1])
      let (sums, plan) = try plan(image, bank, algorithm: .direct)
      let exact = exact(image, sums)
      #expect(plan.arithmetic == (fits ? .integer : .double))
      if plan.reason.contains("once more") { doubted += 1 }
      for level in InstructionSet.available {
        let found = filtered(image, plan, strips: 20, threads: 2, level: level)
        #expect(wrongSample(found.pixels, exact, nearTie: 0.0001) == nil, "\(level)")
      }
    }
    #expect(doubted > 0, "some weights lose too much in 16 bits")
  }

  @Test func `every small size, stride and dilation is right`() throws {
    var random = SeededGenerator(seed: 33)
    var checked = 0
    for _ in 0..<1500 {
      let format = PixelFormat(
        Bool.random(using: &random) ? .grey : .rgb, hasAlpha: Bool.random(using: &random),
        depth: Int.random(in: 0..<4, using: &random) == 0 ? .sixteen : .eight)
      let image = pixels(
        format, width: Int.random(in: 1...40, using: &random), height: Int.random(in: 1...9, using: &random), &random)
      let (height, width) = (Int.random(in: 1...6, using: &random), Int.random(in: 1...7, using: &random))
      // Kernels with holes, and some that are products.
      let column = random.array(count: height, in: -2.0...2.0).map { abs($0) < 0.5 ? 0 : $0 }
      let row = random.array(count: width, in: -2.0...2.0).map { abs($0) < 0.5 ? 0 : $0 }
      let noise = random.array(count: height * width, in: -2.0...2.0).map { abs($0) < 1 ? 0 : $0 }
      let isProduct = Bool.random(using: &random)
      let bank = KernelBank(
        height: height, width: width, taps: isProduct ? column.flatMap { a in row.map { a * $0 } } : noise,
        divisors: [3])
      let paddings = StripConvolutionTests.paddings
      guard
        let (sums, plan) = try? plan(
          image, bank, stride: Extent(Int.random(in: 1...3, using: &random)),
          padding: paddings[Int.random(in: 0..<paddings.count, using: &random)],
          dilation: Extent(height: Int.random(in: 1...2, using: &random), width: Int.random(in: 1...3, using: &random)),
          border: StripConvolutionTests.borders[checked % StripConvolutionTests.borders.count],
          algorithm: isProduct && checked % 2 == 0 ? .separable : .auto)
      else { continue }
      let found = filtered(image, plan, strips: Int.random(in: 1...9, using: &random), threads: 2)
      let wrong = wrongSample(found.pixels, exact(image, sums))
      try #require(wrong == nil, "\(format) \(image.width)×\(image.rowCount) \(sums.geometry) \(bank.taps)")
      checked += 1
    }
    #expect(checked > 1000)
  }

  @Test(arguments: [1.0, 2, 5, 11])
  func `Gaussians are the exact sums rounded, separated and not, at every level`(sigma: Double) throws {
    var random = SeededGenerator(seed: 34)
    let image = pixels(PixelFormat(.rgb), width: 120, height: 70, &random)
    for algorithm in [Algorithm.separable, .direct] {
      let (sums, plan) = try plan(image, gaussian(sigma), border: .reflect101, algorithm: algorithm)
      let exact = exact(image, sums)
      for level in InstructionSet.available {
        let found = filtered(image, plan, strips: 13, threads: 2, level: level)
        #expect(wrongSample(found.pixels, exact) == nil, "\(algorithm), \(level)")
      }
    }
  }

  @Test func `strips, threads and instruction sets change no pixel of integer sums`() throws {
    var random = SeededGenerator(seed: 35)
    let image = pixels(PixelFormat(.rgb), width: 700, height: 90, &random)
    let bank = KernelBank(height: 7, width: 7, taps: random.array(count: 49, in: -0.2...0.3))
    let (_, plan) = try plan(image, bank)
    #expect(plan.arithmetic == .integer)
    let atOnce = filtered(image, plan, strips: 90, level: .scalar)
    for level in InstructionSet.available {
      for (strips, threads) in [(1, 1), (7, 2), (33, 4), (90, 2)] {
        let found = filtered(image, plan, strips: strips, threads: threads, level: level)
        #expect(found.pixels == atOnce.pixels, "\(level), strips of \(strips), \(threads) threads")
        #expect(found.statistics == atOnce.statistics)
      }
    }
  }

  @Test(arguments: [Algorithm.direct, .separable, .box])
  func `extrema, mean and what is clipped are those of the exact sums`(algorithm: Algorithm) throws {
    var random = SeededGenerator(seed: 36)
    let image = pixels(PixelFormat(.grey), width: 97, height: 50, &random)
    let taps =
      algorithm == .box
      ? Array(repeating: 1.0, count: 9) : [1, 2, 1].flatMap { a in [-1.0, 0.5, 1.25].map { a * $0 } }
    let bank = KernelBank(height: 3, width: 3, taps: taps, divisors: [algorithm == .box ? 6 : 2])
    let (sums, plan) = try plan(image, bank, algorithm: algorithm)
    let exact = exact(image, sums)
    let statistics = filtered(image, plan, strips: 16, threads: 2).statistics
    #expect(statistics.count == exact.count)
    #expect(abs(statistics.minimum - (exact.min() ?? .nan)) < 0.001)
    #expect(abs(statistics.maximum - (exact.max() ?? .nan)) < 0.001)
    #expect(statistics.belowCount == exact.count { $0 < -0.5 })
    #expect(statistics.aboveCount == exact.count { $0 > 255.5 })
    let mean = Double(statistics.quanta) / SumStatistics.quantaPerUnit / Double(exact.count)
    #expect(abs(mean - exact.reduce(0, +) / Double(exact.count)) < 1e-4)
  }

  @Test func `weights too large for integers are summed in floating point`() throws {
    var random = SeededGenerator(seed: 37)
    let image = pixels(PixelFormat(.grey), width: 30, height: 20, &random)
    let bank = KernelBank(height: 2, width: 2, taps: [1e6, -1e6, 3e5, 0.5])
    let (sums, plan) = try plan(image, bank)
    #expect(plan.arithmetic == .double)
    #expect(wrongSample(filtered(image, plan, strips: 20).pixels, exact(image, sums)) == nil)
  }

  @Test func `rows whose largest weight takes up what hundreds of others lose are right`() throws {
    var random = SeededGenerator(seed: 38)
    let image = pixels(PixelFormat(.grey), width: 700, height: 6, &random)
    for largest in [8_354_900.0, 8_355_500, 8_355_711, 8_355_800] {
      let row = [largest * 0x1p-23] + Array(repeating: 0.49 * 0x1p-23, count: 599)
      let bank = KernelBank(height: 2, width: 600, taps: row + row, divisors: [2])
      let (sums, plan) = try plan(image, bank, algorithm: .separable)
      #expect(wrongSample(filtered(image, plan, strips: 6).pixels, exact(image, sums)) == nil, "\(largest)")
    }
  }

  @Test func `weights beyond all reason saturate, and statistics with them`() throws {
    var random = SeededGenerator(seed: 39)
    let image = pixels(PixelFormat(.grey), width: 30, height: 20, &random)
    for weight in [1e26, 1e300] {
      let (_, plan) = try plan(image, KernelBank(height: 1, width: 2, taps: [weight, weight]))
      let found = filtered(image, plan, strips: 20)
      #expect(found.pixels.bytes.allSatisfy { $0 == 0 || $0 == 255 })
      #expect(found.statistics.maximum > 1e26 && found.statistics.aboveCount > 0)
    }
  }

  @Test func `few taps far apart are summed one by one, not with the holes between them`() throws {
    let image = PixelRows(format: PixelFormat(.rgb), width: 300, rowCount: 300)
    var taps = Array(repeating: 0.0, count: 101 * 101)
    for place in [0, 100, 5_000, 10_200] { taps[place] = 0.21 }
    let (_, plan) = try plan(image, KernelBank(height: 101, width: 101, taps: taps))
    #expect(plan.algorithm == .direct && plan.arithmetic != .integer)
  }

  @Test func `banks of several kernels, and the algorithms of sums, have no way from pixels to pixels`() throws {
    let two = KernelBank(outputCount: 2, height: 1, width: 2, taps: [1, 2, 3, 4])
    let one = KernelBank(height: 1, width: 2, taps: [1, 2])
    for (bank, algorithm) in [(two, Algorithm.auto), (one, .reference)] {
      let sums = try ConvolutionPlan(
        input: StageShape(channelCount: 1, height: 4, width: 4), bank: bank, fullRange: 255, isInteger: true,
        sampleBound: 255, algorithm: algorithm)
      #expect(PixelPlan(sums, format: PixelFormat(.grey)) == nil)
    }
  }
}
