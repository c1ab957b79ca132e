import Convolution
import Tensors

/// An operation whose shapes fit the tensors it was given: what it needs and costs, and the way to its results.
struct FittedOperation {
  /// ONNX's name of the operator.
  let name: String
  /// Where its windows lie.
  let windows: SlidingWindows
  /// What it asks of memory besides its arguments.
  let workingBytes: Int
  /// The algorithm that runs, where there is a choice.
  var algorithm: Algorithm?
  /// The algorithm that was asked for, where there is a choice.
  var askedAlgorithm: Algorithm?
  /// Parameters and multiply-adds, where it has weights.
  var cost: ConvolutionCost?
  /// Computes at least the results asked for.
  let compute: (_ results: Set<TensorRole>) throws(OperatorError) -> [TensorRole: ResultArray]

  /// That another algorithm runs than the one asked for, where that is so.
  var algorithmNote: String? {
    guard let algorithm, let askedAlgorithm, askedAlgorithm != .auto, askedAlgorithm != algorithm else { return nil }
    return "\(askedAlgorithm.rawValue) does not serve this \(name); \(algorithm.rawValue) ran in its place"
  }
}

extension TensorOperation {
  /// Fits the operation to the tensors it is to work on, with the threads it may use.
  ///
  /// - Throws: `OperatorError` with the shapes or attributes that do not fit.
  func fitted(to arguments: TensorArguments, threadCount: Int) throws(OperatorError) -> FittedOperation {
    switch self {
    case .convolution(let attributes): try Self.convolution(attributes, arguments, threadCount: threadCount)
    case .convolutionGradients(let attributes): try Self.gradients(attributes, arguments)
    case .transposedConvolution(let attributes, let padding, let shape):
      try Self.transposed(attributes, outputPadding: padding, outputShape: shape, arguments)
    case .pooling(let kind, let attributes): try Self.pooling(kind, attributes, arguments)
    case .poolingGradient(let kind, let attributes): try Self.poolingGradient(kind, attributes, arguments)
    case .im2col(let kernel, let window): try Self.im2col(kernel, window, arguments)
    case .col2im(let image, let kernel, let window): try Self.col2im(image, kernel, window, arguments)
    }
  }

  /// The windows of a convolution; its input and weight must have one rank.
  private static func window(
    _ attributes: ConvolutionAttributes, input: Shape, weight: Shape
  ) throws(OperatorError) -> WindowParameters {
    guard input.rank == weight.rank, input.rank == 3 || input.rank == 4 else {
      throw .channels(
        input: input, weight: weight, group: attributes.group,
        expected: "both in three dimensions (N×C×L) or both in four (N×C×H×W)")
    }
    return try WindowParameters(attributes.window, spatialRank: input.rank - 2)
  }

  private static func fit(
    _ attributes: ConvolutionAttributes, input: Shape, weight: Shape
  ) throws(OperatorError) -> TensorConvolution {
    try TensorConvolution(
      input: input, weight: weight, window: window(attributes, input: input, weight: weight),
      group: attributes.group)
  }

  private static func convolution(
    _ attributes: ConvolutionAttributes, _ arguments: TensorArguments, threadCount: Int
  ) throws(OperatorError) -> FittedOperation {
    let (input, weight, bias) = (arguments[.input], arguments[.weight], arguments.optional(.bias))
    let convolution = try fit(attributes, input: input.shape, weight: weight.shape)
    let algorithm = convolution.forwardAlgorithm(for: attributes.algorithm)
    return FittedOperation(
      name: "Conv", windows: convolution.windows,
      workingBytes: try convolution.workingBytes(by: algorithm, threadCount: threadCount), algorithm: algorithm,
      askedAlgorithm: attributes.algorithm, cost: try convolution.cost(hasBias: bias != nil)
    ) { (_) throws(OperatorError) in
      [
        .output: .tensor(
          try convolution.forward(
            input, weight: weight, bias: bias, algorithm: algorithm, threadCount: threadCount))
      ]
    }
  }

  private static func gradients(
    _ attributes: ConvolutionAttributes, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let (input, weight, dOutput) = (arguments[.input], arguments[.weight], arguments[.gradOutput])
    let convolution = try fit(attributes, input: input.shape, weight: weight.shape)
    let algorithm = convolution.backwardAlgorithm(for: attributes.algorithm)
    return FittedOperation(
      name: "ConvGrad", windows: convolution.windows,
      workingBytes: try convolution.backwardWorkingBytes(by: algorithm), algorithm: algorithm,
      askedAlgorithm: attributes.algorithm, cost: try convolution.cost()
    ) { (results) throws(OperatorError) in
      var gradients: [TensorRole: ResultArray] = [:]
      if results.contains(.gradInput) {
        gradients[.gradInput] = .tensor(
          try convolution.dInput(weight: weight, dOutput: dOutput, algorithm: algorithm, threadCount: threads))
      }
      if results.contains(.gradWeight) {
        gradients[.gradWeight] = .tensor(
          try convolution.dWeight(input: input, dOutput: dOutput, algorithm: algorithm, threadCount: threads))
      }
      if results.contains(.gradBias) {
        gradients[.gradBias] = .tensor(try convolution.dBias(dOutput: dOutput, threadCount: threads))
      }
      return gradients
    }
  }

