public import Tensors

/// The windows of a kernel on a batch of planes: what convolution, pooling and the matrix of windows have in common.
///
/// It exists only when the shapes fit, so whoever follows it checks no more. In one dimension H, H' and kh are 1.
public struct SlidingWindows: Hashable, Sendable {
  /// The shape of the input: `N×C×L` or `N×C×H×W`.
  public let inputShape: Shape
  /// The taps of the kernel on each axis: `k` or `kh×kw`.
  public let kernelShape: Shape
  /// Where the windows lie on each plane.
  public let geometry: ConvolutionGeometry
  /// The input as planes.
  let input: PlaneBatch

  /// Lays windows on an input.
  ///
  /// - Parameters:
  ///   - input: `N×C×L` or `N×C×H×W`, as the parameters' spatial rank says.
  ///   - kernel: the taps on each axis, outermost first.
  ///   - window: the step, padding and dilation.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public init(
    input: Shape, kernel: [Int], window: WindowParameters, rounding: OutputRounding = .floor
  ) throws(OperatorError) {
    let planes = try PlaneBatch(input, name: "input", spatialRank: window.spatialRank)
    let extent = try WindowParameters.extent("kernel_shape", kernel, spatialRank: window.spatialRank)
    kernelShape = try Shape(counting: kernel)
    do {
      geometry = try ConvolutionGeometry(
        input: planes.plane, kernel: extent, stride: window.stride, padding: window.padding, dilation: window.dilation,
        rounding: rounding)
    } catch {
      throw .doesNotFit(input: input, kernel: kernelShape, reason: error.reason(spatialRank: window.spatialRank))
    }
    inputShape = input
    self.input = planes
  }

  /// Creates windows whose numbers are known to fit one another.
  init(inputShape: Shape, input: PlaneBatch, kernelShape: Shape, geometry: ConvolutionGeometry) {
    self.inputShape = inputShape
    self.input = input
    self.kernelShape = kernelShape
    self.geometry = geometry
  }

  /// The taps of one plane of the kernel: kh·kw.
  public var tapCount: Int { kernelShape.elementCount }

  /// The windows on one plane: H'·W'.
  var windowCount: Int { geometry.output.height * geometry.output.width }

  /// The planes that come out when each image yields `channels` of them.
  func output(channels: Int) -> PlaneBatch {
    PlaneBatch(batch: input.batch, channels: channels, plane: geometry.output, spatialRank: input.spatialRank)
  }

  /// Throws unless a tensor has the shape it must have.
  static func require(_ name: String, _ tensor: Tensor, _ expected: Shape) throws(OperatorError) {
    guard tensor.shape == expected else { throw .shape(name: name, found: tensor.shape, expected: expected) }
  }

  /// The samples of one plane that one tap meets in one row of windows: a run of samples and the run of their windows.
  struct TapRun {
    /// The place of the first window in the plane of windows; the others follow it.
    let window: Int
    /// The place of the first sample in the input plane; the others follow at the horizontal stride.
    let sample: Int
    /// The samples met.
    let count: Int
  }

  /// For each tap column, the columns of windows whose tap lies on a sample.
  var reachingColumns: [Range<Int>] {
    (0..<geometry.horizontal.kernel).map { geometry.horizontal.windows(reachingInputAtTap: $0) }
  }

  /// Calls `body` with every run of samples of a plane that tap `tap`, counted row by row, meets: one for each row of windows.
  @inline(__always)
  func forEachRun(ofTap tap: Int, _ body: (TapRun) -> Void) {
    let (tapRow, tapColumn) = tap.quotientAndRemainder(dividingBy: geometry.horizontal.kernel)
    let columns = geometry.horizontal.windows(reachingInputAtTap: tapColumn)
    for row in geometry.vertical.windows(reachingInputAtTap: tapRow) {
      body(run(row: row, tapRow: tapRow, tapColumn: tapColumn, columns: columns))
    }
  }

  /// The run of tap `(tapRow, tapColumn)` in row `row` of the windows; the tap's row must be inside the input.
  ///
  /// `columns` are those of the tap's column in `reachingColumns`, found once for all rows.
  @inline(__always)
  func run(row: Int, tapRow: Int, tapColumn: Int, columns: Range<Int>) -> TapRun {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    return TapRun(
      window: row * horizontal.output + columns.lowerBound,
      sample: vertical.position(window: row, tap: tapRow) * horizontal.input
        + horizontal.position(window: columns.lowerBound, tap: tapColumn),
      count: columns.count)
  }
}
