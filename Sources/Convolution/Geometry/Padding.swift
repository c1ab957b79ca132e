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
