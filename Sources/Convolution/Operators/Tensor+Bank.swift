public import Tensors

/// Convolution of images and signals with banks of kernels, and with what stands beyond their edges.
extension Tensor {
  /// The cross-correlation of an image `C×H×W`, a batch `N×C×H×W` or a signal `C×L` with a bank of kernels.
  ///
  /// A bank that reaches over all C channels gives one plane an output; one with a single channel is applied to every channel on its own,
  /// the outputs of a channel side by side. Each sum is divided by its output's divisor before its bias is added.
  /// A signal takes kernels of one row; of strides and dilations the width counts, of paddings the left and right.
  ///
  /// - Parameters:
  ///   - bank: the kernels; not flipped.
  ///   - stride: the step from window to window.
  ///   - padding: how far the image is extended; with `same` the bank's anchor, where it has one, takes the place of the split.
  ///   - dilation: the step from tap to tap.
  ///   - border: what padded samples hold; 1 is full range.
  ///   - algorithm: how it is computed; sums are 32-bit, those of `reference` in `Double`.
  /// - Returns: `O×H'×W'`, or `(C·O)×H'×W'` of a single-channel bank, with N before it of a batch; of a signal without `H'`.
  ///   Complexity: `I·kh·kw` multiply-adds an output.
  /// - Throws: `OperatorError` with the shapes that do not fit.
  public func convolved(
    with bank: KernelBank, stride: Extent = 1, padding: Padding = .valid, dilation: Extent = 1, border: Border = .zero,
    algorithm: Algorithm = .auto
  ) throws(OperatorError) -> Tensor {
    guard shape.rank != 2 || bank.height != 1 else {
      var padding = padding
      if case .explicit(_, let right, _, let left) = padding {
        padding = .explicit(top: 0, right: right, bottom: 0, left: left)
      }
      let rows = try reshaped(to: Shape(counting: [shape[0], 1, shape[1]]))
        .convolved(
          with: bank, stride: stride, padding: padding, dilation: dilation, border: border, algorithm: algorithm)
      return rows.reshaped(to: try Shape(counting: [rows.shape[0], rows.shape[2]]))
    }
    return try asBatch(spatialRank: 2) { (batch) throws(OperatorError) in
      let planes = try PlaneBatch(batch.shape, name: "input", spatialRank: 2)
      let geometry = try bank.windows(
        on: batch.shape, planes: planes, stride: stride, padding: padding, dilation: dilation)
      return algorithm == .reference
        ? try batch.referenceConvolved(with: bank, planes: planes, geometry: geometry, border: border)
        : try batch.convolved(with: bank, planes: planes, geometry: geometry, border: border, algorithm: algorithm)
    }
  }

  /// The specification: `Reference`, image by image, each sum rounded once.
  private func referenceConvolved(
    with bank: KernelBank, planes: PlaneBatch, geometry: ConvolutionGeometry, border: Border
  ) throws(OperatorError) -> Tensor {
    let channels = bank.outputCount * (bank.isDepthwise ? planes.channels : 1)
    let output = PlaneBatch(batch: planes.batch, channels: channels, plane: geometry.output, spatialRank: 2)
    let shape = try output.shape
    var result: [Float] = []
    result.reserveCapacity(shape.elementCount)
    for n in 0..<planes.batch {
      let image = elements[n * planes.volume..<(n + 1) * planes.volume].map(Double.init)
      let sums = Reference.convolve(
        image, channelCount: planes.channels, bank: bank, geometry: geometry, border: border)
      result.append(contentsOf: sums.lazy.map { Float($0) })
    }
    return Tensor(shape: shape, elements: result)
  }

  /// A convolution of tensors on the extended image, then divisors and biases.
  private func convolved(
    with bank: KernelBank, planes: PlaneBatch, geometry: ConvolutionGeometry, border: Border, algorithm: Algorithm
  ) throws(OperatorError) -> Tensor {
    let extended = try extended(planes: planes, geometry: geometry, border: border)
    let copies = bank.isDepthwise ? planes.channels : 1
    let weight = Tensor(
      shape: try Shape(counting: [copies * bank.outputCount, bank.inputCount, bank.height, bank.width]),
      elements: (0..<copies).flatMap { _ in bank.taps.map { Float($0) } })
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let window = try WindowParameters(
      stride: Extent(height: vertical.stride, width: horizontal.stride),
      dilation: Extent(height: vertical.dilation, width: horizontal.dilation))
    let sums = try TensorConvolution(input: extended.shape, weight: weight.shape, window: window, group: copies)
      .forward(extended, weight: weight, algorithm: algorithm)
    var result = sums.elements
    let area = geometry.output.height * geometry.output.width
    for plane in 0..<result.count / area {
      let output = plane % bank.outputCount
      let (divisor, bias) = (Float(bank.divisors[output]), Float(bank.biases[output]))
      for place in plane * area..<(plane + 1) * area { result[place] = result[place] / divisor + bias }
    }
    return Tensor(shape: sums.shape, elements: result)
  }

  /// The image with its padding written out, so that windows without padding give the same outputs.
  private func extended(
    planes: PlaneBatch, geometry: ConvolutionGeometry, border: Border
  ) throws(OperatorError) -> Tensor {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let plane = Extent(
      height: vertical.input + vertical.before + vertical.after,
      width: horizontal.input + horizontal.before + horizontal.after)
    let shape = try PlaneBatch(batch: planes.batch, channels: planes.channels, plane: plane, spatialRank: 2).shape
    guard shape != self.shape || vertical.before != 0 || horizontal.before != 0 else { return self }
    var constant: Float = 0
    if case .constant(let value) = border { constant = Float(value) }
    let rows = (0..<plane.height).map { border.sourceIndex($0 - vertical.before, extent: vertical.input) }
    let columns = (0..<plane.width).map { border.sourceIndex($0 - horizontal.before, extent: horizontal.input) }
    var result: [Float] = []
    result.reserveCapacity(shape.elementCount)
    for channel in 0..<planes.batch * planes.channels {
      for row in rows {
        guard let row else {
          result.append(contentsOf: repeatElement(constant, count: plane.width))
          continue
        }
        let start = (channel * vertical.input + row) * horizontal.input
        for column in columns { result.append(column.map { elements[start + $0] } ?? constant) }
      }
    }
    return Tensor(shape: shape, elements: result)
  }
}

extension KernelBank {
  /// Where the bank's windows lie on a batch of images.
  fileprivate func windows(
    on input: Shape, planes: PlaneBatch, stride: Extent, padding: Padding, dilation: Extent
  ) throws(OperatorError) -> ConvolutionGeometry {
    let shape = try Shape(counting: [outputCount, inputCount, height, width])
    guard isDepthwise || inputCount == planes.channels else {
      throw .channels(input: input, weight: shape, group: 1, expected: "a bank over 1 or \(planes.channels) channels")
    }
    do {
      return try ConvolutionGeometry(
        input: planes.plane, kernel: Extent(height: height, width: width), stride: stride, padding: padding,
        dilation: dilation, anchor: anchor.map { Extent(height: $0.y, width: $0.x) })
    } catch {
      throw .doesNotFit(input: input, kernel: shape, reason: error.reason(spatialRank: 2))
    }
  }
}
