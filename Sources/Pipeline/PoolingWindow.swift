import Convolution
import Tensors

/// The window of one output sample of a pooling.
///
/// Its taps are 1 where a sample lies under them, and 0 in the padding.
struct PoolingWindow: ExplainedWindow {
  let step: PoolingStep
  let geometry: ConvolutionGeometry
  let inputShape: StageShape
  let hasAlpha: Bool
  let rows: [Explanation.WindowTap]
  let columns: [Explanation.WindowTap]
  /// What the sum of a mean is divided by.
  private let count: Int

  init(_ step: PoolingStep, _ geometry: ConvolutionGeometry, input: StageShape, hasAlpha: Bool, x: Int, y: Int) {
    func taps(_ axis: AxisGeometry, _ output: Int) -> [Explanation.WindowTap] {
      (0..<axis.kernel).map { tap in
        let position = axis.start(ofWindow: output) + tap
        return .init(position: position, source: (0..<axis.input).contains(position) ? position : nil)
      }
    }
    /// The taps that count: those on samples, and where it is asked for those on padding, but not beyond it.
    func counted(_ taps: [Explanation.WindowTap], _ axis: AxisGeometry) -> Int {
      taps.count { $0.source != nil || (step.countsPadding && $0.position < axis.input + axis.after) }
    }
    (self.step, self.geometry, inputShape, self.hasAlpha) = (step, geometry, input, hasAlpha)
    rows = taps(geometry.vertical, y)
    columns = taps(geometry.horizontal, x)
    count = counted(rows, geometry.vertical) * counted(columns, geometry.horizontal)
  }

  var border: String { step.kind == .average && step.countsPadding ? "\(Border.zero)" : Explanation.uncounted }

  var algorithm: String? { nil }

  var reduction: Explanation.Reduction { step.kind == .max ? .largest : .sum }

  var productCount: Int? {
    let (count, overflow) = inputShape.channelCount.multipliedReportingOverflow(by: rows.count * columns.count)
    return overflow ? nil : count
  }

  func sums(probe: WindowProbe, plan: JobPlan) -> [ExplainedSum] {
    let names = plan.channelNames.output + (hasAlpha ? ["A"] : [])
    let alphas =
      hasAlpha && plan.job.alpha == .premultiply
      ? values(probe, channel: inputShape.channelCount - 1, constant: 0) : nil
    var divisor: Double?
    if let alphas {
      let alpha = sum(name: "A", samples: alphas, alphas: nil, divisor: nil, result: 0, precision: plan.precision)
      divisor = AlphaStage.divisor(alpha: alpha.computed, fullRange: plan.fullRange)
    }
    return names.indices.map { channel in
      let isColor = !(hasAlpha && channel == names.count - 1)
      return sum(
        name: names[channel], samples: values(probe, channel: channel, constant: 0), alphas: isColor ? alphas : nil,
        divisor: isColor ? divisor : nil, result: probe.results[channel], precision: plan.precision)
    }
  }

  private func sum(
    name: String, samples: [[Double]], alphas: [[Double]]?, divisor alpha: Double?, result: Double, precision: Precision
  ) -> ExplainedSum {
    let taps = rows.map { row in columns.map { row.source != nil && $0.source != nil ? 1.0 : 0 } }
    let products = samples.indices.map { row in
      samples[row].indices.map { samples[row][$0] * (alphas?[row][$0] ?? 1) * taps[row][$0] }
    }
    let inside = zip(products.joined(), taps.joined()).filter { $0.1 != 0 }.map(\.0)
    let sum = reduction == .largest ? inside.max() ?? 0 : inside.reduce(0, +)
    let divisor = reduction == .largest ? 1 : Double(count)
    let computed = sum / divisor / (alpha ?? 1)
    // Means are summed in 64 bits, and rounded once more where 32 are held.
    let magnitude = inside.reduce(0) { max($0, abs($1)) } / (alpha ?? 1)
    let roundings = Double(2 * inside.count + 16) * 0x1p-53 + (precision == .single ? 0x1p-24 : 0)
    let isExact = reduction == .largest && alpha == nil
    return ExplainedSum(
      name: name, planes: [.init(name: name, samples: samples, alphas: alphas, taps: taps, products: products)],
      sum: sum, divisor: divisor, alpha: alpha, bias: 0, computed: computed, result: result,
      errorBound: isExact ? 0 : roundings * magnitude)
  }
}
