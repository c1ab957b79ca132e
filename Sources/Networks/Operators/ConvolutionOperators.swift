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
    let isKept = arguments.isConstant[1...].allSatisfy { $0 }
    let output = try arguments.calling { () throws(OperatorError) in
      try arguments.layers.layer(arguments.node.name, fitting: convolution, isKept: isKept) { () throws(OperatorError) in
        try PreparedConvolution(convolution, weight: weight, bias: bias, threadCount: arguments.threadCount)
      }.forward(input)
    }
    return [.floats(output)]
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
    _ = try arguments.shape(transposed.outputShape.extents)
    let output = try arguments.calling { () throws(OperatorError) in
      try transposed.forward(input, weight: weight, bias: bias, threadCount: arguments.threadCount)
    }
    return [.floats(output)]
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
