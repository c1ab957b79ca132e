/// What the taps of a fitted kernel have in common.
public enum KernelConstraint: String, Hashable, Sendable, CaseIterable {
  /// Every tap is on its own.
  case none
  /// A plane equals itself turned by 180°.
  case symmetric
  /// A plane equals itself mirrored left to right and top to bottom, and, where it is square, at its diagonal.
  case isotropic
  /// A plane is a column times a row.
  case separable
}

/// Taps as multiples of fewer unknowns: tap `p` is `factors[p] · unknowns[places[p]]`.
struct TapTie {
  /// The unknowns.
  let count: Int
  /// The unknown of each tap.
  let places: [Int]
  /// What it is multiplied by.
  let factors: [Double]

  /// The taps of each unknown are one number.
  init(planes: Int, kernel: Extent, constraint: KernelConstraint) {
    let (height, width) = (kernel.height, kernel.width)
    var numbers: [[Int]: Int] = [:]
    var places: [Int] = []
    for plane in 0..<planes {
      for row in 0..<height {
        for column in 0..<width {
          let (below, right) = (height - 1 - row, width - 1 - column)
          let key: [Int] =
            switch constraint {
            case .none, .separable: [plane, row, column]
            case .symmetric:
              [plane] + ([row, column].lexicographicallyPrecedes([below, right]) ? [row, column] : [below, right])
            case .isotropic where height == width: [plane] + [min(row, below), min(column, right)].sorted()
            case .isotropic: [plane, min(row, below), min(column, right)]
            }
          let place = numbers[key] ?? numbers.count
          numbers[key] = place
          places.append(place)
        }
      }
    }
    count = numbers.count
    self.places = places
    factors = Array(repeating: 1, count: places.count)
  }

  /// The taps of plane `d` are an unknown column times a known row, or a known column times an unknown row.
  ///
  /// `known` holds the known rows or columns of all planes, one after another.
  init(planes: Int, kernel: Extent, unknownColumns: Bool, known: [Double]) {
    var places: [Int] = []
    var factors: [Double] = []
    for plane in 0..<planes {
      for row in 0..<kernel.height {
        for column in 0..<kernel.width {
          places.append(unknownColumns ? plane * kernel.height + row : plane * kernel.width + column)
          factors.append(known[unknownColumns ? plane * kernel.width + column : plane * kernel.height + row])
        }
      }
    }
    count = planes * (unknownColumns ? kernel.height : kernel.width)
    self.places = places
    self.factors = factors
  }

  /// The taps of some unknowns.
  func taps(_ unknowns: [Double]) -> [Double] { zip(places, factors).map { $1 * unknowns[$0] } }

  /// Numbers of taps, gathered for each unknown: the transpose of `taps`.
  func gathered(_ numbers: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: count)
    for (tap, number) in numbers.enumerated() { sums[places[tap]] += factors[tap] * number }
    return sums
  }
}
