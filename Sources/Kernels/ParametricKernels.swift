import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The formulas behind the parametric names; lengths in pixels, angles in degrees.
enum ParametricKernels {
  typealias Fault = ParametricForm.ParameterFault

  /// `exp(−x²/2σ²)` on the grid, divided by its sum, in both directions.
  static func gaussian(sigma: Double, radius: Double?) throws(Fault) -> BankDraft {
    let radius = try radiusOf(sigma: sigma, given: radius)
    let g = gaussianRow(sigma: sigma, radius: radius)
    return square(radius: radius) { g[$0] * g[$1] }
  }

  static func box(size: Double) throws(Fault) -> BankDraft {
    let size = try wholeNumber("SIZE", size, in: 1...Kernel.largestSide)
    return BankDraft(
      height: size, width: size,
      outputs: [.init(numbers: Array(repeating: Number(1), count: size * size), divisor: Number(size * size))])
  }

  /// `g″(x)·g(y) + g(x)·g″(y)` with `g″ = (x²/σ⁴ − 1/σ²)·g`, made to sum to 0.
  ///
  /// Cut off at its radius, the sampled `g″` does not sum to 0: its sum times `g` is taken away from it, which leaves its form.
  static func laplacianOfGaussian(sigma: Double, radius: Double?) throws(Fault) -> BankDraft {
    let radius = try radiusOf(sigma: sigma, given: radius)
    let g = gaussianRow(sigma: sigma, radius: radius)
    let variance = sigma * sigma
    let sampled = g.indices.map { index in
      let x = Double(index - radius)
      return (x * x / variance - 1) / variance * g[index]
    }
    let excess = sampled.reduce(0, +)
    let second = zip(sampled, g).map { $0 - excess * $1 }
    return zeroSum(square(radius: radius) { second[$0] * g[$1] + g[$0] * second[$1] })
  }

  static func differenceOfGaussians(_ first: Double, _ second: Double) throws(Fault) -> BankDraft {
    guard first != second else { throw Fault(message: "S1 and S2 are both \(first): nothing is left") }
    let radius = max(try radiusOf(sigma: first, given: nil), try radiusOf(sigma: second, given: nil))
    let a = gaussianRow(sigma: first, radius: radius)
    let b = gaussianRow(sigma: second, radius: radius)
    return zeroSum(square(radius: radius) { a[$0] * a[$1] - b[$0] * b[$1] })
  }

  static func disk(radius: Double) throws(Fault) -> BankDraft {
    guard radius >= 0 else { throw Fault(message: "R is \(radius), less than 0") }
    let reach = try side("R", radius.rounded(.down))
    var draft = square(radius: reach) {
      let (x, y) = (Double($0 - reach), Double($1 - reach))
      return x * x + y * y <= radius * radius ? 1 : 0
    }
    draft.outputs[0].normalization = .sum
    return draft
  }

  /// Each pixel weighs `1 − d`, where `d < 1` is its distance from the line through the centre; divided by the sum.
  static func motion(length: Double, degrees: Double) throws(Fault) -> BankDraft {
    guard length >= 1 else { throw Fault(message: "LENGTH is \(length), less than 1") }
    let half = (length - 1) / 2
    let (sine, cosine) = sineAndCosine(degrees: degrees)
    let reachX = try side("LENGTH", (half * abs(cosine)).rounded(.up))
    let reachY = try side("LENGTH", (half * abs(sine)).rounded(.up))
    var weights: [Double] = []
    for row in -reachY...reachY {
      for column in -reachX...reachX {
        // Rows count downwards, angles upwards.
        let along = abs(Double(column) * cosine - Double(row) * sine)
        let across = Double(column) * sine + Double(row) * cosine
        let beyond = max(along - half, 0)
        weights.append(max(1 - (across * across + beyond * beyond).squareRoot(), 0))
      }
    }
    return BankDraft(
      height: 2 * reachY + 1, width: 2 * reachX + 1,
      outputs: [.init(numbers: weights.map({ Number($0) }), normalization: .sum)])
  }

