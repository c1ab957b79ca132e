import Tensors

/// Backward as the formulas say it, in `Double`: the oracle of the faster ways.
extension TensorConvolution {
  /// Calls `body` with the places of the sample, the weight and the output of every product of the convolution.
  private func forEachProduct(_ body: (_ sample: Int, _ weight: Int, _ output: Int) -> Void) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for n in 0..<output.batch {
      for l in 0..<output.channels {
        for i in 0..<vertical.output {
          for j in 0..<horizontal.output {
            for d in 0..<channelsPerGroup {
              let plane = n * windows.input.channels + l / outputsPerGroup * channelsPerGroup + d
              for a in 0..<vertical.kernel {
                for b in 0..<horizontal.kernel {
                  let row = vertical.position(window: i, tap: a)
                  let column = horizontal.position(window: j, tap: b)
                  guard 0..<vertical.input ~= row && 0..<horizontal.input ~= column else { continue }
                  body(
                    (plane * vertical.input + row) * horizontal.input + column,
                    ((l * channelsPerGroup + d) * vertical.kernel + a) * horizontal.kernel + b,
                    ((n * output.channels + l) * vertical.output + i) * horizontal.output + j)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Every number of `dOutput` spread over its receptive field, on top of a bias for each channel.
  func referenceSpread(_ dOutput: [Float], weight: [Float], bias: [Float]?) -> [Float] {
    var sums = windows.input.filled(with: bias).map { Double($0) }
    // A hole is no tap: 0 × infinity must not reach the sum.
    forEachProduct { x, w, y in if weight[w] != 0 { sums[x] += Double(weight[w]) * Double(dOutput[y]) } }
    return sums.map { Float($0) }
  }

  /// The gradient of each weight.
  func referenceWeightSums(_ input: [Float], dOutput: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: weightShape.elementCount)
    forEachProduct { x, w, y in sums[w] += Double(input[x]) * Double(dOutput[y]) }
    return sums
  }
}
