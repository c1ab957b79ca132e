/// How far an input is extended before windows are laid on it.
public enum Padding: Hashable, Sendable {
  /// Not at all: only whole windows; the tail that no window reaches is dropped.
  case valid
  /// By `max((⌈n/s⌉ − 1)·s + k' − n, 0)` in total, so that there are `⌈n/s⌉` outputs; the odd sample goes after
  /// (right, bottom). TensorFlow's rule, ONNX's `SAME_UPPER`.
  case same
  /// As `same`, with the odd sample before (left, top). ONNX's `SAME_LOWER`.
  case sameLower
  /// By the samples given.
  case explicit(top: Int, right: Int, bottom: Int, left: Int)
}

extension Padding {
  /// Reads a padding as users write it: `valid`, `same`, `same-upper`, `same-lower`, `N`, `V,H` or `top,right,bottom,left`.
  ///
  /// The inverse of `description`; `nil` where the text is none of these.
  public init?(text: String) {
    switch text {
    case "valid": self = .valid
    case "same", "same-upper": self = .same
    case "same-lower": self = .sameLower
    default:
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let given = numbers.compactMap { $0 }.filter { $0 >= 0 }
      guard given.count == numbers.count else { return nil }
      switch given.count {
      case 1: self = .explicit(top: given[0], right: given[0], bottom: given[0], left: given[0])
      case 2: self = .explicit(top: given[0], right: given[1], bottom: given[0], left: given[1])
      case 4: self = .explicit(top: given[0], right: given[1], bottom: given[2], left: given[3])
      default: return nil
      }
    }
  }
}

extension Padding: CustomStringConvertible {
  /// The padding as users write it: `valid`, `same`, `same-lower`, `N` or `top,right,bottom,left`.
  public var description: String {
    switch self {
    case .valid: "valid"
    case .same: "same"
    case .sameLower: "same-lower"
    case .explicit(let top, let right, let bottom, let left):
      Set([top, right, bottom, left]).count == 1 ? "\(top)" : "\(top),\(right),\(bottom),\(left)"
    }
  }
}

/// How a length that the stride does not divide is rounded.
public enum OutputRounding: Hashable, Sendable {
  /// Down: the incomplete last window is dropped.
  case floor
  /// Up: the incomplete last window counts, unless it would start in the padding after the input (ONNX's `ceil_mode`).
  case ceil
}
