import Convolution
import Tensors
import TestSupport
import Testing

/// Tiles by Fourier transforms give the exact sums, rounded and clamped, wherever tiles, strips and threads begin.
@Suite struct FourierTests: PixelChecks {
  /// Weights between −½ and 1 of sum 1 or, where `total` is given, of that.
  private func noise(_ height: Int, _ width: Int, total: Double = 1, _ random: inout SeededGenerator) -> KernelBank {
    let taps = random.array(count: height * width, in: -0.5...1.0)
    return KernelBank(height: height, width: width, taps: taps, divisors: [taps.reduce(0, +) / total])
  }

  @Test(arguments: StripConvolutionTests.borders)
  func `large kernels of every shape are the exact sums rounded, at every level`(border: Border) throws {
    var random = SeededGenerator(seed: 51)
    for (height, width) in [(17, 17), (24, 31), (32, 32), (33, 64), (65, 65), (3, 50), (63, 2), (1, 33), (40, 1)] {
      let format = PixelFormat([.grey, .rgb].randomElement(using: &random) ?? .rgb)
      let image = pixels(
        format, width: Int.random(in: 60...110, using: &random), height: Int.random(in: 50...75, using: &random),
        &random)
      let (sums, plan) = try plan(image, noise(height, width, &random), border: border, algorithm: .fft)
      #expect(plan.algorithm == .fft)
      let exact = exact(image, sums)
      for level in InstructionSet.available {
        let found = filtered(image, plan, strips: 16, threads: 2, level: level)
        #expect(wrongSample(found.pixels, exact) == nil, "\(height)×\(width), \(format), \(level)")
      }
    }
  }

