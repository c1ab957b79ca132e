public import Tensors

/// A transposed convolution of tensors whose shapes fit: `N×C×H×W` with `C×(M/g)×kh×kw` gives `N×M×H'×W'`.
///
/// It is what a convolution does to gradients, taken forward (ONNX's `ConvTranspose`, opset 22): each sample of the input is spread over a
/// window of the output, weighted, and what falls on one place is added.
///
///     Y[n, m(c)+d, i·s + a·d_h − before] += X[n,c,i] · W[c,d,a]
///
/// On each axis there are `o = (n − 1)·s + k' + output padding − before − after` outputs. Its adjoint is the convolution with the same weight.
public struct TransposedConvolution: Hashable, Sendable {
  /// The convolution that leads from the output back to the input, whose backward pass this forward pass is.
  public let adjoint: TensorConvolution

  /// Fits a weight to an input.
  ///
  /// - Parameters:
  ///   - input: `N×C×L` or `N×C×H×W`, as the parameters' spatial rank says.
  ///   - weight: `C×(M/g)×k` or `C×(M/g)×kh×kw`.
  ///   - window: the step from one sample's window to the next's, what is cut off around the output, and the dilation. `same` paddings
  ///     cut so that `o = n·s`; where the windows are shorter than that, the rest at the end holds the bias alone.
  ///   - group: g, which divides C.
  ///   - outputPadding: more samples at the end of each axis; less than the larger of stride and dilation; 0 when left out.
  ///   - outputSize: o on each axis; the padding is then made from it, whatever `window` says, and the odd sample is cut off at the
  ///     beginning, or at the end with `same`.
  /// - Throws: `OperatorError` with the shapes or attributes that do not fit.
  public init(
    input: Shape, weight: Shape, window: WindowParameters, group: Int = 1, outputPadding: [Int]? = nil,
    outputSize: [Int]? = nil
  ) throws(OperatorError) {
    let rank = window.spatialRank
    let planes = try PlaneBatch(input, name: "input", spatialRank: rank)
    guard weight.rank == input.rank, weight.elementCount > 0 else {
      let expected = rank == 1 ? "C×(M/group)×k" : "C×(M/group)×kh×kw"
      throw .channels(
        input: input, weight: weight, group: group, expected: "a weight \(expected) without an empty axis")
    }
    guard group >= 1 else { throw .attribute(name: "group", found: [group], expected: "at least 1") }
    guard weight[0] == planes.channels, planes.channels % group == 0 else {
      throw .channels(
        input: input, weight: weight, group: group,
        expected: "a weight for each of the \(planes.channels) input channels, a multiple of group")
    }
    let (channels, overflow) = weight[1].multipliedReportingOverflow(by: group)
    guard !overflow else { throw .tooLarge(.tooManyElements([weight[1], group])) }

    let kernelShape = try Shape(counting: Array(weight.extents.dropFirst(2)))
    let kernel = try WindowParameters.extent("kernel_shape", kernelShape.extents, spatialRank: rank)
    let extra = try WindowParameters.extent(
      "output_padding", outputPadding, spatialRank: rank, minimum: 0, standard: 0)
    guard extra.height < max(window.stride.height, window.dilation.height),
      extra.width < max(window.stride.width, window.dilation.width)
    else {
      throw .attribute(
        name: "output_padding", found: outputPadding ?? [],
        expected: "less than the larger of stride and dilation on each axis")
    }
    var size: Extent?
    if let outputSize { size = try WindowParameters.extent("output_shape", outputSize, spatialRank: rank) }
    var (rowPads, columnPads) = ((before: 0, after: 0), (before: 0, after: 0))
    if case .explicit(let top, let right, let bottom, let left) = window.padding {
      (rowPads, columnPads) = ((top, bottom), (left, right))
    }
    guard
      let vertical = AxisGeometry(
        transposing: planes.plane.height, kernel: kernel.height, stride: window.stride.height,
        dilation: window.dilation.height, padding: window.padding, explicit: rowPads, extra: extra.height,
        size: size?.height),
      let horizontal = AxisGeometry(
        transposing: planes.plane.width, kernel: kernel.width, stride: window.stride.width,
        dilation: window.dilation.width, padding: window.padding, explicit: columnPads, extra: extra.width,
        size: size?.width)
    else {
      throw .doesNotFit(input: input, kernel: weight, reason: "the padding leaves nothing of the output")
    }

    let geometry = ConvolutionGeometry(vertical: vertical, horizontal: horizontal)
    let output = PlaneBatch(batch: planes.batch, channels: channels, plane: geometry.input, spatialRank: rank)
    adjoint = TensorConvolution(
      windows: SlidingWindows(
        inputShape: try output.shape, input: output, kernelShape: kernelShape, geometry: geometry),
      weightShape: weight, outputShape: input, output: planes, group: group)
  }

