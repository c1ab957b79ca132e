import Tensors
import TestSupport
import Testing

@testable import Convolution

@Suite("Fitting a kernel by least squares")
struct LeastSquaresTests {
  static let problems: [(FittingProblem, channels: Int, Padding)] = [
    (FittingProblem(kernel: Extent(3)), 1, .same),
    (FittingProblem(kernel: Extent(height: 2, width: 4), hasBias: true, fullRange: 255), 3, .same),
    (
      FittingProblem(kernel: Extent(3), stride: Extent(height: 1, width: 2), dilation: Extent(height: 2, width: 1)), 2,
      .same
    ),
    (FittingProblem(kernel: Extent(height: 5, width: 1), stride: 3, hasBias: true), 4, .valid),
    (FittingProblem(kernel: Extent(3), inputCount: 3, outputCount: 2, hasBias: true, fullRange: 65535), 3, .same),
    (FittingProblem(kernel: Extent(3), border: .edge, fullRange: 255), 1, .same),
    (
      FittingProblem(kernel: Extent(height: 4, width: 3), hasBias: true, border: .constant(0.25), fullRange: 255), 1,
      .same
    ),
    (FittingProblem(kernel: Extent(5), border: .wrap), 1, .same),
    (FittingProblem(kernel: Extent(5), stride: 2, border: .reflect101), 1, .same),
  ]

  @Test("finds the kernel that made the target", arguments: problems)
  func recovers(problem: FittingProblem, channels: Int, padding: Padding) throws {
    let images = try FittedImages(problem, channels: channels, padding: padding)
    let equations = images.equations()
    let fit = try #require(equations.leastSquares())
    #expect(mismatch(fit.weights, images.weights, absolute: 1e-9) == nil)
    #expect(mismatch(fit.biases, images.biases, absolute: 1e-7 * problem.fullRange) == nil)
    #expect(fit.rank == fit.unknownCount && fit.conditionNumber < 1000)
    let residuals = images.residuals(weights: fit.weights, biases: fit.biases)
    #expect(residuals.maximum < 1e-8 * problem.fullRange && residuals.psnr > 160)
    #expect(residuals.count == fit.equationCount * problem.outputCount)
  }

  @Test("uses the windows that lie in the image, or all where a border says what lies beyond")
  func windows() throws {
    for (border, count) in [(Border?.none, 22 * 18), (.edge, 24 * 20)] {
      let images = try FittedImages(FittingProblem(kernel: Extent(3), border: border))
      #expect(images.equations().count == count)
    }
    let strided = try FittedImages(FittingProblem(kernel: Extent(3), stride: 2))
    #expect(strided.equations().count == 11 * 9)
    #expect(strided.equations(rowStep: 2).count == 11 * 5)
  }

  @Test("leaves out what is unknown: target samples, and windows over input samples")
  func unknownSamples() throws {
    var images = try FittedImages(FittingProblem(kernel: Extent(3)))
    images.input.samples[10 * 24 + 12] = .nan
    images.target.samples[3 * 24 + 3] = .nan
    let equations = images.equations()
    #expect(equations.count == 22 * 18 - 9 - 1)
    #expect(mismatch(try #require(equations.leastSquares()).weights, images.weights, absolute: 1e-9) == nil)
    images.target.samples = images.target.samples.map { _ in .nan }
    #expect(images.equations().leastSquares() == nil)
  }

  @Test("does not depend on threads, nor on how rows come")
  func threads() throws {
    let images = try FittedImages(FittingProblem(kernel: Extent(7), hasBias: true), width: 70, height: 70)
    let one = try #require(images.equations(strip: 1).leastSquares())
    for threads in 2...3 {
      let other = try #require(images.equations(threadCount: threads, strip: 64).leastSquares())
      #expect(other.weights == one.weights && other.biases == one.biases)
    }
  }

  @Test("gives the nearest kernel of a kind where the true one is none of it", arguments: KernelConstraint.allCases)
  func constraints(constraint: KernelConstraint) throws {
    let problem = FittingProblem(kernel: Extent(3), hasBias: true)
    var images = try FittedImages(problem, width: 40, height: 40)
    let free = try #require(images.equations().leastSquares(constraint: constraint))
    let taps = free.weights
    switch constraint {
    case .none: break
    case .symmetric: #expect(taps == taps.reversed() && free.unknownCount == 6)
    case .isotropic: #expect(Set(taps).count == 3 && taps[0] == taps[8] && taps[1] == taps[3] && free.unknownCount == 4)
    case .separable:
      // All minors of a matrix of rank one vanish.
      for (a, b, c, d) in [(0, 4, 1, 3), (4, 8, 5, 7), (0, 8, 2, 6)] {
        let minor = taps[a] * taps[b] - taps[c] * taps[d]
        #expect(abs(minor) < 1e-12)
      }
    }
    // No kernel of the kind near it fits better.
    let best = images.residuals(weights: free.weights, biases: free.biases).rootMeanSquare
    for shift in [0.99, 1.01] {
      #expect(images.residuals(weights: taps.map { $0 * shift }, biases: free.biases).rootMeanSquare > best)
    }
    // What it gives is found again.
    images = try FittedImages(problem, width: 40, height: 40, weights: taps)
    let again = try #require(images.equations().leastSquares(constraint: constraint))
    #expect(mismatch(again.weights, taps, absolute: 1e-9) == nil)
  }

