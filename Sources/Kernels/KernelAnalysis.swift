public import Tensors

/// What can be said about a kernel from its numbers: size, sum, kind, rank, symmetry.
public struct KernelAnalysis: Sendable, Equatable {
  /// What a kernel does to an image.
  public enum Kind: String, Sendable, CaseIterable {
    /// Every tap is 0.
    case zero
    /// One tap of weight 1 on the pixel itself.
    case identity
    /// One tap elsewhere or of another weight.
    case shift = "shift or scale"
    /// No negative weight.
    case smoothing
    /// No negative weight, and all of them along a line.
    case motion
    /// Sum 0 with a direction: responds to a ramp.
    case derivative
    /// Sum 0 without a direction: responds to curvature alone.
    case edge
    /// Sum 0, responds to curvature across one direction more than across the others.
    case line
    /// Sum not 0, no direction, with negative weights around a larger centre.
    case sharpening
    /// Sum not 0, or a bias, with a direction.
    case relief
    /// None of these.
    case other
  }

  /// The columns, kw.
  public let width: Int
  /// The rows, kh.
  public let height: Int
  /// The outputs, O.
  public let outputCount: Int
  /// The channels that an output sums over, I.
  public let inputCount: Int
  /// The sum of the weights of each output.
  public let sums: [Double]
  /// The sum of the magnitudes of the weights of each output: how far a result can leave the range of its input.
  public let absoluteSums: [Double]
  /// What each output does.
  public let kinds: [Kind]
  /// The largest rank among the planes; `nil` above `KernelAnalysis.largestRank`.
  ///
  /// The rank is how many outer products of a column and a row the plane takes. It is found by orthogonalisation with column pivoting
  /// (Businger and Golub, 1965), which stops when no column is left with a norm above `max(kh, kw) · 2⁻⁵² · ‖plane‖` (Frobenius).
  public let rank: Int?
  /// Whether every output equals itself turned by 180°, to within 2⁻⁴⁰ of its largest tap.
  public let isSymmetric: Bool
  /// Whether every output turned by 180° is its own negative, to within 2⁻⁴⁰ of its largest tap.
  public let isAntisymmetric: Bool
  /// Whether all taps, before the division, are integers.
  public let isInteger: Bool

  /// The rank at which counting stops.
  public static let largestRank = 512

  /// Whether every plane is one column times one row, so that two passes do the work of one.
  public var isSeparable: Bool { rank.map { $0 <= 1 } ?? false }

  /// Examines a bank; time is proportional to its taps times their rank.
  public init(_ bank: KernelBank) {
    width = bank.width
    height = bank.height
    outputCount = bank.outputCount
    inputCount = bank.inputCount
    let planeCount = bank.height * bank.width
    let count = bank.inputCount * planeCount
    var sums: [Double] = []
    var absoluteSums: [Double] = []
    var kinds: [Kind] = []
    var rank: Int? = 0
    var (isSymmetric, isAntisymmetric) = (true, true)
    for output in 0..<bank.outputCount {
      let taps = Array(bank.taps[output * count..<(output + 1) * count])
      let moments = Moments(bank, output: output)
      sums.append(moments.sum)
      absoluteSums.append(moments.absoluteSum)
      kinds.append(moments.kind(bias: bank.biases[output]))
      for plane in stride(from: 0, to: count, by: planeCount) {
        let values = taps[plane..<plane + planeCount]
        let tolerance = 0x1p-40 * moments.largest * abs(bank.divisors[output])
        isSymmetric = isSymmetric && zip(values, values.reversed()).allSatisfy { abs($0 - $1) <= tolerance }
        isAntisymmetric = isAntisymmetric && zip(values, values.reversed()).allSatisfy { abs($0 + $1) <= tolerance }
        let own = Self.rank(Array(values), height: bank.height, width: bank.width)
        rank = if let rank, let own { max(rank, own) } else { nil }
      }
    }
    self.sums = sums
    self.absoluteSums = absoluteSums
    self.kinds = kinds
    self.rank = rank
    self.isSymmetric = isSymmetric
    self.isAntisymmetric = isAntisymmetric
    isInteger = bank.taps.allSatisfy { $0 == $0.rounded() }
  }

