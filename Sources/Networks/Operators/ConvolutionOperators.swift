import Convolution
import Tensors

/// `Conv` and `ConvTranspose`.
enum ConvolutionOperators {
  static func convolution(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, weight, bias) = (try arguments.tensor(0), try arguments.tensor(1), try arguments.optionalTensor(2))
    let window = try window(arguments, input: input.shape, weight: weight.shape)
    let group = try arguments.integer("group", or: 1)
    let convolution = try arguments.calling { () throws(OperatorError) in
      try TensorConvolution(input: input.shape, weight: weight.shape, window: window, group: group)
    }
    _ = try arguments.shape(convolution.outputShape.extents)
    return [.floats(try convolved(convolution, input, weight, bias, isKept: Self.isKept(arguments), arguments))]
  }

  static func transposed(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, weight, bias) = (try arguments.tensor(0), try arguments.tensor(1), try arguments.optionalTensor(2))
    let window = try window(arguments, input: input.shape, weight: weight.shape)
    let (group, padding, size) = (
      try arguments.integer("group", or: 1), try arguments.integers("output_padding"),
      try arguments.integers("output_shape")
    )
    let transposed = try arguments.calling { () throws(OperatorError) in
      try TransposedConvolution(
        input: input.shape, weight: weight.shape, window: window, group: group, outputPadding: padding,
        outputSize: size)
    }
    let shape = try arguments.shape(transposed.outputShape.extents)
    if group == 1, padding == nil, size == nil, window.spatialRank == 2,
      window.padding == .explicit(top: 0, right: 0, bottom: 0, left: 0),
      window.dilation == 1, [window.stride.height, window.stride.width] == Array(weight.shape.extents.dropFirst(2))
    {
      return [.floats(try spread(input, weight, bias, to: shape, arguments))]
    }
    let output = try arguments.calling { () throws(OperatorError) in
      try transposed.forward(input, weight: weight, bias: bias, threadCount: arguments.threadCount)
    }
    return [.floats(output)]
  }

  /// A transposed convolution whose windows do not overlap: a convolution of one tap gives all samples of a window as channels, which
  /// then take their places.
  private static func spread(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, to shape: Shape, _ arguments: Arguments
  ) throws(NetworkError) -> Tensor {
    let (batch, channels, rows, columns) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
    let (outputs, height, width) = (weight.shape[1], weight.shape[2], weight.shape[3])
    let taps = outputs * height * width
    let turned = Tensor(
      shape: try arguments.shape([taps, channels, 1, 1]),
      elements: ArrayView(extents: [channels, taps]).transposed([1, 0]).copy(of: weight.elements))
    let repeated = try bias.map { (bias) throws(NetworkError) in
      Tensor(
        shape: try arguments.shape([taps]),
        elements: bias.elements.flatMap { Array(repeating: $0, count: height * width) })
    }
    let convolution = try arguments.calling { () throws(OperatorError) in
      try TensorConvolution(input: input.shape, weight: turned.shape, window: WindowParameters())
    }
    let windows = try convolved(convolution, input, turned, repeated, isKept: isKept(arguments), arguments)
    let view = ArrayView(extents: [batch, outputs, height, width, rows, columns]).transposed([0, 1, 4, 2, 5, 3])
    return Tensor(shape: shape, elements: view.copy(of: windows.elements, threadCount: arguments.threadCount))
  }

  /// Whether the weights are the same in every run.
  private static func isKept(_ arguments: Arguments) -> Bool { arguments.isConstant[1...].allSatisfy { $0 } }

  /// The products for which more than one thread is woken.
  private static let shareableProducts = 1 << 18

  private static func convolved(
    _ convolution: TensorConvolution, _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, isKept: Bool,
    _ arguments: Arguments
  ) throws(NetworkError) -> Tensor {
    let products = weight.elements.count / max(1, weight.shape[0]) * convolution.outputShape.elementCount
    let threads = products < shareableProducts ? 1 : arguments.threadCount
    return try arguments.calling { () throws(OperatorError) in
      try arguments.layers.layer(arguments.node.name, fitting: convolution, isKept: isKept) {
        () throws(OperatorError) in
        try PreparedConvolution(convolution, weight: weight, bias: bias, threadCount: threads)
      }.forward(input)
    }
  }

  private static func window(
    _ arguments: Arguments, input: Shape, weight: Shape
  ) throws(NetworkError) -> WindowParameters {
    guard input.rank == weight.rank, input.rank == 3 || input.rank == 4 else {
      throw arguments.unsupported(
        "the input is \(input) and the weight \(weight); expected both of three axes, or both of four")
    }
    if let kernel = try arguments.integers("kernel_shape"), kernel != Array(weight.extents.dropFirst(2)) {
      throw arguments.mismatch("kernel_shape is \(kernel), and the weight \(weight)")
    }
    return try PoolingOperators.window(arguments, spatialRank: input.rank - 2)
  }
}
