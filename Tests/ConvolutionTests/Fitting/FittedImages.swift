import Tensors
import TestSupport

@testable import Convolution

/// Pairs of images whose kernel is known.
struct FittedImages {
  let problem: FittingProblem
  let geometry: ConvolutionGeometry
  var input: PlanarRows<Double>
  var target: PlanarRows<Double>
  let weights: [Double]
  let biases: [Double]

  /// Noise, and what a random kernel makes of it, by the specification of convolution.
  init(
    _ problem: FittingProblem, channels: Int = 1, width: Int = 24, height: Int = 20, padding: Padding = .same,
    weights: [Double]? = nil, samples: [Double]? = nil, seed: UInt64 = 1
  ) throws {
    var generator = SeededGenerator(seed: seed)
    self.problem = problem
    geometry = try ConvolutionGeometry(
      input: Extent(height: height, width: width), kernel: problem.kernel, stride: problem.stride, padding: padding,
      dilation: problem.dilation)
    self.weights =
      weights ?? generator.array(count: problem.outputCount * problem.tapCount, in: -1...1)
    biases =
      problem.hasBias
      ? generator.array(count: problem.outputCount, in: -0.5 * problem.fullRange...0.5 * problem.fullRange)
      : Array(repeating: 0, count: problem.outputCount)
    // C×H×W, as the specification has it.
    let planes = samples ?? generator.array(count: channels * height * width, in: 0...problem.fullRange)
    let bank = KernelBank(
      outputCount: problem.outputCount, inputCount: problem.inputCount, height: problem.kernel.height,
      width: problem.kernel.width, taps: self.weights, biases: biases.map { $0 / problem.fullRange })
    let sums = Reference.convolve(
      planes, channelCount: channels, bank: bank, geometry: geometry, border: problem.border ?? .edge,
      fullRange: problem.fullRange)
    input = Self.rows(planes, channels: channels, extent: geometry.input)
    target = Self.rows(
      sums, channels: channels / problem.inputCount * problem.outputCount, extent: geometry.output)
  }

  private static func rows(_ planes: [Double], channels: Int, extent: Extent) -> PlanarRows<Double> {
    var samples: [Double] = []
    for row in 0..<extent.height {
      for channel in 0..<channels {
        let start = (channel * extent.height + row) * extent.width
        samples += planes[start..<start + extent.width]
      }
    }
    return PlanarRows(channelCount: channels, width: extent.width, rowCount: extent.height, samples: samples)
  }

  /// The equations, from rows that come a few at a time.
  func equations(partCount: Int = 1, rowStep: Int = 1, threadCount: Int = 1, strip: Int = 3) -> KernelEquations {
    let equations = KernelEquations(problem, partCount: partCount, rowStep: rowStep, threadCount: threadCount)
    push(into: WindowRows(into: equations, geometry: geometry, input: shape, pair: 0), strip: strip)
    return equations
  }

  /// The residuals of a kernel.
  func residuals(weights: [Double], biases: [Double]) -> ResidualStatistics {
    let tally = ResidualTally(problem, weights: weights, biases: biases)
    push(into: WindowRows(into: tally, geometry: geometry, input: shape), strip: 4)
    return tally.found
  }

  /// The pair as descent takes it.
  var training: TrainingPair {
    func narrowed(_ rows: PlanarRows<Double>) -> PlanarRows<Float> {
      PlanarRows(
        channelCount: rows.channelCount, width: rows.width, rowCount: rows.rowCount,
        samples: rows.samples.map { Float($0) })
    }
    return TrainingPair(input: narrowed(input), target: narrowed(target), geometry: geometry)
  }

  private var shape: StageShape {
    StageShape(channelCount: input.channelCount, height: input.rowCount, width: input.width)
  }

  private func push(into windows: WindowRows, strip: Int) {
    var (input, target) = (input, target)
    // The target runs ahead by a strip, so that each of the two has to wait for the other.
    windows.push(target: target.removeFirst(min(strip, target.rowCount)))
    while input.rowCount > 0 || target.rowCount > 0 {
      windows.push(input: input.removeFirst(min(strip, input.rowCount)))
      windows.push(target: target.removeFirst(min(strip + 1, target.rowCount)))
    }
    windows.finish()
  }
}
