import Convolution
import Tensors

/// `MaxPool`, `AveragePool` and `LpPool`.
enum PoolingOperators {
  static func maximum(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, pooling) = try fitted(arguments)
    guard try arguments.integer("storage_order", or: 0) == 0 else {
      throw arguments.unsupported("storage_order is 1; expected 0")
    }
    guard arguments.node.outputs.count > 1 else {
      return [
        .floats(
          try arguments.calling { () throws(OperatorError) in
            try pooling.maxima(of: input, threadCount: arguments.threadCount)
          })
      ]
    }
    let pooled = try arguments.calling { () throws(OperatorError) in
      try pooling.maximum(of: input, threadCount: arguments.threadCount)
    }
    return [
      .floats(pooled.maxima), .integers(IntegerTensor(shape: pooled.maxima.shape, elements: pooled.indices)),
    ]
  }

  static func average(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, pooling) = try fitted(arguments)
    let countsPadding = try arguments.integer("count_include_pad", or: 0) != 0
    return [
      .floats(
        try arguments.calling { () throws(OperatorError) in
          try pooling.average(of: input, countingPadding: countsPadding, threadCount: arguments.threadCount)
        })
    ]
  }

  static func norm(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, pooling) = try fitted(arguments)
    let p = try arguments.integer("p", or: 2)
    return [
      .floats(
        try arguments.calling { () throws(OperatorError) in
          try pooling.norm(of: input, p: p, threadCount: arguments.threadCount)
        })
    ]
  }

  /// How an operator's windows are laid.
  static func window(_ arguments: Arguments, spatialRank: Int) throws(NetworkError) -> WindowParameters {
    let (strides, pads, dilations) = (
      try arguments.integers("strides"), try arguments.integers("pads"), try arguments.integers("dilations")
    )
    let automatic: AutoPadding = try arguments.choice("auto_pad", or: .notSet)
    return try arguments.calling { () throws(OperatorError) in
      try WindowParameters(
        spatialRank: spatialRank, strides: strides, pads: automatic == .notSet ? pads : nil, dilations: dilations,
        autoPad: automatic)
    }
  }

  private static func fitted(_ arguments: Arguments) throws(NetworkError) -> (Tensor, TensorPooling) {
    let input = try arguments.tensor(0)
    guard input.shape.rank == 3 || input.shape.rank == 4 else {
      throw arguments.unsupported("the input is \(input.shape); expected N×C×L or N×C×H×W")
    }
    guard let kernel = try arguments.integers("kernel_shape") else {
      throw NetworkError(.attribute, "\(arguments.node) has no kernel_shape")
    }
    let window = try window(arguments, spatialRank: input.shape.rank - 2)
    let rounding: OutputRounding = try arguments.integer("ceil_mode", or: 0) == 0 ? .floor : .ceil
    let pooling = try arguments.calling { () throws(OperatorError) in
      try TensorPooling(input: input.shape, kernel: kernel, window: window, rounding: rounding)
    }
    _ = try arguments.shape(pooling.outputShape.extents)
    return (input, pooling)
  }
}
