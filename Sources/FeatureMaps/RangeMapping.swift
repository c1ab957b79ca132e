import Tensors

/// How the sums of a convolution become samples, where 0 is black and 1 is full range.
///
/// Sums reach below 0 and above 1; a picture does not. Every mapping here is one of `|v|` and `(v − origin) · scale`.
public enum RangeMapping: Hashable, Sendable {
  /// Values below 0 become 0, values above 1 become 1, all others stay.
  case clamp
  /// The absolute value; above 1 it is clipped.
  case abs
  /// `(v + 1) / 2`: 0 becomes mid-grey; beyond −1…1 it is clipped.
  case signed
  /// The smallest value becomes 0, the largest 1; an image of one value becomes 0.
  case minmax
  /// The percentiles `100 − P` and `P` become 0 and 1, and what lies outside is clipped.
  ///
  /// `P` is in 0…100 and not 50; `P` and `100 − P` mean the same (`percentile:98` and `percentile:2` both give up 2 % at each end).
  /// A percentile is NumPy's default, linear between the two nearest of the sorted values, taken from a `ValueHistogram` and so
  /// within one of its bins. Where the two percentiles are closer than a bin, as in an edge map that is almost everywhere 0,
  /// the extrema are used in their place.
  case percentile(Double)
  /// `low` becomes 0 and `high` becomes 1, in units of full range; a `low` above `high` gives the negative.
  case range(low: Double, high: Double)
}

extension RangeMapping {
  /// What has to be known of all values before the first can be mapped.
  public enum Statistics: Hashable, Sendable {
    /// Nothing: values are mapped as they come.
    case none
    /// The smallest and the largest value: one pass before.
    case extrema
    /// A histogram between the extrema: two passes before.
    case histogram
  }

  /// What has to be known of all values before the first can be mapped.
  public var statisticsNeeded: Statistics {
    switch self {
    case .clamp, .abs, .signed, .range: .none
    case .minmax: .extrema
    case .percentile: .histogram
    }
  }

  /// What `LO:HI` keeps, in units of full range; `nil` for the others.
  public var window: ClosedRange<Double>? {
    if case .range(let low, let high) = self { min(low, high)...max(low, high) } else { nil }
  }

  /// Reads a mapping from its name: `clamp`, `abs`, `signed`, `minmax`, `percentile:P` or `LO:HI`.
  ///
  /// - Throws: `RangeMappingError` with the text found.
  public init(name: String) throws(RangeMappingError) {
    switch name {
    case "clamp": self = .clamp
    case "abs": self = .abs
    case "signed": self = .signed
    case "minmax": self = .minmax
    default:
      let parts = name.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .unknownName(name) }
      if parts[0] == "percentile" {
        guard let percentile = Double(parts[1]), (0...100).contains(percentile), percentile != 50 else {
          throw .percentileOutOfRange(String(parts[1]))
        }
        self = .percentile(percentile)
      } else {
        guard let low = Double(parts[0]), let high = Double(parts[1]), low.isFinite, high.isFinite else {
          throw .unknownName(name)
        }
        guard low != high else { throw .emptyRange(low) }
        self = .range(low: low, high: high)
      }
    }
  }
}

extension RangeMapping: CustomStringConvertible {
  /// The name that `init(name:)` reads back.
  public var description: String {
    switch self {
    case .clamp: "clamp"
    case .abs: "abs"
    case .signed: "signed"
    case .minmax: "minmax"
    case .percentile(let percentile): "percentile:\(Self.number(percentile))"
    case .range(let low, let high): "\(Self.number(low)):\(Self.number(high))"
    }
  }

  /// A number in full, for people where that says as much.
  private static func number(_ value: Double) -> String {
    Double(value.forPeople) == value ? value.forPeople : "\(value)"
  }
}

/// Why a text is not a range mapping.
public enum RangeMappingError: Error, Hashable {
  /// The text is none of the names, and not two numbers.
  case unknownName(String)
  /// The text after `percentile:` is not a number from 0 to 100 other than 50.
  case percentileOutOfRange(String)
  /// Both ends of `LO:HI` are this number.
  case emptyRange(Double)
}

extension RangeMappingError: CustomStringConvertible {
  /// One sentence: what was found, and what was expected.
  public var description: String {
    switch self {
    case .unknownName(let name):
      "'\(name)' is no range mapping; expected clamp, abs, signed, minmax, percentile:P or LO:HI"
    case .percentileOutOfRange(let text):
      "'percentile:\(text)' gives no range; expected a number from 0 to 100 other than 50, as in percentile:98"
    case .emptyRange(let value):
      "the range \(value.forPeople):\(value.forPeople) is empty; expected two different numbers, as in -1:1"
    }
  }
}