  /// The numerical rank of a matrix in row-major order; `nil` above `largestRank`.
  static func rank(_ matrix: [Double], height: Int, width: Int) -> Int? {
    let norm = matrix.reduce(0) { max($0, abs($1)) }
    guard norm > 0 else { return 0 }
    // Scaled so that squares neither overflow nor vanish.
    var rows = (0..<height).map { row in matrix[row * width..<(row + 1) * width].map { $0 / norm } }
    func squaredNorm(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 } }
    let total = rows.reduce(0) { $0 + squaredNorm($1) }.squareRoot()
    let tolerance = Double(max(height, width)) * 0x1p-52 * total
    var rank = 0
    while true {
      let norms = rows.map(squaredNorm)
      guard let pivot = norms.indices.max(by: { norms[$0] < norms[$1] }), norms[pivot].squareRoot() > tolerance,
        rank < min(height, width)
      else { return rank }
      rank += 1
      guard rank <= largestRank else { return nil }
      let scale = 1 / norms[pivot].squareRoot()
      let direction = rows[pivot].map { $0 * scale }
      rows.remove(at: pivot)
      for row in rows.indices {
        var product = 0.0
        for column in 0..<width { product += rows[row][column] * direction[column] }
        for column in 0..<width { rows[row][column] -= product * direction[column] }
      }
    }
  }
}

/// Sums of the weights of one output times powers of their place, from which its kind is told.
private struct Moments {
  var sum = 0.0
  var absoluteSum = 0.0
  var largest = 0.0
  private var smallest = 0.0
  private var tapCount = 0
  private var centre = 0.0
  private var (x, y) = (0.0, 0.0)
  private var (xx, yy, xy) = (0.0, 0.0, 0.0)
  /// The extents of the taps about the middle, for the tolerance.
  private let (halfWidth, halfHeight): (Double, Double)

  init(_ bank: KernelBank, output: Int) {
    (halfWidth, halfHeight) = (Double(bank.width) / 2, Double(bank.height) / 2)
    let anchor = bank.anchor ?? KernelBank.Anchor(x: (bank.width - 1) / 2, y: (bank.height - 1) / 2)
    let divisor = abs(bank.divisors[output])
    let sign: Double = bank.divisors[output] < 0 ? -1 : 1
    for input in 0..<bank.inputCount {
      for row in 0..<bank.height {
        for column in 0..<bank.width {
          let weight = sign * bank.tap(output: output, input: input, row: row, column: column)
          guard weight != 0 else { continue }
          tapCount += 1
          sum += weight
          absoluteSum += abs(weight)
          largest = max(largest, abs(weight))
          smallest = min(smallest, weight)
          if column == anchor.x, row == anchor.y { centre += weight }
          let (u, v) = (Double(column) - Double(bank.width - 1) / 2, Double(row) - Double(bank.height - 1) / 2)
          x += weight * u
          y += weight * v
          xx += weight * u * u
          yy += weight * v * v
          xy += weight * u * v
        }
      }
    }
    // Divided at the end, so that the sums of integer taps are exact.
    sum /= divisor
    absoluteSum /= divisor
    largest /= divisor
    smallest /= divisor
    centre /= divisor
    (x, y, xx, yy, xy) = (x / divisor, y / divisor, xx / divisor, yy / divisor, xy / divisor)
  }

  func kind(bias: Double) -> KernelAnalysis.Kind {
    guard tapCount > 0 else { return .zero }
    if tapCount == 1 { return centre == 1 && bias == 0 ? .identity : .shift }
    let isZeroSum = abs(sum) <= 0x1p-40 * absoluteSum
    let hasDirection = max(abs(x) / halfWidth, abs(y) / halfHeight) > 1e-6 * absoluteSum
    if smallest >= 0 {
      // The smaller and the larger spread of the weights about their middle.
      let (meanX, meanY) = (x / sum, y / sum)
      let (a, b, c) = (xx / sum - meanX * meanX, yy / sum - meanY * meanY, xy / sum - meanX * meanY)
      let root = ((a - b) * (a - b) / 4 + c * c).squareRoot()
      return (a + b) / 2 - root < 0.2 && (a + b) / 2 + root > 0.5 ? .motion : .smoothing
    }
    if isZeroSum {
      if hasDirection { return bias == 0 ? .derivative : .relief }
      let (even, odd) = (abs(xx + yy) / 2, (((xx - yy) * (xx - yy) / 4) + xy * xy).squareRoot())
      return odd > 0.2 * even ? .line : .edge
    }
    if hasDirection { return .relief }
    return centre > 0 && centre == largest && sum > 0 && centre >= sum ? .sharpening : .other
  }
}
