import Tensors

/// Forward, row by row and tap by tap: `y += w · x` for samples `x` of the input, windows `y` of the output and the weight `w` between them.
extension TensorConvolution {
  /// Samples of the input and windows of the output that one weight connects.
  struct WeightRun {
    /// The windows in the output.
    let output: TapRuns.Run
    /// The samples in the input.
    let input: TapRuns.Run
    /// The index of the weight.
    let weight: Int
    /// The samples, and the windows.
    let count: Int
  }

  /// Calls `body` with every run: all weights of one row of outputs follow one another.
  @inline(__always)
  func forEachRun(_ body: (WeightRun) -> Void) {
    let step = geometry.horizontal.stride
    let columns = windows.reachingColumns
    for n in 0..<output.batch {
      for l in 0..<output.channels {
        let outputPlane = (n * output.channels + l) * output.area
        let firstChannel = n * windows.input.channels + l / outputsPerGroup * channelsPerGroup
        for row in 0..<geometry.output.height {
          let tapRows = geometry.vertical.taps(insideWindow: row)
          for d in 0..<channelsPerGroup {
            let inputPlane = (firstChannel + d) * windows.input.area
            for a in tapRows {
              let weights = ((l * channelsPerGroup + d) * geometry.vertical.kernel + a) * geometry.horizontal.kernel
              for b in 0..<geometry.horizontal.kernel {
                let run = windows.run(row: row, tapRow: a, tapColumn: b, columns: columns[b])
                body(
                  WeightRun(
                    output: TapRuns.Run(start: outputPlane + run.window, step: 1),
                    input: TapRuns.Run(start: inputPlane + run.sample, step: step),
                    weight: weights + b, count: run.count))
              }
            }
          }
        }
      }
    }
  }

  /// The output, from the input.
  func directForward(_ input: [Float], weight: [Float], bias: [Float]) -> [Float] {
    var output = filled(with: bias)
    forEachRun { run in
      TapRuns.add(input, run.input, times: weight[run.weight], to: &output, run.output, count: run.count)
    }
    return output
  }
}