  /// The shape of the input: `N×C×L` or `N×C×H×W`.
  public var inputShape: Shape { adjoint.outputShape }

  /// The shape of the weight: `C×(M/g)×k` or `C×(M/g)×kh×kw`.
  public var weightShape: Shape { adjoint.weightShape }

  /// The shape of the output: `N×M×L'` or `N×M×H'×W'`.
  public var outputShape: Shape { adjoint.inputShape }

  /// The shape of the bias: `M`.
  public var biasShape: Shape {
    get throws(OperatorError) { try Shape(counting: [adjoint.windows.input.channels]) }
  }

  /// The transposed convolution of `input` with `weight`, plus a bias for each output channel.
  ///
  /// Sums are 32-bit, those of `reference` in `Double`. Complexity: `N·C·H·W·(M/g)·kh·kw` multiply-adds.
  /// Its gradients are those of `backward`.
  ///
  /// - Parameters:
  ///   - input: the samples, in the shape that was fitted.
  ///   - weight: the weight, in the shape that was fitted.
  ///   - bias: `M`; 0 when left out.
  ///   - algorithm: how it is computed.
  ///   - threadCount: how many threads compute at a time; the result does not depend on it.
  /// - Returns: `N×M×L'` or `N×M×H'×W'`.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight or bias is not finite.
  public func forward(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, inputShape)
    if let bias { try adjoint.requireFinite("bias", bias, biasShape) }
    return try adjoint.spread(
      input, weight: weight, bias: bias?.elements, algorithm: algorithm, threadCount: threadCount)
  }

  /// The gradients of input, weight and bias: `dInput` is the convolution of the output's gradient with the weight.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given.
  ///   - weight: what `forward` was given.
  ///   - dOutput: the gradient of the output, in its shape.
  ///   - algorithm: how the gradients are computed.
  ///   - threadCount: how many threads compute at a time; at least 1.
  /// - Returns: all three. Complexity: twice that of `forward`.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight is not finite.
  public func backward(
    input: Tensor, weight: Tensor, dOutput: Tensor, algorithm: Algorithm = .auto, threadCount: Int = 1
  ) throws(OperatorError) -> ConvolutionGradients {
    try SlidingWindows.require("input", input, inputShape)
    try SlidingWindows.require("output gradient", dOutput, outputShape)
    return ConvolutionGradients(
      dInput: try adjoint.forward(dOutput, weight: weight, algorithm: algorithm, threadCount: threadCount),
      dWeight: try adjoint.dWeight(input: dOutput, dOutput: input, algorithm: algorithm, threadCount: threadCount),
      dBias: adjoint.windows.input.channelSums(of: dOutput, shape: try biasShape, threadCount: threadCount))
  }
}

extension ConvolutionGeometry {
  /// Joins two axes that are known to fit.
  init(vertical: AxisGeometry, horizontal: AxisGeometry) {
    self.vertical = vertical
    self.horizontal = horizontal
  }
}

extension AxisGeometry {
  /// The axis of a convolution whose outputs are the `samples` that a transposed convolution takes, and whose input is what it gives.
  ///
  /// `nil` where nothing would be left of the output.
  fileprivate init?(
    transposing samples: Int, kernel: Int, stride: Int, dilation: Int, padding: Padding,
    explicit: (before: Int, after: Int), extra: Int, size: Int?
  ) {
    let reach = (samples - 1) * stride + dilation * (kernel - 1) + 1 + extra
    let result: Int
    if let size {
      // What is asked for beyond the natural size lies after it and holds the bias alone, as in ONNX.
      let total = max(reach - size, 0)
      before = padding == .same ? total / 2 : total - total / 2
      result = size
    } else {
      switch padding {
      case .valid:
        before = 0
        result = reach
      case .explicit:
        before = explicit.before
        result = reach - explicit.before - explicit.after
      case .same, .sameLower:
        result = samples * stride
        let total = max(reach - result, 0)
        before = padding == .same ? total / 2 : total - total / 2
      }
    }
    guard result >= 1 && result <= Self.largestExtent else { return nil }
    after = reach - result - before
    self.input = result
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.output = samples
  }
}
