public import Tensors

/// A convolution of tensors whose shapes fit: `N×C×H×W` with `O×(C/g)×kh×kw` gives `N×O×H'×W'`; in one dimension `N×C×L` with `O×(C/g)×k`.
///
/// Forward it is the cross-correlation of ONNX's `Conv`, with zeros for padding and `g` groups of channels that do not see one another:
///
///     Y[n,l,i,j] = bias[l] + Σ_d Σ_a Σ_b X[n, c(l)+d, i·s_h + a·d_h − top, j·s_w + b·d_w − left] · W[l,d,a,b]
///
/// with `d` in `0..<C/g` and `c(l) = ⌊l / (O/g)⌋ · C/g`. A weight of 0 is a hole: it adds nothing, even where the input is infinite.
/// Backward stands beside it: `dInput`, `dWeight` and `dBias`. It exists only when the shapes fit, and knows what comes out and
/// what it costs before any number is read.
public struct TensorConvolution: Hashable, Sendable {
  /// Where the windows lie on the input.
  public let windows: SlidingWindows
  /// The shape of the weight: `O×(C/g)×k` or `O×(C/g)×kh×kw`.
  public let weightShape: Shape
  /// The shape of the output: `N×O×L'` or `N×O×H'×W'`.
  public let outputShape: Shape
  /// g: the groups that the channels are split into; `g = C` is depthwise.
  public let group: Int
  /// The output as planes.
  let output: PlaneBatch

  /// Fits a weight to an input.
  ///
  /// - Parameters:
  ///   - input: `N×C×L` or `N×C×H×W`, as the parameters' spatial rank says.
  ///   - weight: `O×(C/g)×k` or `O×(C/g)×kh×kw`.
  ///   - window: the step, padding and dilation.
  ///   - group: g, which divides C and O.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public init(
    input: Shape, weight: Shape, window: WindowParameters, group: Int = 1
  ) throws(OperatorError) {
    let planes = try PlaneBatch(input, name: "input", spatialRank: window.spatialRank)
    guard weight.rank == input.rank, weight.elementCount > 0 else {
      let expected = window.spatialRank == 1 ? "O×(C/group)×k" : "O×(C/group)×kh×kw"
      throw .channels(
        input: input, weight: weight, group: group, expected: "a weight \(expected) without an empty axis")
    }
    guard group >= 1 else { throw .attribute(name: "group", found: [group], expected: "at least 1") }
    guard planes.channels % group == 0, weight[0] % group == 0, weight[1] == planes.channels / group else {
      throw .channels(
        input: input, weight: weight, group: group,
        expected:
          "\(planes.channels) input channels = group × \(weight[1]), and \(weight[0]) outputs a multiple of group")
    }
    windows = try SlidingWindows(input: input, kernel: Array(weight.extents.dropFirst(2)), window: window)
    output = windows.output(channels: weight[0])
    outputShape = try output.shape
    weightShape = weight
    self.group = group
  }

  /// Creates a convolution whose numbers are known to fit one another.
  init(windows: SlidingWindows, weightShape: Shape, outputShape: Shape, output: PlaneBatch, group: Int) {
    self.windows = windows
    self.weightShape = weightShape
    self.outputShape = outputShape
    self.output = output
    self.group = group
  }

  /// Where the windows lie on each plane.
  public var geometry: ConvolutionGeometry { windows.geometry }

  /// The shape of the input: `N×C×L` or `N×C×H×W`.
  public var inputShape: Shape { windows.inputShape }

  /// The shape of the bias: `O`.
  public var biasShape: Shape {
    get throws(OperatorError) {
      try Shape(counting: [output.channels])
    }
  }

  /// O/g: the outputs of one group.
  var outputsPerGroup: Int { output.channels / group }

  /// C/g: the input channels of one group.
  var channelsPerGroup: Int { weightShape[1] }

  /// The products of one output sample: (C/g)·kh·kw.
  var productsPerOutput: Int { channelsPerGroup * windows.tapCount }

  /// The convolution of `input` with `weight`, plus a bias for each output.
  ///
  /// Sums are 32-bit, those of `reference` in `Double`. Complexity: `N·O·H'·W'·(C/g)·kh·kw` multiply-adds.
  /// Its gradients are `dInput`, `dWeight` and `dBias`; the transposed convolution is `TransposedConvolution`.
  /// To run one weight on many inputs, prepare it: `PreparedConvolution`.
  ///
  /// - Parameters:
  ///   - input: the samples.
  ///   - weight: the kernels; not flipped.
  ///   - bias: a number for each output; 0 when left out.
  ///   - algorithm: how it is computed.
  ///   - threadCount: the threads to use; results do not depend on them.
  /// - Returns: the output, in its shape.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight or bias is not finite.
  public func forward(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    return try PreparedConvolution(self, weight: weight, bias: bias, algorithm: algorithm, threadCount: threadCount)
      .forward(input)
  }

  /// Throws unless a tensor has the shape it must have and finite elements.
  func requireFinite(_ name: String, _ tensor: Tensor, _ expected: Shape) throws(OperatorError) {
    try SlidingWindows.require(name, tensor, expected)
    if let element = tensor.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: name, shape: expected, element: element)
    }
  }

  /// An output that holds its bias everywhere.
  func filled(with bias: [Float]) -> [Float] { output.filled(with: bias) }
}