  @Test("of a flat image says that little is determined, and takes the smallest kernel")
  func flatImage() throws {
    let problem = FittingProblem(kernel: Extent(3), fullRange: 255)
    let images = try FittedImages(
      problem, weights: [0, 0, 0, 0, 1, 0, 0, 0, 0], samples: Array(repeating: 100, count: 480))
    let fit = try #require(images.equations().leastSquares())
    #expect(fit.rank == 1 && fit.unknownCount == 9 && fit.standardError == nil && fit.conditionNumber == .infinity)
    #expect(mismatch(fit.weights, Array(repeating: 1.0 / 9, count: 9), absolute: 1e-12) == nil)
  }

  @Test("of a slope finds what three unknowns can say, and a ridge makes it one kernel")
  func slope() throws {
    let problem = FittingProblem(kernel: Extent(3), hasBias: true, fullRange: 255)
    let samples = (0..<480).map { place -> Double in Double(3 * (place % 24) + 2 * (place / 24)) }
    let images = try FittedImages(problem, samples: samples)
    let fit = try #require(images.equations().leastSquares())
    #expect(fit.rank < fit.unknownCount && fit.rank >= 2)
    #expect(images.residuals(weights: fit.weights, biases: fit.biases).maximum < 1e-6)
    let ridged = try #require(images.equations().leastSquares(ridge: 1e-6))
    #expect(ridged.rank == ridged.unknownCount && ridged.standardError != nil)
    #expect(ridged.weights.allSatisfy { abs($0) < 2 })
  }

  @Test("a ridge costs what its formula says")
  func ridge() throws {
    let problem = FittingProblem(kernel: Extent(1), fullRange: 255)
    let images = try FittedImages(problem, weights: [0.5])
    let squares: Double = images.input.samples.reduce(0) { $0 + $1 * $1 }
    let penalty: Double = 0.1 * 480 * 255 * 255
    let expected = 0.5 * squares / (squares + penalty)
    let fit = try #require(images.equations().leastSquares(ridge: 0.1))
    #expect(abs(fit.weights[0] - expected) < 1e-12)
  }

  @Test("tells the standard error that repeated noise shows")
  func standardError() throws {
    let problem = FittingProblem(kernel: Extent(3), fullRange: 255)
    var generator = SeededGenerator(seed: 9)
    let exact = try FittedImages(problem, width: 40, height: 40)
    var squares = Array(repeating: 0.0, count: 9)
    var told = 0.0
    let count = 60
    for _ in 0..<count {
      var noisy = exact
      let noise = generator.array(count: noisy.target.samples.count, in: -30.0...30)
      for place in noise.indices { noisy.target.samples[place] += noise[place] }
      let fit = try #require(noisy.equations().leastSquares())
      for (tap, weight) in fit.weights.enumerated() {
        let error = weight - exact.weights[tap]
        squares[tap] += error * error
      }
      told += (fit.standardError ?? .infinity) / Double(count)
    }
    let seen = squares.map { ($0 / Double(count)).squareRoot() }
    #expect(seen.allSatisfy { $0 < 1.4 * told && $0 > told / 2 }, "told \(told), seen \(seen)")
  }

  @Test("cross-validates: noise that a large kernel fits is not found on other blocks")
  func crossValidation() throws {
    let problem = FittingProblem(kernel: Extent(9))
    var generator = SeededGenerator(seed: 4)
    var images = try FittedImages(problem, width: 40, height: 40)
    #expect(images.equations(partCount: 1).crossValidated() == nil)
    let exact = try #require(images.equations(partCount: 4).crossValidated())
    #expect(exact < 1e-6)
    images.target.samples = generator.array(count: images.target.samples.count, in: 0...1)
    let equations = images.equations(partCount: 4)
    let fit = try #require(equations.leastSquares())
    #expect(try #require(equations.crossValidated()) > 1.03 * fit.rootMeanSquare)
  }

  @Test("says how much there is to explain, and the residual that the sums of products give is the true one")
  func residuals() throws {
    var images = try FittedImages(FittingProblem(kernel: Extent(3), fullRange: 255), channels: 2)
    for place in images.target.samples.indices { images.target.samples[place] += Double(place % 5) }
    let equations = images.equations()
    let fit = try #require(equations.leastSquares())
    let residuals = images.residuals(weights: fit.weights, biases: fit.biases)
    #expect(abs(residuals.rootMeanSquare - fit.rootMeanSquare) < 1e-8)
    let copy = images.residuals(weights: [0, 0, 0, 0, 1, 0, 0, 0, 0], biases: [0])
    #expect(abs(try #require(equations.differenceOfInput) - copy.rootMeanSquare) < 1e-8)
  }
}
