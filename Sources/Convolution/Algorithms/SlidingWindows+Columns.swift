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
  /// - Throws: `OperatorError` when the input has another shape, or the matrix too many elements.
  public func im2col(_ input: Tensor) throws(OperatorError) -> Tensor {
    try Self.require("input", input, inputShape)
    let shape = try columnsShape
    var elements: [Float] = []
    elements.reserveCapacity(shape.elementCount)
    for n in 0..<self.input.batch { elements.append(contentsOf: columns(ofImage: n, in: input.elements)) }
    return Tensor(shape: shape, elements: elements)
  }

  /// The images whose every sample is the sum of all places that `im2col` copies it to, column to receptive field.
  ///
  /// It is the adjoint of `im2col`, not its inverse: `⟨im2col(x), y⟩ = ⟨x, col2im(y)⟩`. What stands on padding is dropped.
  /// Takes `N·C·kh·kw·H'·W'` additions.
  ///
  /// - Throws: `OperatorError` when the matrix has another shape than `columnsShape`.
  public func col2im(_ columns: Tensor) throws(OperatorError) -> Tensor {
    let shape = try columnsShape
    try Self.require("matrix of windows", columns, shape)
    var elements = [Float](repeating: 0, count: inputShape.elementCount)
    for n in 0..<input.batch {
      addColumns(columns.elements, from: n * shape[1] * shape[2], toImage: n, of: &elements)
    }
    return Tensor(shape: inputShape, elements: elements)
  }

  /// The matrix of one image of the batch.
  func columns(ofImage n: Int, in input: [Float]) -> [Float] {
    var columns = [Float](repeating: 0, count: self.input.channels * tapCount * windowCount)
    forEachColumnRun(image: n) { sample, column, count in
      TapRuns.copy(input, sample, to: &columns, column, count: count)
    }
    return columns
  }

  /// Adds one matrix, which starts at `offset`, to one image of the batch.
  func addColumns(_ columns: [Float], from offset: Int, toImage n: Int, of output: inout [Float]) {
    forEachColumnRun(image: n) { sample, column, count in
      let column = TapRuns.Run(start: offset + column.start, step: column.step)
      TapRuns.add(columns, column, times: 1, to: &output, sample, count: count)
    }
  }

  /// Calls `body` with every run of samples of one image and their places in its matrix.
  private func forEachColumnRun(image n: Int, _ body: (TapRuns.Run, TapRuns.Run, Int) -> Void) {
    let columns = reachingColumns
    for c in 0..<input.channels {
      let plane = (n * input.channels + c) * input.area
      for row in 0..<geometry.output.height {
        for a in geometry.vertical.taps(insideWindow: row) {
          for b in 0..<geometry.horizontal.kernel {
            let matrixRow = (c * geometry.vertical.kernel + a) * geometry.horizontal.kernel + b
            let run = run(row: row, tapRow: a, tapColumn: b, columns: columns[b])
            body(
              TapRuns.Run(start: plane + run.sample, step: geometry.horizontal.stride),
              TapRuns.Run(start: matrixRow * windowCount + run.window, step: 1), run.count)
          }
        }
      }
    }
  }
}
