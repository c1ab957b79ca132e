import CMicrokernels
import Tensors

// What operators ask of memory besides their arguments, so that a caller can refuse before anything is allocated.

extension TensorConvolution {
  /// The bytes that `forward` asks for: the output, and what the algorithm works on besides its arguments.
  ///
  /// For `direct` and `winograd` these are the packed weights, and a patch of the input for each thread.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func workingBytes(by algorithm: Algorithm = .auto, threadCount: Int = 1) throws(OperatorError) -> Int {
    let float = MemoryLayout<Float>.size
    let result = outputShape.extents + [float]
    switch forwardAlgorithm(for: algorithm) {
    case .im2col: return try Shape.bytes([result, matrixOfOneImage])
    // The samples and sums of one group, the taps of all, in `Double`.
    case .reference:
      let group = channelsPerGroup * windows.input.area + outputsPerGroup * output.area + weightShape.elementCount
      return try Shape.bytes([result, [group, MemoryLayout<Double>.size]])
    case let chosen:
      guard let layers = try InstructionSet.forLayers().microkernels?.layers,
        let layout = PatchLayout(self, lanes: layers.lanes, threadCount: threadCount)
      else { return try Shape.bytes([result]) }
      var (weights, workspace) = (weightShape.elementCount + layout.offsets.count + output.channels, layout.count)
      if chosen == .winograd, let quads = WinogradLayout(self, layers: layers, threadCount: threadCount) {
        weights += weightShape.elementCount / 9 * 16 + quads.offsets.count + output.channels
        workspace = max(workspace, quads.count)
      }
      return try Shape.bytes([result, [weights, float], [threadCount, Patch.capacity(count: workspace), float]])
    }
  }

  /// The bytes that `backward` asks for: the gradients, and what the algorithm works on besides its arguments.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func backwardWorkingBytes(by algorithm: Algorithm = .auto) throws(OperatorError) -> Int {
    try Shape.bytes([
      try inputGradientFactors(by: algorithm),
      // The gradient of the weight is summed in `Double`.
      weightShape.extents + [MemoryLayout<Float>.size + MemoryLayout<Double>.size],
      [output.channels, MemoryLayout<Float>.size],
      algorithm == .im2col ? matrixOfOneImage : [0],
    ])
  }

  /// The bytes of the gradient of the input, as factors; the reference sums it in `Double`.
  fileprivate func inputGradientFactors(by algorithm: Algorithm) throws(OperatorError) -> [Int] {
    inputShape.extents + [MemoryLayout<Float>.size + (algorithm == .reference ? MemoryLayout<Double>.size : 0)]
  }

  /// The bytes of the matrix of windows of one image, as factors.
  fileprivate var matrixOfOneImage: [Int] { windows.matrixOfOneImage }
}

extension TransposedConvolution {
  /// The bytes that `forward` asks for: the output, and what the algorithm works on besides its arguments.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func workingBytes(by algorithm: Algorithm = .auto) throws(OperatorError) -> Int {
    try Shape.bytes([
      try adjoint.inputGradientFactors(by: algorithm), algorithm == .im2col ? adjoint.matrixOfOneImage : [0],
    ])
  }
}

extension TensorPooling {
  /// The bytes that a pooling asks for: the output, and for the maximum the indices.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func workingBytes(withIndices: Bool) throws(OperatorError) -> Int {
    try Shape.bytes([outputShape.extents + [MemoryLayout<Float>.size + (withIndices ? MemoryLayout<Int>.size : 0)]])
  }

  /// The bytes that the gradient of a pooling asks for: the gradient, the sums in `Double` of a plane a thread, and for the maximum the
  /// maxima and indices.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func backwardWorkingBytes(withIndices: Bool, threadCount: Int = 1) throws(OperatorError) -> Int {
    let planes = min(threadCount, windows.input.batch * windows.input.channels)
    return try Shape.bytes([
      inputShape.extents + [MemoryLayout<Float>.size],
      withIndices ? [0] : [planes, windows.input.area, MemoryLayout<Double>.size],
      withIndices ? outputShape.extents + [MemoryLayout<Float>.size + MemoryLayout<Int>.size] : [0],
    ])
  }
}

extension SlidingWindows {
  /// The bytes that `im2col` asks for: the matrices.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func im2colWorkingBytes() throws(OperatorError) -> Int {
    try Shape.bytes([try columnsShape.extents + [MemoryLayout<Float>.size]])
  }

  /// The bytes that `col2im` asks for: the images.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func col2imWorkingBytes() throws(OperatorError) -> Int {
    try Shape.bytes([inputShape.extents + [MemoryLayout<Float>.size]])
  }

  /// The bytes of the matrix of windows of one image, as factors.
  fileprivate var matrixOfOneImage: [Int] {
    [input.channels, tapCount, geometry.output.height, geometry.output.width, MemoryLayout<Float>.size]
  }
}

extension Shape {
  /// The sum of products, when it can be counted.
  fileprivate static func bytes(_ products: [[Int]]) throws(OperatorError) -> Int {
    var total = 0
    for factors in products {
      let (sum, overflow) = total.addingReportingOverflow(try Shape(counting: factors).elementCount)
      guard !overflow else { throw .tooLarge(.tooManyElements(factors)) }
      total = sum
    }
    return total
  }
}
