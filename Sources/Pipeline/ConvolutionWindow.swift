import Convolution
import Tensors

/// The window of one output sample of a convolution.
struct ConvolutionWindow: ExplainedWindow {
  let planned: PlannedConvolution
  let rows: [Explanation.WindowTap]
  let columns: [Explanation.WindowTap]

  init(_ planned: PlannedConvolution, x: Int, y: Int) {
    func taps(_ axis: AxisGeometry, _ output: Int) -> [Explanation.WindowTap] {
      (0..<axis.kernel).map { tap in
        let position = axis.start(ofWindow: output) + tap * axis.dilation
        return .init(
          position: position, source: planned.color.border.sourceIndex(position, extent: axis.input))
      }
    }
    self.planned = planned
    rows = taps(planned.color.geometry.vertical, y)
    columns = taps(planned.color.geometry.horizontal, x)
  }

  var geometry: ConvolutionGeometry { planned.color.geometry }

  var border: String { "\(planned.color.border)" }

  var algorithm: String? { planned.color.algorithm.rawValue }

  var reduction: Explanation.Reduction { .sum }

  var inputShape: StageShape {
    let color = planned.color.input
    return StageShape(
      channelCount: color.channelCount + (planned.alpha == nil ? 0 : 1), height: color.height, width: color.width)
  }

  var productCount: Int? {
    let color = planned.color
    let (count, overflow) = color.outputShape.channelCount.multipliedReportingOverflow(
      by: color.bank.inputCount * color.bank.height * color.bank.width)
    return overflow ? nil : count + (planned.alpha.map { $0.bank.taps.count } ?? 0)
  }

  func sums(probe: WindowProbe, plan: JobPlan) -> [ExplainedSum] {
    let (inputNames, outputNames) = plan.channelNames
    let bank = planned.color.bank
    let alphaIndex = planned.color.input.channelCount
    let weighs = planned.weighting != nil
    // Beyond the image alpha is opaque.
    let alphaSamples = planned.alpha.map { _ in values(probe, channel: alphaIndex, constant: plan.fullRange) }
    let constant =
      if case .constant(let value) = planned.color.border { value * plan.fullRange } else { 0.0 }
    let samples = (0..<planned.color.input.channelCount).map { values(probe, channel: $0, constant: constant) }

    var alphaSum: ExplainedSum?
    if let alpha = planned.alpha, let alphaSamples, let result = probe.results.last {
      alphaSum = sum(
        name: "A", plan: alpha, kernel: 0, precision: plan.precision, bias: 0, alpha: nil,
        clampedTo: weighs ? plan.fullRange : nil, result: result,
        planes: [plane(name: "A", bank: alpha.bank, kernel: 0, input: 0, samples: alphaSamples, alphas: nil)])
    }
    let divisor = alphaSum.map { AlphaStage.divisor(alpha: $0.sum / $0.divisor, fullRange: plan.fullRange) }

    let sums = (0..<planned.color.outputShape.channelCount).map { output in
      let kernel = output % bank.outputCount
      let inputs = bank.isDepthwise ? output / bank.outputCount..<output / bank.outputCount + 1 : 0..<bank.inputCount
      return sum(
        name: outputNames[output], plan: planned.color, kernel: kernel, precision: plan.precision,
        bias: planned.weighting?[output] ?? bank.biases[kernel] * plan.fullRange,
        alpha: weighs ? divisor : nil, result: probe.results[output],
        planes: inputs.map { input in
          plane(
            name: inputNames[input], bank: bank, kernel: kernel, input: bank.isDepthwise ? 0 : input,
            samples: samples[input], alphas: weighs ? alphaSamples : nil)
        })
    }
    return sums + (alphaSum.map { [$0] } ?? [])
  }

  private func plane(
    name: String, bank: KernelBank, kernel: Int, input: Int, samples: [[Double]], alphas: [[Double]]?
  ) -> Explanation.Plane {
    let taps = rows.indices.map { row in
      columns.indices.map { bank.tap(output: kernel, input: input, row: row, column: $0) }
    }
    let products = rows.indices.map { row in
      columns.indices.map { column in
        // A hole is no tap, whatever lies under it.
        guard taps[row][column] != 0 else { return 0.0 }
        return samples[row][column] * (alphas.map { $0[row][column] } ?? 1) * taps[row][column]
      }
    }
    return Explanation.Plane(name: name, samples: samples, alphas: alphas, taps: taps, products: products)
  }

  private func sum(
    name: String, plan: ConvolutionPlan, kernel: Int, precision: Precision, bias: Double, alpha: Double?,
    clampedTo limit: Double? = nil, result: Double, planes: [Explanation.Plane]
  ) -> ExplainedSum {
    let products = planes.lazy.flatMap { $0.products.joined() }
    let sum = products.reduce(0, +)
    let divisor = plan.bank.divisors[kernel]
    let scale = abs(divisor) * (alpha ?? 1)
    let magnitude = products.reduce(0) { $0 + abs($1) } / scale + abs(bias)
    // Every rounding of 64 bits errs by at most 2⁻⁵³ of what it rounds: products, partial sums, quotients, in both orders.
    let roundings = Double(2 * plan.bank.inputCount * plan.bank.height * plan.bank.width + 16)
    let bound = roundings * 0x1p-53 * magnitude + (precision == .single ? plan.singlePrecisionErrorBound : 0)
    var computed = sum / divisor / (alpha ?? 1) + bias
    if let limit { computed = min(max(computed, 0), limit) }
    return ExplainedSum(
      name: name, planes: planes, sum: sum, divisor: divisor, alpha: alpha, bias: bias, computed: computed,
      result: result, errorBound: bound)
  }
}

extension JobPlan {
  /// The names of the channels that go into the last convolution, and of the colours that come out of it and of what follows.
  var channelNames: (input: [String], output: [String]) {
    var (input, output) = ([String](), selection.colorNames)
    for case .convolution(let planned) in stages {
      // Alpha is among the inputs where it is summed with the colours.
      input = output + (planned.color.input.channelCount > output.count ? ["A"] : [])
      let bank = planned.color.bank
      let maps = (1...bank.outputCount).map { "map \($0)" }
      if !bank.isDepthwise {
        output = maps
      } else {
        output = bank.outputCount == 1 ? input : input.flatMap { name in maps.map { "\(name), \($0)" } }
      }
    }
    return (input, output)
  }
}
