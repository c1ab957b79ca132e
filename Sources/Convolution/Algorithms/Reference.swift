public import Tensors

/// The convolution as the formula says it, in `Double`: the specification, the fallback and the oracle of every faster path.
public enum Reference {
  /// Correlates every plane of `input` with a bank.
  ///
  ///     Y[l,i,j] = (Σ_d Σ_a Σ_b X[d, i·s + a·d − top, j·s + b·d − left] · W[l,d,a,b]) / divisor[l] + bias[l] · fullRange
  ///
  /// - Parameters:
  ///   - input: `C×H×W`, row-major, in any unit.
  ///   - channelCount: C. The bank reaches over all of them (`I = C`), or over one at a time (`I = 1`).
  ///   - bank: the kernels; they are not flipped.
  ///   - geometry: where the windows lie; its kernel is the bank's.
  ///   - border: what padded samples hold; its constant counts in full ranges.
  ///   - fullRange: what 1 of a bias or of a border's constant is in the unit of `input`, as 255 for stored bytes.
  /// - Returns: `O×H'×W'` for a bank that sums over the channels; `(C·O)×H'×W'`, the outputs of a channel side by side, for a depthwise one.
  ///   Complexity: `O·C·kh·kw` multiply-adds for each output sample. Sums run over taps in the bank's order.
  ///
  /// Traps when the counts do not fit one another.
  public static func convolve(
    _ input: [Double], channelCount: Int, bank: KernelBank, geometry: ConvolutionGeometry, border: Border,
    fullRange: Double = 1
  ) -> [Double] {
    let (height, width) = (geometry.input.height, geometry.input.width)
    precondition(input.count == channelCount * height * width, "the input is not \(channelCount)×\(height)×\(width)")
    precondition(bank.isDepthwise || bank.inputCount == channelCount, "the bank reaches over other channels")
    precondition(
      geometry.vertical.kernel == bank.height && geometry.horizontal.kernel == bank.width,
      "the geometry is of another kernel")
    var constant = 0.0
    if case .constant(let value) = border { constant = value * fullRange }

    func sample(_ channel: Int, _ row: Int, _ column: Int) -> Double {
      guard let row = border.sourceIndex(row, extent: height), let column = border.sourceIndex(column, extent: width)
      else { return constant }
      return input[(channel * height + row) * width + column]
    }

    var output: [Double] = []
    let firstChannels = bank.isDepthwise ? Array(0..<channelCount) : [0]
    output.reserveCapacity(firstChannels.count * bank.outputCount * geometry.output.height * geometry.output.width)
    for firstChannel in firstChannels {
      for kernel in 0..<bank.outputCount {
        for i in 0..<geometry.output.height {
          for j in 0..<geometry.output.width {
            var sum = 0.0
            for d in 0..<bank.inputCount {
              for a in 0..<bank.height {
                let row = geometry.vertical.start(ofWindow: i) + a * geometry.vertical.dilation
                for b in 0..<bank.width {
                  let tap = bank.tap(output: kernel, input: d, row: a, column: b)
                  // A hole is no tap: 0 × infinity must not reach the sum.
                  guard tap != 0 else { continue }
                  let column = geometry.horizontal.start(ofWindow: j) + b * geometry.horizontal.dilation
                  sum += tap * sample(firstChannel + d, row, column)
                }
              }
            }
            output.append(sum / bank.divisors[kernel] + bank.biases[kernel] * fullRange)
          }
        }
      }
    }
    return output
  }
}
