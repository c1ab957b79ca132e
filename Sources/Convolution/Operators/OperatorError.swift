public import Tensors

/// Why the tensors and attributes given to an operator do not fit one another; every case carries what was found and what was expected.
public enum OperatorError: Error, Equatable {
  /// A tensor has another number of axes than the operator works on, or an empty axis.
  case rank(name: String, found: Shape, expected: String)
  /// The channels of the input, the weight and the groups do not divide as they must.
  case channels(input: Shape, weight: Shape, group: Int, expected: String)
  /// A tensor has another shape than the two others ask for.
  case shape(name: String, found: Shape, expected: Shape)
  /// The padded input is smaller than the effective kernel, or the numbers cannot be counted.
  case doesNotFit(input: Shape, kernel: Shape, reason: String)
  /// A window holds padding alone, so that it has neither a maximum nor a mean.
  case emptyWindow(input: Shape, kernel: Shape, window: [Int])
  /// An attribute has the wrong count or values.
  case attribute(name: String, found: [Int], expected: String)
  /// A weight or a bias is infinite or not a number.
  case notFinite(name: String, shape: Shape, element: Int)
  /// The result has more elements than can be counted.
  case tooLarge(ShapeError)
  /// `IMGCONV_ISA` asks for an instruction set that does not serve.
  case instructionSet(InstructionSetError)

  /// A stable word for reports.
  ///
  /// `shape.mismatch` where tensors do not fit, `operator.attribute` where an attribute is at fault,
  /// `operator.value` where an element is, `limit.dimension` where a result cannot be counted, and `isa.unavailable`.
  public var code: String {
    switch self {
    case .rank, .channels, .shape, .doesNotFit, .emptyWindow: "shape.mismatch"
    case .attribute: "operator.attribute"
    case .notFinite: "operator.value"
    case .tooLarge: "limit.dimension"
    case .instructionSet: "isa.unavailable"
    }
  }
}

extension OperatorError: CustomStringConvertible {
  /// One sentence with the shapes and numbers found and expected.
  public var description: String {
    switch self {
    case .rank(let name, let found, let expected):
      "the \(name) is \(found); expected \(expected) without an empty axis"
    case .channels(let input, let weight, let group, let expected):
      "the input \(input) and the weight \(weight) do not fit with group \(group); expected \(expected)"
    case .shape(let name, let found, let expected):
      "the \(name) is \(found); expected \(expected)"
    case .doesNotFit(let input, let kernel, let reason):
      "the kernel \(kernel) does not fit the input \(input): \(reason)"
    case .emptyWindow(let input, let kernel, let window):
      "the kernel \(kernel) on the input \(input) has a window, at \(window), that holds padding alone; "
        + "expected every window to reach a sample"
    case .attribute(let name, let found, let expected):
      "\(name) is \(found.map(String.init).joined(separator: ",")); expected \(expected)"
    case .notFinite(let name, let shape, let element):
      "element \(element) of the \(name) \(shape) is not a finite number"
    case .tooLarge(let error):
      error.description
    case .instructionSet(let error):
      error.description
    }
  }
}

extension GeometryError {
  /// The numbers at fault in the order of shapes, outermost axis first.
  func reason(spatialRank: Int) -> String {
    guard case .doesNotFit(let input, let kernel, let dilation, let padding) = self else { return description }
    var pads = (top: 0, right: 0, bottom: 0, left: 0)
    if case .explicit(let top, let right, let bottom, let left) = padding { pads = (top, right, bottom, left) }
    func axes(_ height: Int, _ width: Int) -> String {
      [height, width].suffix(spatialRank).map(String.init).joined(separator: "×")
    }
    let span = axes(dilation.height * (kernel.height - 1) + 1, dilation.width * (kernel.width - 1) + 1)
    let room = axes(input.height + pads.top + pads.bottom, input.width + pads.left + pads.right)
    return "a window spans \(span) samples, the input with its padding has \(room)"
  }
}
