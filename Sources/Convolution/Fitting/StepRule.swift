#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How gradients become steps: what is remembered from step to step.
struct StepRule {
  private let method: GradientDescent.Method
  private var momentum: [Double] = []
  private var squares: [Double] = []
  private var stepCount = 0

  init(_ method: GradientDescent.Method) {
    self.method = method
  }

  /// Moves unknowns down their slope.
  mutating func move(_ unknowns: inout [Double], gradient: [Double], rate: Double) {
    if momentum.isEmpty {
      momentum = Array(repeating: 0, count: unknowns.count)
      squares = momentum
    }
    stepCount += 1
    switch method {
    case .sgd:
      for place in unknowns.indices {
        momentum[place] = 0.99 * momentum[place] + gradient[place]
        unknowns[place] -= rate * (gradient[place] + 0.99 * momentum[place])
      }
    case .adam:
      let (first, second) = (1 - pow(0.9, Double(stepCount)), 1 - pow(0.99, Double(stepCount)))
      for place in unknowns.indices {
        momentum[place] = 0.9 * momentum[place] + 0.1 * gradient[place]
        squares[place] = 0.99 * squares[place] + 0.01 * gradient[place] * gradient[place]
        unknowns[place] -= rate * (momentum[place] / first) / ((squares[place] / second).squareRoot() + 1e-8)
      }
    }
  }
}