  private static func transposed(
    _ attributes: ConvolutionAttributes, outputPadding: [Int]?, outputShape: [Int]?, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let (input, weight, bias) = (arguments[.input], arguments[.weight], arguments.optional(.bias))
    let transposed = try TransposedConvolution(
      input: input.shape, weight: weight.shape,
      window: window(attributes, input: input.shape, weight: weight.shape), group: attributes.group,
      outputPadding: outputPadding, outputSize: outputShape)
    let algorithm = transposed.adjoint.backwardAlgorithm(for: attributes.algorithm)
    let biasCount = bias == nil ? 0 : try transposed.biasShape.elementCount
    return FittedOperation(
      name: "ConvTranspose", windows: transposed.adjoint.windows,
      workingBytes: try transposed.workingBytes(by: algorithm), algorithm: algorithm,
      askedAlgorithm: attributes.algorithm,
      cost: ConvolutionCost(
        parameters: weight.shape.elementCount + biasCount,
        multiplyAdds: try transposed.adjoint.cost(hasBias: false).multiplyAdds)
    ) { (_) throws(OperatorError) in
      [
        .output: .tensor(
          try transposed.forward(input, weight: weight, bias: bias, algorithm: algorithm, threadCount: threads))
      ]
    }
  }

  private static func fit(_ attributes: PoolingAttributes?, input: Shape) throws(OperatorError) -> TensorPooling {
    guard let attributes else { return try TensorPooling(global: input) }
    return try TensorPooling(
      input: input, kernel: attributes.kernelShape, window: window(attributes.window, on: input),
      rounding: attributes.rounding)
  }

  private static func pooling(
    _ kind: PoolingKind, _ attributes: PoolingAttributes?, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let input = arguments[.input]
    let pooling = try fit(attributes, input: input.shape)
    return FittedOperation(
      name: (attributes == nil ? "Global" : "") + kind.operatorName, windows: pooling.windows,
      workingBytes: try pooling.workingBytes(withIndices: kind == .maximum)
    ) { (_) throws(OperatorError) in
      switch kind {
      case .maximum:
        let pooled = try pooling.maximum(of: input, threadCount: threads)
        return [.output: .tensor(pooled.maxima), .indices: .integers(pooled.indices, pooled.maxima.shape)]
      case .average(let counting):
        return [.output: .tensor(try pooling.average(of: input, countingPadding: counting, threadCount: threads))]
      case .norm(let p):
        return [.output: .tensor(try pooling.norm(of: input, p: p, threadCount: threads))]
      }
    }
  }

  private static func poolingGradient(
    _ kind: PoolingKind, _ attributes: PoolingAttributes, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let (input, dOutput) = (arguments[.input], arguments[.gradOutput])
    let pooling = try fit(attributes, input: input.shape)
    return FittedOperation(
      name: "\(kind.operatorName)Grad", windows: pooling.windows,
      workingBytes: try pooling.backwardWorkingBytes(withIndices: kind == .maximum, threadCount: threads)
    ) { (_) throws(OperatorError) in
      let dInput =
        switch kind {
        case .maximum:
          try pooling.dInputOfMaximum(
            pooling.maximum(of: input, threadCount: threads), dOutput: dOutput, threadCount: threads)
        case .average(let counting):
          try pooling.dInputOfAverage(dOutput: dOutput, countingPadding: counting, threadCount: threads)
        case .norm(let p): try pooling.dInputOfNorm(input: input, dOutput: dOutput, p: p, threadCount: threads)
        }
      return [.gradInput: .tensor(dInput)]
    }
  }

  private static func im2col(
    _ kernel: [Int], _ attributes: WindowAttributes, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let input = arguments[.input]
    let windows = try SlidingWindows(input: input.shape, kernel: kernel, window: window(attributes, on: input.shape))
    return FittedOperation(name: "Im2Col", windows: windows, workingBytes: try windows.im2colWorkingBytes()) {
      (_) throws(OperatorError) in [.output: .tensor(try windows.im2col(input, threadCount: threads))]
    }
  }

  private static func col2im(
    _ image: [Int], _ kernel: [Int], _ attributes: WindowAttributes, _ arguments: TensorArguments
  ) throws(OperatorError) -> FittedOperation {
    let threads = arguments.threadCount
    let columns = arguments[.input]
    guard image.count == 1 || image.count == 2 else {
      throw .attribute(name: "image_shape", found: image, expected: "1 or 2 numbers")
    }
    let window = try WindowParameters(attributes, spatialRank: image.count)
    let taps = kernel.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard columns.shape.rank == 3, taps > 0, columns.shape[1] % taps == 0 else {
      throw .rank(
        name: "matrix of windows", found: columns.shape, expected: "N×(C·k)×L with k = \(taps) taps of the kernel,")
    }
    let shape: Shape
    do { shape = try Shape([columns.shape[0], columns.shape[1] / taps] + image) } catch { throw .tooLarge(error) }
    let windows = try SlidingWindows(input: shape, kernel: kernel, window: window)
    return FittedOperation(
      name: "Col2Im", windows: windows, workingBytes: try windows.col2imWorkingBytes()
    ) { (_) throws(OperatorError) in [.output: .tensor(try windows.col2im(columns, threadCount: threads))] }
  }

  /// The windows on an input of any rank that has them.
  private static func window(
    _ attributes: WindowAttributes, on input: Shape
  ) throws(OperatorError) -> WindowParameters {
    guard input.rank == 3 || input.rank == 4 else {
      throw .rank(name: "input", found: input, expected: "N×C×L or N×C×H×W")
    }
    return try WindowParameters(attributes, spatialRank: input.rank - 2)
  }
}

extension TensorOperation.PoolingKind {
  /// ONNX's name of the operator.
  fileprivate var operatorName: String {
    switch self {
    case .maximum: "MaxPool"
    case .average: "AveragePool"
    case .norm: "LpPool"
    }
  }
}

extension WindowParameters {
  init(_ attributes: TensorOperation.WindowAttributes, spatialRank: Int) throws(OperatorError) {
    try self.init(
      spatialRank: spatialRank, strides: attributes.strides, pads: attributes.pads, dilations: attributes.dilations,
      autoPad: attributes.autoPad)
  }
}
