/// What padded samples hold, where a window reaches over the edge of its input.
///
/// Every rule is repeated until an index falls inside, so inputs smaller than the kernel are filtered like any other.
public enum Border: Hashable, Sendable {
  /// The nearest sample: `aaa|abcd|ddd`.
  case edge
  /// One value everywhere: `vvv|abcd|vvv`. In images 1 is full range.
  case constant(Double)
  /// Mirrored at the outermost sample, which is not repeated: `dcb|abcd|cba`.
  case reflect101
  /// Mirrored behind the outermost sample, which is repeated: `cba|abcd|dcb`.
  case symmetric
  /// The opposite side: `bcd|abcd|abc`.
  case wrap

  /// Zeros: `000|abcd|000`.
  public static let zero = Border.constant(0)

  /// The index inside `0..<extent` whose sample stands at `index`, or `nil` where the border's constant does.
  ///
  /// `index` may lie any distance outside. `extent` is at least 1.
  public func sourceIndex(_ index: Int, extent: Int) -> Int? {
    if index >= 0 && index < extent { return index }
    switch self {
    case .constant: return nil
    case .edge: return min(max(index, 0), extent - 1)
    case .wrap: return Self.modulo(index, extent)
    case .symmetric:
      let place = Self.modulo(index, 2 * extent)
      return place < extent ? place : 2 * extent - 1 - place
    case .reflect101:
      guard extent > 1 else { return 0 }
      let period = 2 * extent - 2
      let place = Self.modulo(index, period)
      return place < extent ? place : period - place
    }
  }

  /// The remainder that is never negative.
  private static func modulo(_ value: Int, _ divisor: Int) -> Int {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
