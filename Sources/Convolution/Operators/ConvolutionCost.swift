import Tensors

/// What a convolution, or a chain of them, costs: numbers to learn or store, and products to compute.
public struct ConvolutionCost: Hashable, Sendable {
  /// The weights and biases.
  public let parameters: Int
  /// The multiply-adds of one forward pass; those on padding are counted as well.
  public let multiplyAdds: Int

  /// Creates a cost from its numbers.
  public init(parameters: Int, multiplyAdds: Int) {
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
  }

  /// The cost of a convolution: `O·(C/g)·kh·kw + O` parameters and `N·O·H'·W'·(C/g)·kh·kw` multiply-adds.
  ///
  /// - Parameters:
  ///   - outputChannels: O.
  ///   - channelsPerOutput: C/g, the input channels that one output reaches over; 1 when depthwise.
  ///   - geometry: the kernel, and the windows on one plane.
  ///   - batch: N.
  ///   - hasBias: whether each output has a bias.
  /// - Throws: `OperatorError.tooLarge` when a product cannot be counted.
  public init(
    outputChannels: Int, channelsPerOutput: Int, geometry: ConvolutionGeometry, batch: Int = 1, hasBias: Bool = true
  ) throws(OperatorError) {
    let weights = try Shape(
      counting: [outputChannels, channelsPerOutput, geometry.vertical.kernel, geometry.horizontal.kernel])
    let products = try Shape(counting: weights.extents + [batch, geometry.output.height, geometry.output.width])
    self.init(
      parameters: weights.elementCount + (hasBias ? outputChannels : 0), multiplyAdds: products.elementCount)
  }

  /// The cost of one after the other.
  public static func + (first: ConvolutionCost, second: ConvolutionCost) -> ConvolutionCost {
    ConvolutionCost(
      parameters: first.parameters + second.parameters, multiplyAdds: first.multiplyAdds + second.multiplyAdds)
  }
}

extension TensorConvolution {
  /// The parameters and multiply-adds of one forward pass.
  ///
  /// - Throws: `OperatorError.tooLarge` when they cannot be counted.
  public func cost(hasBias: Bool = true) throws(OperatorError) -> ConvolutionCost {
    try ConvolutionCost(
      outputChannels: output.channels, channelsPerOutput: channelsPerGroup, geometry: geometry, batch: output.batch,
      hasBias: hasBias)
  }
}
