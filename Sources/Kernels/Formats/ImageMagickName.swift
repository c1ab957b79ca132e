import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The kernels that ImageMagick knows by name, as its versions 6.9 and 7 (16 bits a sample) make them.
enum ImageMagickName: String, CaseIterable, CustomStringConvertible {
  case unity, gaussian, dog, log, blur, binomial, laplacian, sobel, roberts, prewitt, compass, kirsch, freichen
  case disk, square, diamond, octagon, plus, cross

  /// The name with ImageMagick's capitals.
  var description: String {
    switch self {
    case .dog: "DoG"
    case .log: "LoG"
    case .freichen: "FreiChen"
    default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }
  }

  typealias Grid = ImageMagickFormat.Grid

  /// Why arguments do not make a kernel.
  struct Fault: Error {
    let message: String
  }

  /// Finds a name, whatever its capitals.
  init?(_ word: String) {
    self.init(rawValue: word.lowercased())
  }

  /// The kernel of the arguments as written: `0x2` is `[0, 2]`.
  func grid(_ arguments: [Double]) throws(Fault) -> Grid {
    guard arguments.count <= 4 else {
      throw Fault(message: "found \(arguments.count.counted("number")), expected at most 4")
    }
    let first = arguments.first ?? 0
    let second = arguments.count > 1 ? arguments[1] : 0
    let third = arguments.count > 2 ? arguments[2] : 0
    switch self {
    case .unity: return Grid(width: 1, height: 1, x: 0, y: 0, numbers: [Number(arguments.first ?? 1)])
    case .gaussian: return try isotropic(radius: first, widest: second) { Self.gaussian(second, $0) }
    case .dog:
      return try isotropic(radius: first, widest: max(abs(second), abs(third))) {
        Self.gaussian(second, $0) - Self.gaussian(third, $0)
      }
    case .log: return try isotropic(radius: first, widest: second) { Self.laplacianOfGaussian(second, $0) }
    case .blur: return try blur(radius: first, sigma: second).turned(degrees: third)
    case .binomial: return try binomial(radius: first)
    case .laplacian: return try laplacian(first)
    case .sobel: return Self.three([1, 0, -1, 2, 0, -2, 1, 0, -1]).turned(degrees: first)
    case .roberts: return Self.three([0, 0, 0, 1, -1, 0, 0, 0, 0]).turned(degrees: first)
    case .prewitt: return Self.three([1, 0, -1, 1, 0, -1, 1, 0, -1]).turned(degrees: first)
    case .compass: return Self.three([1, 1, -1, 1, -2, -1, 1, 1, -1]).turned(degrees: first)
    case .kirsch: return Self.three([5, -3, -3, 5, 0, -3, 5, -3, -3]).turned(degrees: first)
    case .freichen: return try freiChen(first).turned(degrees: second)
    case .disk, .square, .diamond, .octagon, .plus, .cross:
      return try shape(radius: first, scale: arguments.count > 1 ? second : 1)
    }
  }

  // MARK: - Tables

  private static func three(_ numbers: [Double]) -> Grid {
    Grid(width: 3, height: 3, x: 1, y: 1, numbers: numbers.map { Number($0) })
  }

  private func freiChen(_ variant: Double) throws(Fault) -> Grid {
    let root = 2.0.squareRoot()
    switch variant {
    case 0: return Self.three([1, 0, -1, root, 0, -root, 1, 0, -1])
    case 2:
      let edge = [root, 2, 0, 2, 0, -2, 0, -2, -root].map { $0 / 2 }
      return Self.three(edge)
    case 1:
      let edge = [root, 0, -root, 2, 0, -2, root, 0, -root].map { $0 / 2 }
      return Self.three(edge)
    default: throw Fault(message: "found variant \(variant.forPeople), expected 0, 1 or 2")
    }
  }

  private func laplacian(_ variant: Double) throws(Fault) -> Grid {
    let numbers: [Double]
    switch variant {
    case 0: numbers = [-1, -1, -1, -1, 8, -1, -1, -1, -1]
    case 1: numbers = [0, -1, 0, -1, 4, -1, 0, -1, 0]
    case 2: numbers = [-2, 1, -2, 1, 4, 1, -2, 1, -2]
    case 3: numbers = [1, -2, 1, -2, 4, -2, 1, -2, 1]
    // The sampled forms: 4 and 8 less the squared distance, and two approximations of a Laplacian of a Gaussian.
    case 5: return try square(radius: 2) { x, y in Double(4 - x * x - y * y) }
    case 7: return try square(radius: 3) { x, y in Double(8 - x * x - y * y) }
    case 15: numbers = [0, 0, -1, 0, 0, 0, -1, -2, -1, 0, -1, -2, 16, -2, -1, 0, -1, -2, -1, 0, 0, 0, -1, 0, 0]
    case 19:
      let quadrant: [[Double]] = [
        [0, -1, -1, -2, -2], [-1, -2, -4, -5, -5], [-1, -4, -5, -3, 0], [-2, -5, -3, 12, 24], [-2, -5, 0, 24, 40],
      ]
      return try square(radius: 4) { x, y in quadrant[4 - abs(y)][4 - abs(x)] }
    default: throw Fault(message: "found variant \(variant.forPeople), expected 0, 1, 2, 3, 5, 7, 15 or 19")
    }
    let side = numbers.count == 9 ? 3 : 5
    return Grid(width: side, height: side, x: side / 2, y: side / 2, numbers: numbers.map { Number($0) })
  }

  // MARK: - Shapes

