public import Tensors

/// The matrix of windows: each column is a receptive field, so that a convolution is one matrix product.
extension SlidingWindows {
  /// The shape of the matrices: `N×(C·kh·kw)×(H'·W')`.
  ///
  /// - Throws: `OperatorError.tooLarge` when they have more elements than can be counted.
  public var columnsShape: Shape {
    get throws(OperatorError) {
      _ = try Shape(
        counting: [input.batch, input.channels, tapCount, geometry.output.height, geometry.output.width])
      return try Shape(counting: [input.batch, input.channels * tapCount, windowCount])
    }
  }

  /// The matrix of windows of each image, receptive field to column.
  ///
  /// Row `(c·kh + a)·kw + b` and column `i·W' + j` hold `X[n, c, i·s_h + a·d_h − top, j·s_w + b·d_w − left]`, or 0 where that is padding.
  /// With the weight as a matrix of `O` rows, `W · im2col(X)` is the convolution (Chellapilla, Puri and Simard, 2006).
  /// Takes and needs `N·C·kh·kw·H'·W'` elements. Its adjoint is `col2im`.
  ///
  /// - Parameters:
  ///   - input: the images, in the shape that the windows were laid on.
  ///   - threadCount: how many threads copy at a time; at least 1.
  /// - Returns: the matrices, in the shape `columnsShape`.
  /// - Throws: `OperatorError` when the input has another shape, or the matrix too many elements.
  public func im2col(_ input: Tensor, threadCount: Int = 1) throws(OperatorError) -> Tensor {
    try Self.require("input", input, inputShape)
    return Tensor(
      shape: try columnsShape,
      elements: columns(ofImages: 0..<self.input.batch, in: input.elements, threadCount: threadCount))
  }

  /// The images whose every sample is the sum of all places that `im2col` copies it to, column to receptive field.
  ///
  /// It is the adjoint of `im2col`, not its inverse: `⟨im2col(x), y⟩ = ⟨x, col2im(y)⟩`. What stands on padding is dropped.
  /// Takes `N·C·kh·kw·H'·W'` additions.
  ///
  /// - Parameters:
  ///   - columns: the matrices, in the shape `columnsShape`.
  ///   - threadCount: how many threads add at a time; at least 1.
  /// - Returns: the images, in the shape that the windows were laid on.
  /// - Throws: `OperatorError` when the matrix has another shape than `columnsShape`.
  public func col2im(_ columns: Tensor, threadCount: Int = 1) throws(OperatorError) -> Tensor {
    try Self.require("matrix of windows", columns, columnsShape)
    var elements = [Float](repeating: 0, count: inputShape.elementCount)
    let matrix = input.channels * tapCount * windowCount
    for n in 0..<input.batch {
      addColumns(columns.elements, from: n * matrix, toImage: n, of: &elements, threadCount: threadCount)
    }
    return Tensor(shape: inputShape, elements: elements)
  }

  /// The matrix of one image of the batch.
  func columns(ofImage n: Int, in input: [Float], threadCount: Int = 1) -> [Float] {
    columns(ofImages: n..<n + 1, in: input, threadCount: threadCount)
  }

  /// The matrices of some images of the batch, one after the other.
  private func columns(ofImages images: Range<Int>, in input: [Float], threadCount: Int) -> [Float] {
    let firstPlane = images.lowerBound * self.input.channels
    var columns = [Float](repeating: 0, count: images.count * self.input.channels * tapCount * windowCount)
    ParallelStrips.forEachPart(of: &columns, length: windowCount, threadCount: threadCount) { row, elements in
      let (plane, tap) = row.quotientAndRemainder(dividingBy: tapCount)
      let start = (firstPlane + plane) * self.input.area
      forEachRun(ofTap: tap) { run in
        TapRuns.copy(
          input.span, TapRuns.Run(start: start + run.sample, step: geometry.horizontal.stride), to: &elements,
          TapRuns.Run(start: run.window), count: run.count)
      }
    }
    return columns
  }

  /// Adds one matrix, which starts at `offset`, to one image of the batch.
  func addColumns(
    _ columns: [Float], from offset: Int, toImage n: Int, of output: inout [Float], threadCount: Int = 1
  ) {
    let planes = n * input.channels..<(n + 1) * input.channels
    ParallelStrips.forEachPart(planes, of: &output, length: input.area, threadCount: threadCount) { plane, elements in
      for tap in 0..<tapCount {
        let row = offset + ((plane - planes.lowerBound) * tapCount + tap) * windowCount
        forEachRun(ofTap: tap) { run in
          TapRuns.add(
            columns.span, TapRuns.Run(start: row + run.window), times: 1, to: &elements,
            TapRuns.Run(start: run.sample, step: geometry.horizontal.stride), count: run.count)
        }
      }
    }
  }
}
