/// How an operator chooses its padding, under the names ONNX gives the choices (`auto_pad`).
public enum AutoPadding: String, Hashable, Sendable, CaseIterable {
  /// The pads are as given.
  case notSet = "NOTSET"
  /// No padding: only whole windows.
  case valid = "VALID"
  /// `⌈n/s⌉` outputs, the odd sample of padding at the end.
  case sameUpper = "SAME_UPPER"
  /// `⌈n/s⌉` outputs, the odd sample of padding at the beginning.
  case sameLower = "SAME_LOWER"
}

/// The step, padding and dilation of the windows of an operator in one or two dimensions.
///
/// One dimension is two with a height of 1: `N×C×L` is computed as `N×C×1×L`, and the vertical numbers are neutral.
public struct WindowParameters: Hashable, Sendable {
  /// The axes that windows slide along: 1 (`N×C×L`) or 2 (`N×C×H×W`).
  public let spatialRank: Int
  /// The step from window to window; at least 1 on each axis.
  public let stride: Extent
  /// How far the input is extended.
  public let padding: Padding
  /// The step from tap to tap; at least 1 on each axis.
  public let dilation: Extent

  /// Creates the parameters of windows in two dimensions.
  ///
  /// - Throws: `OperatorError.attribute` for a step below 1 or a padding below 0.
  public init(
    stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1
  ) throws(OperatorError) {
    _ = try Self.checked("strides", [stride.height, stride.width], 2, minimum: 1)
    _ = try Self.checked("dilations", [dilation.height, dilation.width], 2, minimum: 1)
    if case .explicit(let top, let right, let bottom, let left) = padding {
      _ = try Self.checked("pads", [top, left, bottom, right], 4, minimum: 0)
    }
    self.spatialRank = 2
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// Creates parameters from attributes as ONNX operators have them: one number an axis, outermost axis first.
  ///
  /// - Parameters:
  ///   - spatialRank: 1 or 2; another number traps.
  ///   - strides: the step on each axis; 1 when left out.
  ///   - pads: the padding before the first sample of each axis, then after the last of each, `[top, left, bottom, right]` in
  ///     two dimensions; 0 when left out.
  ///   - dilations: the step from tap to tap on each axis; 1 when left out.
  ///   - autoPad: the rule that makes the padding. It stands alone: pads other than 0 beside a rule are refused.
  /// - Throws: `OperatorError.attribute` for a count that does not fit the rank or a number below its minimum.
  public init(
    spatialRank: Int, strides: [Int]? = nil, pads: [Int]? = nil, dilations: [Int]? = nil,
    autoPad: AutoPadding = .notSet
  ) throws(OperatorError) {
    precondition(spatialRank == 1 || spatialRank == 2, "windows slide along 1 or 2 axes, not \(spatialRank)")
    self.spatialRank = spatialRank
    stride = try Self.extent("strides", strides, spatialRank: spatialRank)
    dilation = try Self.extent("dilations", dilations, spatialRank: spatialRank)
    let pads = try Self.checked(
      "pads", pads ?? Array(repeating: 0, count: 2 * spatialRank), 2 * spatialRank, minimum: 0)
    guard autoPad == .notSet || pads.allSatisfy({ $0 == 0 }) else {
      throw .attribute(name: "pads", found: pads, expected: "none beside auto_pad \(autoPad.rawValue)")
    }
    switch autoPad {
    case .notSet where spatialRank == 1: padding = .explicit(top: 0, right: pads[1], bottom: 0, left: pads[0])
    case .notSet: padding = .explicit(top: pads[0], right: pads[3], bottom: pads[2], left: pads[1])
    case .valid: padding = .valid
    case .sameUpper: padding = .same
    case .sameLower: padding = .sameLower
    }
  }

  /// Creates the parameters of windows in one dimension; of explicit pads the left and right count.
  ///
  /// - Throws: `OperatorError.attribute` for a step below 1 or a padding below 0.
  init(alongOneAxis stride: Int, padding: Padding, dilation: Int) throws(OperatorError) {
    var pads = [0, 0]
    if case .explicit(_, let right, _, let left) = padding { pads = [left, right] }
    let rule: AutoPadding =
      switch padding {
      case .valid, .explicit: .notSet
      case .same: .sameUpper
      case .sameLower: .sameLower
      }
    try self.init(spatialRank: 1, strides: [stride], pads: pads, dilations: [dilation], autoPad: rule)
  }

  /// An attribute of one number an axis, as a height and a width; `standard` on each axis when it is left out.
  static func extent(
    _ name: String, _ values: [Int]?, spatialRank: Int, minimum: Int = 1, standard: Int = 1
  ) throws(OperatorError) -> Extent {
    let values = values ?? Array(repeating: standard, count: spatialRank)
    let checked = try checked(name, values, spatialRank, minimum: minimum)
    return Extent(height: spatialRank == 2 ? checked[0] : standard, width: checked[spatialRank - 1])
  }

  /// The values of an attribute, when they are `count` and each between `minimum` and what can be counted.
  private static func checked(
    _ name: String, _ values: [Int], _ count: Int, minimum: Int
  ) throws(OperatorError) -> [Int] {
    guard values.count == count, values.allSatisfy({ (minimum...AxisGeometry.largestExtent).contains($0) }) else {
      let noun = count == 1 ? "number" : "numbers"
      throw .attribute(
        name: name, found: values, expected: "\(count) \(noun) from \(minimum) to \(AxisGeometry.largestExtent)")
    }
    return values
  }
}