  /// `exp(−x′²/2σ² − γ²y′²/2σ²)·cos(2πx′/λ + ψ)` with `x′ = x·cos θ + y·sin θ`, `y′ = y·cos θ − x·sin θ`.
  ///
  /// As OpenCV does, `x` and `y` count from the right and from the bottom, and the size is what 3σ along the axes of the Gaussian reaches.
  static func gabor(
    wavelength: Double, orientation: Double, sigma: Double, gamma: Double, psi: Double, size: Double?
  ) throws(Fault) -> BankDraft {
    try positive("WAVELENGTH", wavelength)
    try positive("SIGMA", sigma)
    try positive("GAMMA", gamma)
    let (sine, cosine) = sineAndCosine(degrees: orientation)
    let (sigmaX, sigmaY) = (sigma, sigma / gamma)
    var (reachX, reachY) = (0, 0)
    if let size {
      let size = try wholeNumber("SIZE", size, in: 1...Kernel.largestSide - 1)
      guard size % 2 == 1 else { throw Fault(message: "SIZE is \(size), not odd") }
      (reachX, reachY) = (size / 2, size / 2)
    } else {
      let x = max(abs(3 * sigmaX * cosine), abs(3 * sigmaY * sine)).rounded(.toNearestOrEven)
      let y = max(abs(3 * sigmaX * sine), abs(3 * sigmaY * cosine)).rounded(.toNearestOrEven)
      (reachX, reachY) = (try side("SIGMA", x), try side("SIGMA", y))
    }
    let (phaseSine, phaseCosine) = sineAndCosine(degrees: psi)
    var numbers: [Number] = []
    for row in -reachY...reachY {
      for column in -reachX...reachX {
        let (x, y) = (-Double(column), -Double(row))
        let along = x * cosine + y * sine
        let across = y * cosine - x * sine
        let envelope = exp(-0.5 * (along * along / (sigmaX * sigmaX) + across * across / (sigmaY * sigmaY)))
        let angle = 2 * Double.pi / wavelength * along
        numbers.append(Number(envelope * (cos(angle) * phaseCosine - sin(angle) * phaseSine)))
      }
    }
    guard numbers.allSatisfy(\.value.isFinite) else { throw Fault(message: "the numbers give no finite taps") }
    return BankDraft(height: 2 * reachY + 1, width: 2 * reachX + 1, outputs: [.init(numbers: numbers)])
  }

  static func unsharp(sigma: Double, amount: Double) throws(Fault) -> BankDraft {
    let radius = try radiusOf(sigma: sigma, given: nil)
    guard abs(amount) <= 1000 else { throw Fault(message: "AMOUNT is \(amount), beyond ±1000") }
    let g = gaussianRow(sigma: sigma, radius: radius)
    return square(radius: radius) {
      ($0 == radius && $1 == radius ? 1 + amount : 0) - amount * g[$0] * g[$1]
    }
  }
}

// MARK: - Parts

extension ParametricKernels {
  /// `exp(−x²/2σ²)` for `−radius...radius`, divided by its sum.
  static func gaussianRow(sigma: Double, radius: Int) -> [Double] {
    let scale = -0.5 / (sigma * sigma)
    let sampled = (-radius...radius).map { x in x == 0 ? 1 : exp(scale * Double(x * x)) }
    let sum = sampled.reduce(0, +)
    return sampled.map { $0 / sum }
  }

  /// Sine and cosine, exact at multiples of 90°.
  static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    let turned = degrees.truncatingRemainder(dividingBy: 360)
    switch turned < 0 ? turned + 360 : turned {
    case 0: return (0, 1)
    case 90: return (1, 0)
    case 180: return (0, -1)
    case 270: return (-1, 0)
    default: return (sin(turned * .pi / 180), cos(turned * .pi / 180))
    }
  }

  /// A kernel of `2·radius + 1` taps a side from a function of row and column, both from 0.
  private static func square(radius: Int, _ tap: (Int, Int) -> Double) -> BankDraft {
    let side = 2 * radius + 1
    var numbers: [Number] = []
    numbers.reserveCapacity(side * side)
    for row in 0..<side {
      for column in 0..<side { numbers.append(Number(tap(row, column))) }
    }
    return BankDraft(height: side, width: side, outputs: [.init(numbers: numbers)])
  }

  /// Gives the last tap what rounding left over, so that the sum in row order is exactly 0.
  private static func zeroSum(_ draft: BankDraft) -> BankDraft {
    var draft = draft
    let others = draft.outputs[0].numbers.dropLast().reduce(0) { $0 + $1.value }
    draft.outputs[0].numbers[draft.outputs[0].numbers.count - 1] = Number(-others)
    return draft
  }

  private static func radiusOf(sigma: Double, given: Double?) throws(Fault) -> Int {
    try positive("SIGMA", sigma)
    guard let given else { return try side("SIGMA", (4 * sigma + 0.5).rounded(.down)) }
    return try wholeNumber("RADIUS", given, in: 0...(Kernel.largestSide - 1) / 2)
  }

  private static func positive(_ name: String, _ value: Double) throws(Fault) {
    guard value >= 1e-6, value <= 1e9 else { throw Fault(message: "\(name) is \(value), not in 0.000001...1000000000") }
  }

  /// A radius, refused where it would make a side longer than the limit.
  private static func side(_ name: String, _ radius: Double) throws(Fault) -> Int {
    let largest = (Kernel.largestSide - 1) / 2
    guard radius <= Double(largest) else {
      throw Fault(message: "\(name) gives a radius of \(radius) pixels, more than \(largest)")
    }
    return Int(radius)
  }

  private static func wholeNumber(_ name: String, _ value: Double, in range: ClosedRange<Int>) throws(Fault) -> Int {
    guard value == value.rounded(), value >= Double(range.lowerBound), value <= Double(range.upperBound) else {
      throw Fault(message: "\(name) is \(value), no whole number in \(range)")
    }
    return Int(value)
  }
}