  /// A region of `scale` amid holes, radius given or ImageMagick's default.
  private func shape(radius given: Double, scale: Double) throws(Fault) -> Grid {
    guard scale.isFinite else { throw Fault(message: "the scale is \(scale.forPeople)") }
    let smallest: Double = self == .disk ? 0.4 : 1
    let fallback: Double =
      switch self {
      case .disk: 4.3
      case .octagon, .plus, .cross: 2
      default: 1
      }
    let wanted = given < smallest ? fallback : given
    let limit = (wanted * wanted).rounded(.down)
    let radius = try Self.reach(wanted)
    return try square(radius: radius) { x, y in
      let (x, y) = (abs(x), abs(y))
      let isInside =
        switch self {
        case .disk: Double(x * x + y * y) <= limit
        case .diamond: x + y <= radius
        case .octagon: x + y <= radius + radius / 2
        case .plus: x == 0 || y == 0
        case .cross: x == y
        default: true
        }
      return isInside ? scale : 0
    }
  }

  private func binomial(radius: Double) throws(Fault) -> Grid {
    let radius = try Self.reach(max(radius, 1))
    guard radius <= 13 else { throw Fault(message: "the radius is \(radius), expected at most 13") }
    var row = [1.0]
    for order in 1...2 * radius { row.append(row[order - 1] * Double(2 * radius - order + 1) / Double(order)) }
    return try square(radius: radius) { x, y in row[x + radius] * row[y + radius] }
  }

  // MARK: - Gaussians

  private static func gaussian(_ sigma: Double, _ squaredDistance: Double) -> Double {
    let sigma = abs(sigma)
    guard sigma > 1e-12 else { return squaredDistance == 0 ? 1 : 0 }
    return exp(-squaredDistance / (2 * sigma * sigma)) / (2 * .pi * sigma * sigma)
  }

  private static func laplacianOfGaussian(_ sigma: Double, _ squaredDistance: Double) -> Double {
    let sigma = abs(sigma)
    guard sigma > 1e-12 else { return squaredDistance == 0 ? 1 : 0 }
    let ratio = squaredDistance / (2 * sigma * sigma)
    return (1 - ratio) * exp(-ratio) / (.pi * sigma * sigma * sigma * sigma)
  }

  /// A function of the distance, scaled so that what is positive sums to 1 and what is negative to −1.
  private func isotropic(radius: Double, widest sigma: Double, _ value: (Double) -> Double) throws(Fault) -> Grid {
    let reach = try Self.radius(radius, sigma: sigma, dimensions: 2)
    return Self.normalized(try square(radius: reach) { x, y in value(Double(x * x + y * y)) })
  }

  /// A row of a Gaussian, sampled three times as finely and summed up in threes.
  private func blur(radius: Double, sigma: Double) throws(Fault) -> Grid {
    let reach = try Self.radius(radius, sigma: sigma, dimensions: 1)
    let width = 2 * reach + 1
    var taps = Array(repeating: 0.0, count: width)
    let fine = abs(sigma) * 3
    if fine > 1e-12 {
      let half = (width * 3 - 1) / 2
      for u in -half...half { taps[(u + half) / 3] += exp(-Double(u * u) / (2 * fine * fine)) }
    } else {
      taps[reach] = 1
    }
    return Self.normalized(
      Grid(width: width, height: 1, x: reach, y: 0, numbers: taps.map { Number($0) }))
  }

  /// The radius given, or the one that `sigma` needs where 0 is given.
  private static func radius(_ given: Double, sigma: Double, dimensions: Int) throws(Fault) -> Int {
    if abs(given) <= 1e-12 { return try optimalRadius(sigma, dimensions: dimensions) }
    return given >= 1 ? try reach(given) : 1
  }

  /// The radius at which a Gaussian, divided by its sum, falls below one step of 16 bits.
  ///
  /// ImageMagick widens by one pixel a side as long as the sample at the edge, on the axis, is at least 1/65535 of the sum.
  private static func optimalRadius(_ sigma: Double, dimensions: Int) throws(Fault) -> Int {
    let sigma = abs(sigma)
    guard sigma > 1e-12 else { return 1 }
    var line = 1.0
    var radius = 0
    while true {
      radius += 1
      let sample = exp(-Double(radius * radius) / (2 * sigma * sigma))
      line += 2 * sample
      let sum = dimensions == 2 ? line * line : line
      if radius >= 2, sample / sum < 1 / 65535 { return try reach(Double(radius - 1)) }
      guard radius <= Kernel.largestSide else { return try reach(Double(radius)) }
    }
  }

  private static func normalized(_ grid: Grid) -> Grid {
    let values = grid.numbers.map(\.value)
    let positive = values.reduce(0) { $0 + max($1, 0) }
    let negative = values.reduce(0) { $0 - min($1, 0) }
    var grid = grid
    grid.numbers = values.map { value in
      let scale = value >= 0 ? positive : negative
      return Number(scale > 1e-12 ? value / scale : value)
    }
    return grid
  }

  // MARK: - Squares

  private static func reach(_ radius: Double) throws(Fault) -> Int {
    guard abs(radius) <= Double((Kernel.largestSide - 1) / 2) else {
      throw Fault(message: "the radius is \(radius.forPeople), expected at most \((Kernel.largestSide - 1) / 2)")
    }
    return Int(radius.rounded(.down))
  }

  private func square(radius: Int, _ value: (Int, Int) -> Double) throws(Fault) -> Grid {
    let side = 2 * radius + 1
    var numbers: [Number] = []
    numbers.reserveCapacity(side * side)
    for y in -radius...radius {
      for x in -radius...radius { numbers.append(Number(value(x, y))) }
    }
    guard numbers.allSatisfy(\.value.isFinite) else { throw Fault(message: "the numbers give no finite taps") }
    return Grid(width: side, height: side, x: radius, y: radius, numbers: numbers)
  }
}
