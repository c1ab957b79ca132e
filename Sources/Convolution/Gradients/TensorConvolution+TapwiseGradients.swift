import Tensors

/// Backward tap by tap: planes of the result are worked on at a time, each by one thread.
extension TensorConvolution {
  /// Every number of `dOutput` spread over its receptive field, on top of a bias for each channel.
  func tapwiseSpread(_ dOutput: [Float], weight: [Float], bias: [Float]?, threadCount: Int) -> [Float] {
    let planes = windows.input
    var sums = planes.filled(with: bias)
    ParallelStrips.forEachPart(of: &sums, length: planes.area, threadCount: threadCount) { plane, elements in
      let (n, c) = plane.quotientAndRemainder(dividingBy: planes.channels)
      let (g, d) = c.quotientAndRemainder(dividingBy: channelsPerGroup)
      for l in g * outputsPerGroup..<(g + 1) * outputsPerGroup {
        let gradients = (n * output.channels + l) * output.area
        for tap in 0..<windows.tapCount {
          let weight = weight[(l * channelsPerGroup + d) * windows.tapCount + tap]
          windows.forEachRun(ofTap: tap) { run in
            TapRuns.add(
              dOutput.span, TapRuns.Run(start: gradients + run.window), times: weight, to: &elements,
              TapRuns.Run(start: run.sample, step: geometry.horizontal.stride), count: run.count)
          }
        }
      }
    }
    return sums
  }

  /// The gradient of each weight.
  func tapwiseWeightSums(_ input: [Float], dOutput: [Float], threadCount: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: weightShape.elementCount)
    ParallelStrips.forEachPart(of: &sums, length: 1, threadCount: threadCount) { weight, sum in
      let (plane, tap) = weight.quotientAndRemainder(dividingBy: windows.tapCount)
      let (l, d) = plane.quotientAndRemainder(dividingBy: channelsPerGroup)
      for n in 0..<output.batch {
        let gradients = (n * output.channels + l) * output.area
        let channel = n * windows.input.channels + l / outputsPerGroup * channelsPerGroup + d
        windows.forEachRun(ofTap: tap) { run in
          sum[0] += TapRuns.dot(
            dOutput, TapRuns.Run(start: gradients + run.window), input,
            TapRuns.Run(start: channel * windows.input.area + run.sample, step: geometry.horizontal.stride),
            count: run.count)
        }
      }
    }
    return sums
  }
}
