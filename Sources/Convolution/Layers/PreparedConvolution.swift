import CMicrokernels
public import Tensors

/// A convolution of tensors whose algorithm is chosen and whose weights are packed, to be run on many inputs of one shape.
///
/// It is what a layer of a network is: packing is done once. It holds no memory to work on, so several threads may run it at once.
public struct PreparedConvolution: Sendable {
  /// The shapes.
  public let convolution: TensorConvolution
  /// The algorithm that runs; never `auto`.
  public let algorithm: Algorithm
  /// The instruction set of the inner loops.
  public let instructionSet: InstructionSet
  private let path: Path
  private let threadCount: Int

  /// What runs.
  private enum Path {
    case tiled(TiledConvolution)
    case winograd(WinogradConvolution, otherwise: TiledConvolution)
    /// `reference`, `im2col`, and `direct` where its taps lie too far apart for patches.
    case plain(weight: [Float], bias: [Float])
  }

  /// Chooses an algorithm and packs the weights.
  ///
  /// - Parameters:
  ///   - convolution: the shapes.
  ///   - weight: the kernels, in the shape that was fitted.
  ///   - bias: a number for each output; 0 when left out.
  ///   - algorithm: how it is computed.
  ///   - threadCount: the threads that a run uses; results do not depend on them.
  ///   - instructionSet: the level of the inner loops; the one that serves when left out.
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted, or a weight or bias is not finite, or `IMGCONV_ISA`
  ///   asks for what does not run here.
  public init(
    _ convolution: TensorConvolution, weight: Tensor, bias: Tensor? = nil, algorithm: Algorithm = .auto,
    threadCount: Int = 1, instructionSet: InstructionSet? = nil
  ) throws(OperatorError) {
    try convolution.requireFinite("weight", weight, convolution.weightShape)
    if let bias { try convolution.requireFinite("bias", bias, convolution.biasShape) }
    self.convolution = convolution
    self.threadCount = threadCount
    if let instructionSet { self.instructionSet = instructionSet } else { self.instructionSet = try .forLayers() }
    guard let layers = self.instructionSet.microkernels?.layers else {
      preconditionFailure("\(self.instructionSet) runs here")
    }
    let bias = bias?.elements ?? Array(repeating: 0, count: convolution.output.channels)
    var chosen = convolution.forwardAlgorithm(for: algorithm)
    var path = Path.plain(weight: weight.elements, bias: bias)
    if chosen == .direct || chosen == .winograd,
      let layout = PatchLayout(convolution, lanes: layers.lanes, threadCount: threadCount)
    {
      let tiled = TiledConvolution(
        convolution, layout: layout, weight: weight.elements, bias: bias, layers: layers)
      path = .tiled(tiled)
      if chosen == .winograd,
        let layout = WinogradLayout(convolution, layers: layers, threadCount: threadCount),
        let winograd = WinogradConvolution(
          convolution, layout: layout, weight: weight.elements, bias: bias, layers: layers)
      {
        path = .winograd(winograd, otherwise: tiled)
      } else {
        chosen = .direct
      }
    }
    (self.algorithm, self.path) = (chosen, path)
  }

  /// The convolution of an input.
  ///
  /// Complexity: `N·O·H'·W'·(C/g)·kh·kw` multiply-adds.
  ///
  /// - Throws: `OperatorError` when the input has another shape than was fitted.
  public func forward(_ input: Tensor) throws(OperatorError) -> Tensor {
    try SlidingWindows.require("input", input, convolution.inputShape)
    if case .plain(let weight, let bias) = path {
      return Tensor(
        shape: convolution.outputShape, elements: try plainForward(input.elements, weight: weight, bias: bias))
    }
    let count = convolution.outputShape.elementCount
    let elements = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      unsafe run(input.elements, to: buffer)
      initializedCount = count
    }
    return Tensor(shape: convolution.outputShape, elements: elements)
  }

  /// Puts the convolution of an input in the place of `output`, whose memory is used again.
  ///
  /// - Throws: `OperatorError` when a tensor has another shape than was fitted.
  public func forward(_ input: Tensor, into output: inout Tensor) throws(OperatorError) {
    try SlidingWindows.require("input", input, convolution.inputShape)
    try SlidingWindows.require("output", output, convolution.outputShape)
    if case .plain(let weight, let bias) = path {
      output.elements = try plainForward(input.elements, weight: weight, bias: bias)
    } else {
      unsafe output.elements.withUnsafeMutableBufferPointer { unsafe run(input.elements, to: $0) }
    }
  }

  /// Writes every output by tiles, or by Winograd's algorithm.
  private func run(_ input: [Float], to output: UnsafeMutableBufferPointer<Float>) {
    unsafe input.withUnsafeBufferPointer { input in
      guard let input = input.baseAddress, let output = output.baseAddress else { return }
      switch path {
      case .plain: preconditionFailure("plain algorithms make arrays")
      case .tiled(let tiled):
        unsafe tiled.forward(input, to: output, threadCount: threadCount)
      case .winograd(let winograd, let tiled):
        if unsafe !winograd.forward(input, to: output, threadCount: threadCount) {
          unsafe tiled.forward(input, to: output, threadCount: threadCount)
        }
      }
    }
  }

  private func plainForward(_ input: [Float], weight: [Float], bias: [Float]) throws(OperatorError) -> [Float] {
    switch algorithm {
    case .reference: convolution.referenceForward(input, weight: weight, bias: bias)
    case .im2col: try convolution.matrixForward(input, weight: weight, bias: bias)
    default: convolution.directForward(input, weight: weight, bias: bias)
    }
  }
}

extension InstructionSet {
  /// The level that serves, or an operator's error where `IMGCONV_ISA` asks for what does not run here.
  static func forLayers() throws(OperatorError) -> InstructionSet {
    do { return try selected() } catch { throw .instructionSet(error) }
  }
}
