import Convolution
import Tensors
import TestSupport
import Testing

/// Every operator on signals `C×L` and `N×C×L`, against the same operator on images of one row.
@Suite("Methods of signals")
struct SignalTests {
  private let paddings: [Padding] = [.valid, .same, .sameLower, .explicit(top: 0, right: 1, bottom: 0, left: 2)]

  /// A signal, and its shape and that of a batch of one as images of one row.
  private func signal(_ generator: inout SeededGenerator) throws -> Tensor {
    try .wholeNumbers(Shape([2, 13]), using: &generator)
  }

  private func asImage(_ signal: Tensor) throws -> Tensor {
    try signal.reshaped(to: Shape([signal.shape[0], 1, signal.shape[1]]))
  }

  private func asSignal(_ image: Tensor) throws -> Tensor {
    try image.reshaped(to: Shape([image.shape[0], image.shape[2]]))
  }

  private func asBatch(_ tensor: Tensor) throws -> Tensor { try tensor.reshaped(to: Shape([1] + tensor.shape.extents)) }

  @Test("pool by a length as images of one row pool by a size, forward and backward")
  func pooling() throws {
    var generator = SeededGenerator(seed: 61)
    let (size, stride, dilation) = (
      Extent(height: 1, width: 3), Extent(height: 1, width: 2), Extent(height: 1, width: 2)
    )
    for padding in paddings {
      let signal = try signal(&generator)
      let image = try asImage(signal)
      let maxima = try signal.maxPooled(length: 3, stride: 2, padding: padding, dilation: 2)
      let means = try signal.averagePooled(length: 3, stride: 2, padding: padding, dilation: 2)
      #expect(
        try maxima == asSignal(image.maxPooled(size: size, stride: stride, padding: padding, dilation: dilation)))
      #expect(
        try means == asSignal(image.averagePooled(size: size, stride: stride, padding: padding, dilation: dilation)))
      #expect(
        try asBatch(signal).maxPooled(length: 3, stride: 2, padding: padding, dilation: 2) == asBatch(maxima))

      let dOutput = try Tensor.wholeNumbers(maxima.shape, using: &generator)
      let dMaxima = try signal.maxPoolingGradient(
        dOutput: dOutput, length: 3, stride: 2, padding: padding, dilation: 2)
      #expect(
        try dMaxima
          == asSignal(
            image.maxPoolingGradient(
              dOutput: asImage(dOutput), size: size, stride: stride, padding: padding, dilation: dilation)))
      let dMeans = try signal.averagePoolingGradient(
        dOutput: dOutput, length: 3, stride: 2, padding: padding, dilation: 2)
      #expect(
        try asBatch(signal).averagePoolingGradient(
          dOutput: asBatch(dOutput), length: 3, stride: 2, padding: padding, dilation: 2) == asBatch(dMeans))
    }
  }

  @Test("pool without overlap unless a stride says otherwise, and globally")
  func standardStride() throws {
    let signal = try Tensor([1, 6], [1, 5, 2, 8, 3, 4])
    #expect(try signal.maxPooled(length: 2) == Tensor([1, 3], [5, 8, 4]))
    #expect(try signal.averagePooled(length: 2) == Tensor([1, 3], [3, 5, 3.5]))
    #expect(
      try signal.maxPoolingGradient(dOutput: Tensor([1, 3], [1, 2, 3]), length: 2)
        == Tensor([1, 6], [0, 1, 0, 2, 0, 3]))
    #expect(
      try signal.averagePoolingGradient(dOutput: Tensor([1, 3], [1, 2, 3]), length: 2)
        == Tensor([1, 6], [0.5, 0.5, 1, 1, 1.5, 1.5]))
    #expect(try signal.globallyMaxPooled() == Tensor([1, 1], [8]))
    #expect(try signal.globallyAveragePooled() == Tensor([1, 1], [23 / 6]))
  }

  @Test("have a matrix of windows and its adjoint")
  func columns() throws {
    let signal = try Tensor([1, 5], [1, 2, 3, 4, 5])
    let columns = try signal.im2col(length: 2, stride: 2)
    #expect(try columns == Tensor([2, 2], [1, 3, 2, 4]))
    #expect(try columns.col2im(signal: signal.shape, length: 2, stride: 2) == Tensor([1, 5], [1, 2, 3, 4, 0]))
    #expect(try asBatch(signal).im2col(length: 2, stride: 2) == asBatch(columns))
  }

  @Test("take banks of one row, their anchors and borders")
  func banks() throws {
    let signal = try Tensor([2, 4], [1, 2, 3, 4, 10, 20, 30, 40])
    let slope = KernelBank(rows: [[-1, 0, 1]], divisor: 2)
    #expect(
      try signal.convolved(with: slope, padding: .same, border: .edge)
        == Tensor([2, 4], [0.5, 1, 1, 0.5, 5, 10, 10, 5]))
    let sum = KernelBank(inputCount: 2, height: 1, width: 2, taps: [1, 1, 1, -1])
    #expect(
      try signal.convolved(with: sum, stride: 2, padding: .explicit(top: 9, right: 1, bottom: 9, left: 0))
        == Tensor([1, 2], [3 - 10, 7 - 10]))
    let tall = KernelBank(rows: [[1], [1]])
    #expect(throws: OperatorError.self) { try signal.convolved(with: tall) }
  }

  @Test("are convolved, transposed and led back as batches of one are")
  func gradients() throws {
    var generator = SeededGenerator(seed: 62)
    for padding in paddings {
      let signal = try signal(&generator)
      let weight = try Tensor.wholeNumbers(Shape([2, 2, 3]), using: &generator)
      let spread = try signal.transposeConvolved(with: weight, stride: 2, padding: padding)
      #expect(
        try asBatch(signal).transposeConvolved(with: weight, stride: 2, padding: padding, algorithm: .reference)
          == asBatch(spread))
      let dOutput = try Tensor.wholeNumbers(spread.shape, using: &generator)
      let gradients = try signal.transposedConvolutionGradients(
        with: weight, dOutput: dOutput, stride: 2, padding: padding)
      let batch = try asBatch(signal).transposedConvolutionGradients(
        with: weight, dOutput: asBatch(dOutput), stride: 2, padding: padding)
      #expect(try asBatch(gradients.dInput) == batch.dInput)
      #expect(gradients.dWeight == batch.dWeight && gradients.dBias == batch.dBias)
      // A loss is linear in the weight: its difference over a step of 1 is the derivative.
      for element in weight.elements.indices {
        let moved = try signal.transposeConvolved(
          with: weight.moved(element, by: 1), stride: 2, padding: padding)
        #expect(moved.inner(dOutput) - spread.inner(dOutput) == Double(gradients.dWeight.elements[element]))
      }
    }
  }
}
