import Tensors

/// Backward as products with the matrix of windows.
///
/// With the matrix `X` of windows (`(C/g)·kh·kw × H'·W'` a group), the weight `W` and the gradient `Y` of the output (`O/g` rows each):
///
///     dInput    Wᵀ · Y, then column to receptive field
///     dWeight   Y · Xᵀ
///
/// Each throws `OperatorError.tooLarge` when the matrices have more elements than can be counted.
extension TensorConvolution {
  /// Every number of `dOutput` spread over its receptive field, on top of a bias for each channel.
  func columnwiseSpread(
    _ dOutput: [Float], weight: [Float], bias: [Float]?, threadCount: Int
  ) throws(OperatorError) -> [Float] {
    _ = try windows.columnsShape
    let area = output.area
    var sums = windows.input.filled(with: bias)
    for n in 0..<output.batch {
      var columns = [Float](repeating: 0, count: windows.input.channels * windows.tapCount * area)
      ParallelStrips.forEachPart(of: &columns, length: area, threadCount: threadCount) { row, elements in
        let (g, r) = row.quotientAndRemainder(dividingBy: productsPerOutput)
        for l in g * outputsPerGroup..<(g + 1) * outputsPerGroup {
          TapRuns.add(
            dOutput.span, TapRuns.Run(start: (n * output.channels + l) * area),
            times: weight[l * productsPerOutput + r],
            to: &elements, TapRuns.Run(start: 0), count: area)
        }
      }
      windows.addColumns(columns, from: 0, toImage: n, of: &sums, threadCount: threadCount)
    }
    return sums
  }

  /// The gradient of each weight.
  func columnwiseWeightSums(
    _ input: [Float], dOutput: [Float], threadCount: Int
  ) throws(OperatorError) -> [Double] {
    _ = try windows.columnsShape
    let area = output.area
    var sums = [Double](repeating: 0, count: weightShape.elementCount)
    for n in 0..<output.batch {
      let columns = windows.columns(ofImage: n, in: input, threadCount: threadCount)
      ParallelStrips.forEachPart(of: &sums, length: 1, threadCount: threadCount) { weight, sum in
        let (l, r) = weight.quotientAndRemainder(dividingBy: productsPerOutput)
        let row = l / outputsPerGroup * productsPerOutput + r
        sum[0] += TapRuns.dot(
          dOutput, TapRuns.Run(start: (n * output.channels + l) * area), columns, TapRuns.Run(start: row * area),
          count: area)
      }
    }
    return sums
  }
}
