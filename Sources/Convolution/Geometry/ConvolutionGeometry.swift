/// Where the windows of a convolution or a pooling lie on an input of `height × width`, and the shape that comes out.
///
/// It exists only when at least one window fits on each axis; loops that follow it need no further checks.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// The rows: height of input, kernel and output, vertical stride, padding above and below.
  public let vertical: AxisGeometry
  /// The columns: width of input, kernel and output, horizontal stride, padding left and right.
  public let horizontal: AxisGeometry

  /// Lays windows of `kernel` on `input`.
  ///
  /// - Parameters:
  ///   - input: the extents of one input plane.
  ///   - kernel: the taps on each axis.
  ///   - stride: the step from window to window.
  ///   - padding: how far the input is extended.
  ///   - dilation: the step from tap to tap.
  ///   - anchor: the tap that lies on the output's own sample, for `same` paddings; `nil` for the centre.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Throws: `GeometryError.outOfRange`, or `GeometryError.doesNotFit` with both shapes.
  public init(
    input: Extent, kernel: Extent, stride: Extent = Extent(1), padding: Padding = .valid, dilation: Extent = Extent(1),
    anchor: Extent? = nil, rounding: OutputRounding = .floor
  ) throws(GeometryError) {
    var vertical = (before: 0, after: 0)
    var horizontal = (before: 0, after: 0)
    if case .explicit(let top, let right, let bottom, let left) = padding {
      vertical = (top, bottom)
      horizontal = (left, right)
    }
    do {
      self.vertical = try AxisGeometry(
        input: input.height, kernel: kernel.height, stride: stride.height, dilation: dilation.height,
        padding: padding, explicit: vertical, anchor: anchor?.height, rounding: rounding)
      self.horizontal = try AxisGeometry(
        input: input.width, kernel: kernel.width, stride: stride.width, dilation: dilation.width,
        padding: padding, explicit: horizontal, anchor: anchor?.width, rounding: rounding)
    } catch .noWindowFits {
      throw .doesNotFit(input: input, kernel: kernel, dilation: dilation, padding: padding)
    }
  }

  /// The extents of the output plane: rows and columns of windows.
  public var output: Extent { Extent(height: vertical.output, width: horizontal.output) }

  /// The extents of the input plane.
  public var input: Extent { Extent(height: vertical.input, width: horizontal.input) }

  /// Whether tables of a few bytes a row and column, made in a step for each output row and kernel row, are no burden.
  ///
  /// It refuses sides beyond 16,777,216, and more than 2³⁰ steps, which only a slip of the hand asks for.
  var isPlannable: Bool {
    let longestSide = 1 << 24
    return [vertical, horizontal].allSatisfy {
      $0.input <= longestSide && $0.output <= longestSide && $0.output * $0.kernel <= 1 << 30
    }
  }
}

/// A height and a width: an image's, a kernel's, a stride's.
public struct Extent: Hashable, Sendable {
  /// The vertical extent, in samples.
  public let height: Int
  /// The horizontal extent, in samples.
  public let width: Int

  /// Creates an extent from both axes.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates an extent of `side` on both axes.
  public init(_ side: Int) {
    self.init(height: side, width: side)
  }
}

extension Extent: CustomStringConvertible {
  /// Width by height, as in `640×480`.
  public var description: String { "\(width)×\(height)" }
}

/// Why windows cannot be laid on an input.
public enum GeometryError: Error, Hashable {
  /// A number is below its minimum or beyond what can be counted.
  case outOfRange(name: String, found: Int, minimum: Int)
  /// On one axis the padded input is shorter than the effective kernel.
  case noWindowFits(input: Int, padding: Int, effectiveKernel: Int)
  /// The padded input is smaller than the effective kernel.
  case doesNotFit(input: Extent, kernel: Extent, dilation: Extent, padding: Padding)
}

extension GeometryError: CustomStringConvertible {
  /// One sentence with the numbers found and expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let found, let minimum):
      return "\(name) is \(found); expected \(minimum) to \(AxisGeometry.largestExtent)"
    case .noWindowFits(let input, let padding, let effectiveKernel):
      return "a kernel that spans \(effectiveKernel) does not fit \(input) samples with \(padding) of padding"
    case .doesNotFit(let input, let kernel, let dilation, let padding):
      let dilated = dilation == Extent(1) ? "" : " with dilation \(dilation)"
      return "a \(kernel) kernel\(dilated) does not fit an input of \(input) with padding \(padding)"
    }
  }
}