  @Test func `every small size, kernel, padding and anchor is right`() throws {
    var random = SeededGenerator(seed: 52)
    var checked = 0
    for _ in 0..<600 {
      let format = PixelFormat(
        Bool.random(using: &random) ? .grey : .rgb, hasAlpha: Bool.random(using: &random))
      let image = pixels(
        format, width: Int.random(in: 1...40, using: &random), height: Int.random(in: 1...24, using: &random), &random)
      let (height, width) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...20, using: &random))
      // Some rows and columns of 0 at the kernel's edges, and some taps of 0 inside.
      let taps = (0..<height * width).map { place in
        place % width == 0 && checked % 3 == 0 ? 0 : Double.random(in: -0.4...0.5, using: &random).rounded(to: 0.125)
      }
      let anchor = (x: Int.random(in: 0..<width, using: &random), y: Int.random(in: 0..<height, using: &random))
      let bank = KernelBank(
        height: height, width: width, taps: taps, divisors: [2], biases: [0.25],
        anchor: checked % 2 == 0 ? .init(x: anchor.x, y: anchor.y) : nil)
      let paddings = StripConvolutionTests.paddings
      guard
        let (sums, plan) = try? plan(
          image, bank, padding: paddings[Int.random(in: 0..<paddings.count, using: &random)],
          border: StripConvolutionTests.borders[checked % StripConvolutionTests.borders.count], algorithm: .fft)
      else { continue }
      #expect(plan.algorithm == .fft)
      let found = filtered(image, plan, strips: Int.random(in: 1...24, using: &random), threads: 2)
      let wrong = wrongSample(found.pixels, exact(image, sums), nearTie: 0.000001)
      try #require(wrong == nil, "\(format) \(image.width)×\(image.rowCount) \(sums.geometry) \(bank.taps)")
      checked += 1
    }
    #expect(checked > 400)
  }

  @Test(arguments: StripConvolutionTests.borders)
  func `kernels larger than the image are right`(border: Border) throws {
    var random = SeededGenerator(seed: 53)
    for (width, height) in [(1, 1), (7, 3), (30, 20)] {
      let image = pixels(PixelFormat(.rgb), width: width, height: height, &random)
      for side in [31, 101] {
        let (sums, plan) = try plan(image, noise(side, side, &random), border: border, algorithm: .fft)
        let found = filtered(image, plan, strips: 2)
        #expect(wrongSample(found.pixels, exact(image, sums)) == nil, "\(side)×\(side) over \(width)×\(height)")
      }
    }
  }

  @Test(arguments: [1, 3, 4])
  func `strips and threads change neither pixels nor what is counted`(channels: Int) throws {
    var random = SeededGenerator(seed: 54)
    let format = PixelFormat(channels < 3 ? .grey : .rgb, hasAlpha: channels == 4)
    let image = pixels(format, width: 517, height: 301, &random)
    let (_, plan) = try plan(image, noise(25, 40, total: 1.5, &random), border: .reflect101, algorithm: .fft)
    for level in InstructionSet.available {
      let atOnce = filtered(image, plan, strips: 301, level: level)
      #expect(atOnce.pixels.rowCount == 301)
      for (strips, threads) in [(1, 1), (7, 2), (64, 3), (300, 4)] {
        let found = filtered(image, plan, strips: strips, threads: threads, level: level)
        #expect(found.pixels == atOnce.pixels, "\(level), strips of \(strips), \(threads) threads")
        #expect(found.statistics == atOnce.statistics, "\(level), strips of \(strips), \(threads) threads")
      }
    }
  }

  @Test func `sums of whole taps that are ties go to the even neighbour, as on paper`() throws {
    var random = SeededGenerator(seed: 55)
    let image = pixels(PixelFormat(.rgb), width: 130, height: 70, &random)
    let taps = (0..<17 * 19).map { _ in Double(Int.random(in: -1...1, using: &random)) }
    for divisor in [2.0, 64, 256] {
      let bank = KernelBank(height: 17, width: 19, taps: taps, divisors: [divisor])
      let (sums, plan) = try plan(image, bank, algorithm: .fft)
      let exact = exact(image, sums)
      #expect(exact.contains { (0...255).contains($0) && $0 - $0.rounded(.down) == 0.5 })
      for level in InstructionSet.available {
        #expect(wrongSample(filtered(image, plan, strips: 70, level: level).pixels, exact, nearTie: 0) == nil)
      }
    }
  }

  @Test func `flat areas stay what they are`() throws {
    var random = SeededGenerator(seed: 56)
    for value in [UInt8(0), 1, 127, 254, 255] {
      let image = PixelRows(
        format: PixelFormat(.rgb), width: 90, rowCount: 80, bytes: Array(repeating: value, count: 90 * 80 * 3))
      let (_, plan) = try plan(image, noise(31, 31, &random), algorithm: .fft)
      #expect(filtered(image, plan, strips: 9).pixels == image)
    }
  }

  @Test func `extrema, mean and what is clipped are those of the exact sums`() throws {
    var random = SeededGenerator(seed: 57)
    let image = pixels(PixelFormat(.grey), width: 203, height: 90, &random)
    let bank = KernelBank(height: 21, width: 18, taps: random.array(count: 378, in: -0.2...0.22), biases: [0.1])
    let (sums, plan) = try plan(image, bank, algorithm: .fft)
    let exact = exact(image, sums)
    let statistics = filtered(image, plan, strips: 16, threads: 2).statistics
    #expect(statistics.count == exact.count)
    #expect(abs(statistics.minimum - (exact.min() ?? .nan)) < 0.00001)
    #expect(abs(statistics.maximum - (exact.max() ?? .nan)) < 0.00001)
    #expect(statistics.belowCount == exact.count { $0 < -0.5 })
    #expect(statistics.aboveCount == exact.count { $0 > 255.5 })
    #expect(statistics.belowCount > 0 && statistics.aboveCount > 0)
    let mean = Double(statistics.quanta) / SumStatistics.quantaPerUnit / Double(exact.count)
    #expect(abs(mean - exact.reduce(0, +) / Double(exact.count)) < 1e-5)
  }

  @Test func `rows come out as evenly as they go in`() throws {
    var random = SeededGenerator(seed: 58)
    let image = pixels(PixelFormat(.grey), width: 40, height: 700, &random)
    let (_, plan) = try plan(image, noise(20, 20, &random), algorithm: .fft)
    let convolution = PixelConvolution(plan: plan)
    var counts: [Int] = []
    for first in stride(from: 0, to: 700, by: 10) {
      counts.append(convolution.push(image.rows(first..<first + 10)).rowCount)
    }
    #expect(counts.dropLast().allSatisfy { $0 <= 10 })
    #expect(counts.reduce(0, +) == 700)
    #expect(counts.dropFirst(60).dropLast().allSatisfy { $0 == 10 })
  }

  @Test func `memory is bounded for images of a gigapixel and kernels of 101 rows`() throws {
    var random = SeededGenerator(seed: 59)
    let format = PixelFormat(.rgb)
    for side in [15, 31, 63, 101] {
      let sums = try ConvolutionPlan(
        input: StageShape(channelCount: 3, height: 32_768, width: 32_768), bank: noise(side, side, &random),
        fullRange: 255, isInteger: true, sampleBound: 255, algorithm: .fft)
      let plan = try #require(PixelPlan(sums, format: format))
      #expect(plan.workingByteCount < 64 << 20, "\(side): \(plan.workingByteCount)")
    }
  }

  @Test func `large kernels of full rank go by transforms, small, separable and equal ones do not`() throws {
    var random = SeededGenerator(seed: 60)
    func chosen(_ bank: KernelBank, _ algorithm: Algorithm = .auto) throws -> PixelPlan {
      let sums = try ConvolutionPlan(
        input: StageShape(channelCount: 3, height: 2000, width: 3000), bank: bank, fullRange: 255, isInteger: true,
        sampleBound: 255, algorithm: algorithm)
      return try #require(PixelPlan(sums, format: PixelFormat(.rgb)))
    }
    for side in [25, 31, 63, 101] {
      let plan = try chosen(noise(side, side, &random))
      #expect(plan.algorithm == .fft)
      #expect(plan.arithmetic == .double)
      #expect(
        plan.reason.contains("reaches over \(side)×\(side)") && plan.reason.contains("tiles of"), "\(plan.reason)")
    }
    for side in [3, 5, 7] { #expect(try chosen(noise(side, side, &random)).algorithm == .direct) }
    #expect(try chosen(gaussian(5)).algorithm == .separable)
    let box = KernelBank(height: 31, width: 31, taps: Array(repeating: 1, count: 961), divisors: [961])
    #expect(try chosen(box).algorithm == .box)
    #expect(try chosen(box, .fft).reason.hasPrefix("fft was asked for: "))
  }

  @Test func `what tiles cannot do is summed directly, and the reason says so`() throws {
    var random = SeededGenerator(seed: 61)
    let bank = noise(9, 9, &random)
    let deep = pixels(PixelFormat(.rgb, depth: .sixteen), width: 40, height: 30, &random)
    let image = pixels(PixelFormat(.rgb), width: 40, height: 30, &random)
    for (image, stride, dilation) in [(deep, 1, 1), (image, 2, 1), (image, 1, 3)] {
      let (sums, plan) = try plan(
        image, bank, stride: Extent(stride), dilation: Extent(dilation), algorithm: .fft)
      #expect(plan.algorithm == .direct)
      #expect(plan.reason.hasPrefix("fft was asked for: tiles are of bytes"), "\(plan.reason)")
      #expect(wrongSample(filtered(image, plan, strips: 8).pixels, exact(image, sums)) == nil)
    }
  }
}

extension Double {
  /// The nearest multiple of `unit`.
  fileprivate func rounded(to unit: Double) -> Double { (self / unit).rounded() * unit }
}
