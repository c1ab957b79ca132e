import Tensors

extension TensorConvolution {
  /// Forward by `Reference`, one group of one image at a time; each sum is rounded once, to 32 bits.
  func referenceForward(_ input: [Float], weight: [Float], bias: [Float]) -> [Float] {
    let weights = productsPerOutput * outputsPerGroup
    let samples = channelsPerGroup * windows.input.area
    let banks = (0..<group).map { g in
      KernelBank(
        outputCount: outputsPerGroup, inputCount: channelsPerGroup, height: geometry.vertical.kernel,
        width: geometry.horizontal.kernel, taps: weight[g * weights..<(g + 1) * weights].map(Double.init),
        biases: bias[g * outputsPerGroup..<(g + 1) * outputsPerGroup].map(Double.init))
    }
    var elements: [Float] = []
    elements.reserveCapacity(outputShape.elementCount)
    for part in 0..<output.batch * group {
      let sums = Reference.convolve(
        input[part * samples..<(part + 1) * samples].map(Double.init), channelCount: channelsPerGroup,
        bank: banks[part % group], geometry: geometry, border: .zero)
      elements.append(contentsOf: sums.lazy.map { Float($0) })
    }
    return elements
  }
}
