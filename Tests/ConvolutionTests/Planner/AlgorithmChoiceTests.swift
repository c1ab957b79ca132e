import Convolution
import Tensors
import TestSupport
import Testing

/// A Gaussian as the catalogue samples it: normalised, radius ⌊4σ + ½⌋.
func gaussian(_ sigma: Double) -> KernelBank {
  let radius = Int(4 * sigma + 0.5)
  let row = (-radius...radius).map { exponential(-Double($0 * $0) / (2 * sigma * sigma)) }
  let sum = row.reduce(0, +)
  return KernelBank(
    height: row.count, width: row.count, taps: row.flatMap { a in row.map { a * $0 / (sum * sum) } })
}

/// eˣ for x below 0, by halving and squaring: accurate to a few roundings, without a C library.
private func exponential(_ x: Double) -> Double {
  var result = 1.0
  var term = 1.0
  for n in 1...20 {
    term *= x / 1024 / Double(n)
    result += term
  }
  for _ in 0..<10 { result *= result }
  return result
}

/// Which algorithm a plan takes, and what it says of it.
@Suite struct AlgorithmChoiceTests {
  private func plan(
    _ bank: KernelBank, _ algorithm: Algorithm = .auto, bound: Double = 255, isInteger: Bool = true,
    dilation: Int = 1, channels: Int = 3
  ) throws -> ConvolutionPlan {
    try ConvolutionPlan(
      input: StageShape(channelCount: channels, height: 60, width: 90), bank: bank, dilation: Extent(dilation),
      fullRange: bound, isInteger: isInteger, sampleBound: bound, algorithm: algorithm)
  }

  private func refusal(_ bank: KernelBank, _ algorithm: Algorithm, isInteger: Bool = true) -> String {
    do {
      _ = try plan(bank, algorithm, isInteger: isInteger)
      return "planned"
    } catch let error as ConvolutionError {
      guard case .unsuitable(algorithm, _) = error else { return "\(error)" }
      return error.description
    } catch {
      return "\(error)"
    }
  }

  @Test func `products of a column and a row are taken apart, others are not`() throws {
    for sigma in [1.0, 2, 5] {
      let chosen = try plan(gaussian(sigma))
      #expect(chosen.algorithm == .separable)
      #expect(chosen.precision == .single)
      let side = 2 * Int(4 * sigma + 0.5) + 1
      #expect(chosen.reason.contains("a column of \(side) and a row of \(side) taps"), "\(chosen.reason)")
    }
    var random = SeededGenerator(seed: 1)
    let full = KernelBank(height: 9, width: 9, taps: random.array(count: 81, in: -1.0...1.0))
    #expect(try plan(full).algorithm == .direct)
    #expect(refusal(full, .separable) == "`separable` does not serve: the kernel has a rank above 4")
  }

