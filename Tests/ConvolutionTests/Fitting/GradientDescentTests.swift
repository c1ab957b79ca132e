import Tensors
import TestSupport
import Testing

@testable import Convolution

@Suite("Fitting a kernel by gradient descent")
struct GradientDescentTests {
  @Test(
    "ends where least squares does", arguments: GradientDescent.Method.allCases,
    [KernelConstraint.none, .isotropic, .separable])
  func agreesWithLeastSquares(method: GradientDescent.Method, constraint: KernelConstraint) throws {
    let problem = FittingProblem(kernel: Extent(3), hasBias: true, fullRange: 255)
    var images = try FittedImages(problem, width: 48, height: 48)
    images.target.samples[500] = .nan
    images.input.samples[1000] = .nan
    let closed = try #require(images.equations().leastSquares(constraint: constraint))
    let descent = try GradientDescent(method: method, stepCount: 3000)
      .run(problem, constraint: constraint, pairs: [images.training])
    #expect(mismatch(descent.weights, closed.weights, absolute: 0.02) == nil)
    #expect(descent.losses.count == 3000)
    let (first, last) = (descent.losses.prefix(10).reduce(0, +), descent.losses.suffix(10).reduce(0, +))
    #expect(last < first / 2)
  }

  @Test("learns banks of kernels, with strides and borders, to a loss of nothing")
  func banks() throws {
    let problem = FittingProblem(
      kernel: Extent(3), inputCount: 2, outputCount: 2, stride: 2, dilation: Extent(height: 1, width: 2),
      hasBias: true, border: .constant(0.5))
    let images = try FittedImages(problem, channels: 2, width: 40, height: 40)
    let found = try GradientDescent(method: .sgd).run(problem, constraint: .none, pairs: [images.training])
    #expect(mismatch(found.weights, images.weights, absolute: 0.01) == nil)
    #expect(mismatch(found.biases, images.biases, absolute: 0.01) == nil)
  }

  @Test("is the same on every run and any number of threads, and another with another seed")
  func repeats() throws {
    let problem = FittingProblem(kernel: Extent(3))
    let images = try FittedImages(problem, width: 64, height: 64)
    func weights(seed: UInt64, threads: Int) throws -> [Double] {
      try GradientDescent(method: .adam, stepCount: 20, seed: seed)
        .run(problem, constraint: .none, pairs: [images.training], threadCount: threads).weights
    }
    let one = try weights(seed: 1, threads: 1)
    #expect(try weights(seed: 1, threads: 3) == one)
    #expect(try weights(seed: 2, threads: 1) != one)
  }

  @Test("ends with an error where its steps are too long")
  func diverges() throws {
    let problem = FittingProblem(kernel: Extent(3))
    let images = try FittedImages(problem)
    #expect(throws: OperatorError.self) {
      try GradientDescent(method: .sgd, rate: 1e6).run(problem, constraint: .none, pairs: [images.training])
    }
  }

  @Test("has the slope of the loss, for every kind of kernel", arguments: KernelConstraint.allCases)
  func numericalGradient(constraint: KernelConstraint) {
    var generator = SeededGenerator(seed: 5)
    let problem = FittingProblem(kernel: Extent(height: 3, width: 2), inputCount: 2)
    let parameters = TapParameters(problem, constraint: constraint, plane: 0)
    let unknowns = generator.array(count: parameters.start.count, in: -1.0...1)
    let dTaps = generator.array(count: problem.tapCount, in: -1.0...1)
    let gradient = parameters.gradient(unknowns, dTaps: dTaps)
    for place in unknowns.indices {
      var (more, less) = (unknowns, unknowns)
      more[place] += 1e-3
      less[place] -= 1e-3
      let change = dot(parameters.taps(more), dTaps) - dot(parameters.taps(less), dTaps)
      #expect(abs(gradient[place] - change / 2e-3) < 1e-9)
    }
  }
}
