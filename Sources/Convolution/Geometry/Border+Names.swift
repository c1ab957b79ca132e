extension Border {
  /// The names that `init(name:)` takes, beside `constant:V`: the plain ones, then those of other tools.
  public static let names: [String] = plainNames.map(\.name) + toolNames.map(\.name)

  private static let plainNames: [(name: String, border: Border)] = [
    ("edge", .edge), ("zero", .zero), ("reflect101", .reflect101), ("symmetric", .symmetric), ("wrap", .wrap),
  ]

  /// Names as OpenCV's `BorderTypes`, NumPy's `pad`, SciPy's `ndimage` filters and PyTorch's `padding_mode` use them.
  private static let toolNames: [(name: String, border: Border)] = [
    ("cv:replicate", .edge), ("cv:constant", .zero), ("cv:reflect", .symmetric), ("cv:reflect101", .reflect101),
    ("cv:wrap", .wrap),
    ("np:edge", .edge), ("np:constant", .zero), ("np:symmetric", .symmetric), ("np:reflect", .reflect101),
    ("np:wrap", .wrap),
    ("scipy:nearest", .edge), ("scipy:constant", .zero), ("scipy:grid-constant", .zero), ("scipy:reflect", .symmetric),
    ("scipy:grid-mirror", .symmetric), ("scipy:mirror", .reflect101), ("scipy:wrap", .wrap), ("scipy:grid-wrap", .wrap),
    ("torch:replicate", .edge), ("torch:zeros", .zero), ("torch:constant", .zero), ("torch:reflect", .reflect101),
    ("torch:circular", .wrap),
  ]

  /// The border of a name, as in `edge`, `constant:0.5` or `scipy:mirror`.
  ///
  /// The value of a constant is a finite number, a fraction such as `128/255`, or a percentage such as `50%`; 1 is full range.
  ///
  /// - Throws: `BorderNameError` for other names; a bare `reflect` or `mirror` among them, which tools do not mean the same by.
  public init(name: String) throws(BorderNameError) {
    if let border = (Self.plainNames + Self.toolNames).first(where: { $0.name == name })?.border {
      self = border
    } else if name.hasPrefix("constant:") {
      let text = String(name.dropFirst("constant:".count))
      guard let value = Self.constantValue(text) else { throw .badConstant(text) }
      self = .constant(value)
    } else if name == "reflect" || name == "mirror" {
      throw .ambiguous(name)
    } else {
      throw .unknown(name)
    }
  }

  /// The number of a decimal, a fraction or a percentage; `nil` when it is none, or not finite.
  private static func constantValue(_ text: String) -> Double? {
    var value = Double(text)
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let numerator = Double(parts[0]), let denominator = Double(parts[1]) {
      value = numerator / denominator
    } else if text.last == "%" {
      value = Double(text.dropLast()).map { $0 / 100 }
    }
    guard let value, value.isFinite else { return nil }
    return value
  }
}

extension Border: CustomStringConvertible {
  /// The name that `init(name:)` reads back, as in `reflect101` or `constant:0.5`.
  public var description: String {
    switch self {
    case .edge: "edge"
    case .constant(let value): value == 0 ? "zero" : "constant:\(value)"
    case .reflect101: "reflect101"
    case .symmetric: "symmetric"
    case .wrap: "wrap"
    }
  }
}

/// Why a text names no border.
public enum BorderNameError: Error, Hashable {
  /// No border has the name.
  case unknown(String)
  /// Tools mean different borders by the name.
  case ambiguous(String)
  /// The value after `constant:` is not a finite number.
  case badConstant(String)
}

extension BorderNameError: CustomStringConvertible {
  /// One sentence with what was found and what was expected.
  public var description: String {
    switch self {
    case .unknown(let name):
      return "`\(name)` is no border; expected constant:V or one of \(Border.names.joined(separator: ", "))"
    case .ambiguous("mirror"):
      return "`mirror` is not the same border in every tool: scipy:mirror is reflect101 (dcb|abcd|cba), libvips' and "
        + "ImageMagick's is symmetric (cba|abcd|dcb); expected reflect101 or symmetric"
    case .ambiguous(let name):
      return
        "`\(name)` is not the same border in every tool: cv:reflect and scipy:reflect are symmetric (cba|abcd|dcb), "
        + "np:reflect and torch:reflect are reflect101 (dcb|abcd|cba); expected one of these names, reflect101 or symmetric"
    case .badConstant(let text):
      return "`constant:\(text)` has no finite number after the colon; expected a value such as 0.5, 128/255 or 50%"
    }
  }
}