  @Test func `small kernels stay direct, and any that can be is made separable when asked`() throws {
    let sobel = KernelBank(rows: [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    #expect(try plan(sobel).algorithm == .direct)
    let asked = try plan(sobel, .separable)
    #expect(asked.algorithm == .separable)
    #expect(asked.reason.hasPrefix("separable was asked for: a column of 3 and a row of 2 taps"), "\(asked.reason)")
    #expect(asked.roundsExactlyInSinglePrecision && asked.singlePrecisionErrorBound == 0)
  }

  @Test func `a tap that is off by more than its rounding makes a kernel of another rank`() throws {
    let exact = gaussian(1.5)
    let largest = exact.taps.max() ?? 0
    for (steps, rank) in [(0.9, 1), (1.1, 2)] {
      var taps = exact.taps
      taps[17] += steps * 0x1p-48 * largest
      let bank = KernelBank(height: exact.height, width: exact.width, taps: taps)
      let found = try plan(bank, .separable)
      #expect(found.reason.contains("2 pairs") == (rank == 2), "\(steps): \(found.reason)")
    }
    // Whole taps are compared exactly.
    #expect(refusal(KernelBank(rows: [[1, 2, 1], [2, 5, 2], [1, 2, 1]]), .separable).contains("is no product"))
    #expect(try plan(KernelBank(rows: [[1, 2, 1], [2, 4, 2], [1, 2, 1]]), .separable).algorithm == .separable)
  }

  @Test func `whole taps, and binary fractions of them, stay exact in both passes`() throws {
    let binomial: [Double] = [1, 6, 15, 20, 15, 6, 1]
    for (scale, divisor) in [(1.0, 4096.0), (0x1p-12, 1), (3, 3 * 4096), (1, 4095)] {
      let bank = KernelBank(
        height: 7, width: 7, taps: binomial.flatMap { a in binomial.map { a * $0 * scale } }, divisors: [divisor])
      let found = try plan(bank, .separable)
      #expect(found.roundsExactlyInSinglePrecision, "\(scale) \(divisor)")
    }
    let thirds = KernelBank(rows: [[1, 2], [2, 4]].map { $0.map { $0 / 3 } })
    #expect(try !plan(thirds, .separable).roundsExactlyInSinglePrecision)
  }

  @Test func `two passes whose errors could show have 64 bits`() throws {
    #expect(try plan(gaussian(5), bound: 65535).precision == .double)
    #expect(try plan(gaussian(5), bound: 65535).algorithm == .separable)
    let found = try plan(gaussian(20))
    #expect(found.singlePrecisionErrorBound < ConvolutionPlan.toleratedError && found.precision == .single)
  }

  @Test func `sums of a few products are taken where they are cheaper`() throws {
    let (narrow, wide) = (gaussian(1), gaussian(4))
    let offset = (wide.width - narrow.width) / 2
    var taps = wide.taps.map { -$0 }
    for row in 0..<narrow.height {
      for column in 0..<narrow.width {
        taps[(row + offset) * wide.width + column + offset] += narrow.taps[row * narrow.width + column]
      }
    }
    let bank = KernelBank(height: wide.height, width: wide.width, taps: taps)
    let found = try plan(bank)
    #expect(found.algorithm == .separable && found.reason.contains("2 pairs"), "\(found.reason)")
    // Products that cancel must not meet infinities.
    #expect(try plan(bank, isInteger: false).algorithm == .direct)
  }

  @Test func `a sum over channels is not separable`() {
    let bank = KernelBank(inputCount: 3, height: 3, width: 3, taps: Array(repeating: 1, count: 27))
    #expect(refusal(bank, .separable) == "`separable` does not serve: the kernel sums over 3 channels")
  }

  @Test func `equal taps are summed as they run, on whole samples alone`() throws {
    func box(_ size: Int, tap: Double = 1) -> KernelBank {
      KernelBank(
        height: size, width: size, taps: Array(repeating: tap, count: size * size), divisors: [Double(size * size)])
    }
    for size in [9, 15, 101] {
      let found = try plan(box(size))
      #expect(found.algorithm == .box && found.precision == .single && found.roundsExactlyInSinglePrecision)
      #expect(found.reason.contains("all \(size)×\(size) taps are equal"), "\(found.reason)")
    }
    // Sums that 32 bits do not hold would drift.
    #expect(try plan(box(31), bound: 65535).precision == .double)
    #expect(refusal(box(15), .box, isInteger: false).contains("exact for whole samples alone"))
    #expect(try plan(box(15), isInteger: false).algorithm == .separable)
    #expect(refusal(gaussian(1), .box) == "`box` does not serve: the kernel's taps are not all equal")
    #expect(refusal(KernelBank(rows: [[1, 0, 1]]), .box).contains("are not all equal"))
    let pair = KernelBank(outputCount: 2, height: 1, width: 3, taps: Array(repeating: 1, count: 6))
    #expect(refusal(pair, .box).contains("not of 2×1"))
    // Zeros around a box are none of its taps.
    #expect(try plan(KernelBank(rows: [[0, 0, 0], [0, 1, 0], [0, 0, 0]]), .box).algorithm == .box)
  }
}
