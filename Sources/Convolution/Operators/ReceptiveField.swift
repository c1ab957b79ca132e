import Tensors

/// The part of the input that one output of a chain of windows depends on, on one axis.
///
/// Output `i` depends on the samples `start + i·jump ..< start + i·jump + size`; with dilation not on each of them. A layer with
/// `k` taps, stride `s`, dilation `d` and `p` padded samples before the first turns `(size, jump, start)` into
///
///     (size + d·(k − 1)·jump, jump·s, start − p·jump)
///
/// Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
public struct AxisReceptiveField: Hashable, Sendable {
  /// The samples from the first to the last that an output depends on, both counted.
  public let size: Int
  /// The distance, in samples of the input, between the fields of neighbouring outputs: the product of the strides.
  public let jump: Int
  /// The first sample of the field of output 0; below 0 where it lies in the padding.
  public let start: Int

  /// The field of no layer: each sample itself.
  public static let identity = AxisReceptiveField(size: 1, jump: 1, start: 0)

  /// The field of this chain followed by one more layer.
  ///
  /// - Throws: `OperatorError.tooLarge` when its numbers cannot be counted.
  public func followed(by layer: AxisGeometry) throws(OperatorError) -> AxisReceptiveField {
    let reach = jump.multipliedReportingOverflow(by: layer.effectiveKernel - 1)
    let shift = jump.multipliedReportingOverflow(by: layer.before)
    let grown = size.addingReportingOverflow(reach.partialValue)
    let moved = start.subtractingReportingOverflow(shift.partialValue)
    let steps = jump.multipliedReportingOverflow(by: layer.stride)
    guard ![reach.overflow, shift.overflow, grown.overflow, moved.overflow, steps.overflow].contains(true) else {
      throw .tooLarge(.tooManyElements([size, jump, layer.effectiveKernel, layer.stride]))
    }
    return AxisReceptiveField(size: grown.partialValue, jump: steps.partialValue, start: moved.partialValue)
  }

  /// The samples that output `output` depends on; they may lie in the padding.
  public func samples(ofOutput output: Int) -> Range<Int> {
    let first = start + output * jump
    return first..<first + size
  }
}

/// The part of the input plane that one output of a chain of convolutions and poolings depends on.
public struct ReceptiveField: Hashable, Sendable {
  /// The rows.
  public let vertical: AxisReceptiveField
  /// The columns.
  public let horizontal: AxisReceptiveField

  /// The field of no layer: each sample itself.
  public static let identity = ReceptiveField(vertical: .identity, horizontal: .identity)

  /// Creates a field from its axes.
  init(vertical: AxisReceptiveField, horizontal: AxisReceptiveField) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// The field of a chain of layers, the first of which meets the input.
  ///
  /// - Throws: `OperatorError.tooLarge` when its numbers cannot be counted.
  public init(of layers: [ConvolutionGeometry]) throws(OperatorError) {
    var field = ReceptiveField.identity
    for layer in layers { field = try field.followed(by: layer) }
    self = field
  }

  /// The field of this chain followed by one more layer.
  ///
  /// - Throws: `OperatorError.tooLarge` when its numbers cannot be counted.
  public func followed(by layer: ConvolutionGeometry) throws(OperatorError) -> ReceptiveField {
    ReceptiveField(
      vertical: try vertical.followed(by: layer.vertical), horizontal: try horizontal.followed(by: layer.horizontal))
  }

  /// The rows and columns that an output depends on, as width and height.
  public var size: Extent { Extent(height: vertical.size, width: horizontal.size) }
}
