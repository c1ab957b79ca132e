import Tensors

/// Forward as a product with the matrix of windows.
///
/// With the matrix `X` of windows (`(C/g)·kh·kw × H'·W'` a group) and the weight `W` (`O/g` rows) the output is `W · X`.
/// Throws `OperatorError.tooLarge` when the matrix has more elements than can be counted.
extension TensorConvolution {
  /// The columns of a block, so that a row of outputs stays in the nearest cache while all weights pass over it.
  private static let blockColumns = 4096

  /// A stretch of one row of the matrix and of one row of the outputs that one weight connects.
  private struct ProductRun {
    let output: TapRuns.Run
    let column: TapRuns.Run
    let weight: Int
    let count: Int
  }

  /// Calls `body` with every stretch of the product of image `n`.
  @inline(__always)
  private func forEachProduct(image n: Int, _ body: (ProductRun) -> Void) {
    for l in 0..<output.channels {
      let firstRow = l / outputsPerGroup * productsPerOutput
      for start in stride(from: 0, to: output.area, by: Self.blockColumns) {
        for r in 0..<productsPerOutput {
          body(
            ProductRun(
              output: TapRuns.Run(start: (n * output.channels + l) * output.area + start, step: 1),
              column: TapRuns.Run(start: (firstRow + r) * output.area + start, step: 1),
              weight: l * productsPerOutput + r, count: min(Self.blockColumns, output.area - start)))
        }
      }
    }
  }

  /// The output, from the input.
  func matrixForward(_ input: [Float], weight: [Float], bias: [Float]) throws(OperatorError) -> [Float] {
    _ = try windows.columnsShape
    var output = filled(with: bias)
    for n in 0..<self.output.batch {
      let columns = windows.columns(ofImage: n, in: input)
      forEachProduct(image: n) { run in
        TapRuns.add(columns, run.column, times: weight[run.weight], to: &output, run.output, count: run.count)
      }
    }
    return output
  }
}
