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
  static func gaussian(sigma: Double, radius: Double?) throws(Fault) -> KernelBank {
    let radius = try radiusOf(sigma: sigma, given: radius)
    let g = gaussianRow(sigma: sigma, radius: radius)
    return square(radius: radius) { g[$0] * g[$1] }
  }

  static func box(size: Double) throws(Fault) -> KernelBank {
    let size = try wholeNumber("SIZE", size, in: 1...Kernel.largestSide)
    return KernelBank(
      height: size, width: size, taps: Array(repeating: 1, count: size * size), divisors: [Double(size * size)])
  }

  /// `g″(x)·g(y) + g(x)·g″(y)` with `g″ = (x²/σ⁴ − 1/σ²)·g`, made to sum to 0.
  ///
  /// Cut off at its radius, the sampled `g″` does not sum to 0: its sum times `g` is taken away from it, which leaves its form.
  static func laplacianOfGaussian(sigma: Double, radius: Double?) throws(Fault) -> KernelBank {
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

  static func differenceOfGaussians(_ first: Double, _ second: Double) throws(Fault) -> KernelBank {
    guard first != second else { throw Fault(message: "S1 and S2 are both \(first.forPeople): nothing is left") }
    let radius = max(try radiusOf(sigma: first, given: nil), try radiusOf(sigma: second, given: nil))
    let a = gaussianRow(sigma: first, radius: radius)
    let b = gaussianRow(sigma: second, radius: radius)
    return zeroSum(square(radius: radius) { a[$0] * a[$1] - b[$0] * b[$1] })
  }

  static func disk(radius: Double) throws(Fault) -> KernelBank {
    guard radius >= 0 else { throw Fault(message: "R is \(radius.forPeople), less than 0") }
    let reach = try side("R", radius.rounded(.down))
    let inside = square(radius: reach) {
      let (x, y) = (Double($0 - reach), Double($1 - reach))
      return x * x + y * y <= radius * radius ? 1 : 0
    }
    return mean(inside.taps, height: inside.height, width: inside.width)
  }

  /// Each pixel weighs `1 − d`, where `d < 1` is its distance from the line through the centre; divided by the sum.
  static func motion(length: Double, degrees: Double) throws(Fault) -> KernelBank {
    guard length >= 1 else { throw Fault(message: "LENGTH is \(length.forPeople), less than 1") }
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
    return mean(weights, height: 2 * reachY + 1, width: 2 * reachX + 1)
  }

  /// `exp(−x′²/2σ² − γ²y′²/2σ²)·cos(2πx′/λ + ψ)` with `x′ = x·cos θ + y·sin θ`, `y′ = y·cos θ − x·sin θ`.
  ///
  /// As OpenCV does, `x` and `y` count from the right and from the bottom, and the size is what 3σ along the axes of the Gaussian reaches.
  static func gabor(
    wavelength: Double, orientation: Double, sigma: Double, gamma: Double, psi: Double, size: Double?
  ) throws(Fault) -> KernelBank {
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
    var taps: [Double] = []
    for row in -reachY...reachY {
      for column in -reachX...reachX {
        let (x, y) = (-Double(column), -Double(row))
        let along = x * cosine + y * sine
        let across = y * cosine - x * sine
        let envelope = exp(-0.5 * (along * along / (sigmaX * sigmaX) + across * across / (sigmaY * sigmaY)))
        let angle = 2 * Double.pi / wavelength * along
        taps.append(envelope * (cos(angle) * phaseCosine - sin(angle) * phaseSine))
      }
    }
    guard taps.allSatisfy(\.isFinite) else { throw Fault(message: "the numbers give no finite taps") }
    return KernelBank(height: 2 * reachY + 1, width: 2 * reachX + 1, taps: taps)
  }

  static func unsharp(sigma: Double, amount: Double) throws(Fault) -> KernelBank {
    let radius = try radiusOf(sigma: sigma, given: nil)
    guard abs(amount) <= 1000 else { throw Fault(message: "AMOUNT is \(amount.forPeople), beyond ±1000") }
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
  private static func square(radius: Int, _ tap: (Int, Int) -> Double) -> KernelBank {
    let side = 2 * radius + 1
    var taps: [Double] = []
    taps.reserveCapacity(side * side)
    for row in 0..<side {
      for column in 0..<side { taps.append(tap(row, column)) }
    }
    return KernelBank(height: side, width: side, taps: taps)
  }

  /// Weights divided by their sum, which is above 0: as the divisor where they are whole, so that the mean is exact.
  private static func mean(_ weights: [Double], height: Int, width: Int) -> KernelBank {
    let sum = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 == $0.rounded() }) else {
      return KernelBank(height: height, width: width, taps: weights.map { $0 / sum })
    }
    return KernelBank(height: height, width: width, taps: weights, divisors: [sum])
  }

  /// Gives the last tap what rounding left over, so that the sum in row order is exactly 0.
  private static func zeroSum(_ bank: KernelBank) -> KernelBank {
    var taps = bank.taps
    taps[taps.count - 1] = -taps.dropLast().reduce(0, +)
    return KernelBank(height: bank.height, width: bank.width, taps: taps)
  }

  private static func radiusOf(sigma: Double, given: Double?) throws(Fault) -> Int {
    try positive("SIGMA", sigma)
    guard let given else { return try side("SIGMA", (4 * sigma + 0.5).rounded(.down)) }
    return try wholeNumber("RADIUS", given, in: 0...(Kernel.largestSide - 1) / 2)
  }

  private static func positive(_ name: String, _ value: Double) throws(Fault) {
    guard value >= 1e-6, value <= 1e9 else {
      throw Fault(message: "\(name) is \(value.forPeople), not in 0.000001...1000000000")
    }
  }

  /// A radius, refused where it would make a side longer than the limit.
  private static func side(_ name: String, _ radius: Double) throws(Fault) -> Int {
    let largest = (Kernel.largestSide - 1) / 2
    guard radius <= Double(largest) else {
      throw Fault(message: "\(name) gives a radius of \(radius.forPeople) pixels, more than \(largest)")
    }
    return Int(radius)
  }

  private static func wholeNumber(_ name: String, _ value: Double, in range: ClosedRange<Int>) throws(Fault) -> Int {
    guard value == value.rounded(), value >= Double(range.lowerBound), value <= Double(range.upperBound) else {
      throw Fault(message: "\(name) is \(value.forPeople), no whole number in \(range)")
    }
    return Int(value)
  }
}
