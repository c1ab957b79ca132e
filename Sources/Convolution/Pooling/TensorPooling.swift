public import Tensors

/// A pooling of tensors whose shapes fit: `N×C×H×W` gives `N×C×H'×W'`, `N×C×L` gives `N×C×L'`, each plane on its own.
///
/// Shapes are those of ONNX's pooling operators (opset 22): with `OutputRounding.ceil` a last window that is not whole counts,
/// unless it would start in the padding after the input. `same` paddings reckon with the effective kernel, `dilation·(k − 1) + 1`.
/// Each kind of pooling stands beside its gradient: `maximum` and `dInputOfMaximum`, `average` and `dInputOfAverage`,
/// `norm` and `dInputOfNorm`.
public struct TensorPooling: Hashable, Sendable {
  /// Where the windows lie on the input.
  public let windows: SlidingWindows
  /// The shape of the output: `N×C×L'` or `N×C×H'×W'`.
  public let outputShape: Shape

  /// Lays the windows of a pooling on an input.
  ///
  /// - Parameters:
  ///   - input: `N×C×L` or `N×C×H×W`, as the parameters' spatial rank says.
  ///   - kernel: the samples of a window on each axis, outermost first.
  ///   - window: the step, padding and dilation.
  ///   - rounding: what happens to a last window that does not fit whole.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public init(
    input: Shape, kernel: [Int], window: WindowParameters, rounding: OutputRounding = .floor
  ) throws(OperatorError) {
    windows = try SlidingWindows(input: input, kernel: kernel, window: window, rounding: rounding)
    outputShape = try windows.output(channels: windows.input.channels).shape
  }

  /// Lays one window over each whole plane of an input, `N×C×L` or `N×C×H×W`.
  ///
  /// - Throws: `OperatorError` when the input has another rank or an empty axis.
  public init(global input: Shape) throws(OperatorError) {
    guard input.rank == 3 || input.rank == 4 else {
      throw .rank(name: "input", found: input, expected: "N×C×L or N×C×H×W")
    }
    try self.init(
      input: input, kernel: Array(input.extents.dropFirst(2)),
      window: WindowParameters(spatialRank: input.rank - 2))
  }

  /// Where the windows lie on each plane.
  public var geometry: ConvolutionGeometry { windows.geometry }

  /// The shape of the input.
  public var inputShape: Shape { windows.inputShape }

  /// One window, without the taps that lie on padding.
  struct Window {
    /// The window's place in the output.
    let output: Int
    /// The row and column of the window among those of its plane.
    let row: Int, column: Int
    /// The place of tap (0, 0) in the input, as if there were no padding between planes.
    let origin: Int
    /// The tap rows that lie on samples.
    let tapRows: Range<Int>
    /// The tap columns that lie on samples.
    let tapColumns: Range<Int>
  }

  /// Calls `body` with every window of a row of windows; rows are counted through all planes.
  @inline(__always)
  private func forEachWindow(inRow row: Int, columns: [Range<Int>], _ body: (Window) -> Void) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (plane, i) = row.quotientAndRemainder(dividingBy: vertical.output)
    let rows = vertical.taps(insideWindow: i)
    let firstRow = plane * vertical.input + vertical.start(ofWindow: i)
    for j in 0..<horizontal.output {
      body(
        Window(
          output: row * horizontal.output + j, row: i, column: j,
          origin: firstRow * horizontal.input + horizontal.start(ofWindow: j), tapRows: rows, tapColumns: columns[j]))
    }
  }

  /// The tap columns that lie on samples, for each column of windows.
  private var tapColumns: [Range<Int>] {
    (0..<geometry.horizontal.output).map { geometry.horizontal.taps(insideWindow: $0) }
  }

  /// One number for each window, in the output's order.
  @inline(__always)
  func mapWindows<Element: BitwiseCopyable & Numeric>(
    threadCount: Int, _ value: (Window) -> Element
  ) -> [Element] {
    var values = [Element](repeating: 0, count: outputShape.elementCount)
    let columns = tapColumns
    ParallelStrips.forEachPart(of: &values, length: geometry.horizontal.output, threadCount: threadCount) {
      row, values in
      forEachWindow(inRow: row, columns: columns) { values[$0.column] = value($0) }
    }
    return values
  }

  /// A gradient of the input: what `share` gives to the samples of each window, added up in `Double`.
  ///
  /// `share` is given a window, and a function that adds a number to the sample at a place of the input.
  @inline(__always)
  func sumOverWindows(threadCount: Int, _ share: (Window, (_ place: Int, _ value: Double) -> Void) -> Void) -> Tensor {
    let (area, rows) = (windows.input.area, geometry.vertical.output)
    var gradient = [Float](repeating: 0, count: inputShape.elementCount)
    let columns = tapColumns
    ParallelStrips.forEachPart(of: &gradient, length: area, threadCount: threadCount) { plane, elements in
      var sums = [Double](repeating: 0, count: area)
      for row in plane * rows..<(plane + 1) * rows {
        forEachWindow(inRow: row, columns: columns) { window in
          share(window) { place, value in sums[place - plane * area] += value }
        }
      }
      for place in 0..<area { elements[place] = Float(sums[place]) }
    }
    return Tensor(shape: inputShape, elements: gradient)
  }

  /// Calls `body` with the place of every sample of a window, row by row.
  @inline(__always)
  func forEachSample(of window: Window, _ body: (Int) -> Void) {
    let (rowStep, columnStep) = (geometry.vertical.dilation * geometry.horizontal.input, geometry.horizontal.dilation)
    for a in window.tapRows {
      for b in window.tapColumns { body(window.origin + a * rowStep + b * columnStep) }
    }
  }

  /// Throws when a window holds padding alone.
  func requireSamplesInEveryWindow() throws(OperatorError) {
    let (row, column) = (geometry.vertical.firstEmptyWindow, geometry.horizontal.firstEmptyWindow)
    guard row != nil || column != nil else { return }
    let place = [row ?? 0, column ?? 0].suffix(windows.input.spatialRank)
    throw .emptyWindow(input: inputShape, kernel: windows.kernelShape, window: Array(place))
  }
}
