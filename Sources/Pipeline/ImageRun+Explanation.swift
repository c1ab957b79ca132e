import Codecs
import Convolution
import FeatureMaps
import Tensors

extension ImageRun {
  /// The bytes that a product takes, in numbers and as text.
  private static let bytesPerProduct = 512

  /// Runs the job and explains the output sample at column `x`, row `y`.
  func explanation(x: Int, y: Int) throws(JobError) -> Explanation {
    guard case .convolution(let planned)? = plan.stages.last, case .convolution(let step)? = plan.job.steps.last else {
      preconditionFailure("what is explained is a convolution")
    }
    let shape = plan.outputShape
    guard (0..<shape.width).contains(x), (0..<shape.height).contains(y) else {
      throw JobError(
        .badData, code: "shape.mismatch", path: file.path,
        "there is no output at \(x),\(y): the output is \(shape); expected 0,0 to \(shape.width - 1),\(shape.height - 1)"
      )
    }
    try checkMemory(products: planned.productCount)

    let window = ExplainedWindow(planned, x: x, y: y)
    let probe = WindowProbe(
      x: x, y: y, rows: window.rows.compactMap(\.source), columns: window.columns.compactMap(\.source))
    let finish = try look(with: probe)
    let finished =
      switch plan.precision {
      case .single: finish.samples(of: probe.results, as: Float.self)
      case .double: finish.samples(of: probe.results, as: Double.self)
      }
    let sums = window.sums(probe: probe, plan: plan)
    for sum in sums where !(abs(sum.computed - sum.result) <= sum.errorBound) {
      throw JobError(
        .internalError, code: "internal", path: file.path,
        """
        channel \(sum.name) at \(x),\(y): the engine gives \(sum.result), its products \(sum.computed); \
        expected them within \(sum.errorBound)
        """)
    }
    let geometry = planned.color.geometry
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    return Explanation(
      input: description.detail, damage: source.damage.map(\.message), earlier: plan.job.steps.dropLast().map(\.title),
      name: ImageJob.Step.convolution(step).title, at: [x, y],
      inputShape: window.inputShape.extents, outputShape: shape.extents,
      kernel: [vertical.kernel, horizontal.kernel], stride: [vertical.stride, horizontal.stride],
      dilation: [vertical.dilation, horizontal.dilation],
      padding: [vertical.before, horizontal.after, vertical.after, horizontal.before], border: "\(step.border)",
      rows: window.rows, columns: window.columns, fullRange: plan.fullRange, mapping: "\(mapping ?? .clamp)",
      algorithm: planned.color.algorithm.rawValue, precision: plan.precision == .single ? "32-bit" : "64-bit",
      channels: zip(sums, finished).map { $0.channel(finished: $1, fullRange: plan.fullRange) })
  }

  private func checkMemory(products: Int?) throws(JobError) {
    let most = (options.limits.maximumMemory - workingByteCount) / Self.bytesPerProduct
    guard let products, products <= most else {
      throw JobError(
        .badData, code: "limit.memory", path: file.path,
        """
        the sample is a sum of \(products.map(String.init) ?? "countless") products; memory for \(most) may be used, \
        --max-memory allows more
        """)
    }
  }
}

extension PlannedConvolution {
  /// The products of one output place, over all channels; `nil` where they cannot be counted.
  fileprivate var productCount: Int? {
    let (count, overflow) = color.outputShape.channelCount.multipliedReportingOverflow(
      by: color.bank.inputCount * color.bank.height * color.bank.width)
    return overflow ? nil : count + (alpha.map { $0.bank.taps.count } ?? 0)
  }
}

/// What becomes of one result on its way to the output.
struct FinishedSample {
  let encoded: Double?
  let mapped: Double
  let stored: Int
}

extension ResultFinish {
  /// What becomes of the results of one place, one a channel, in the type they were computed in.
  fileprivate func samples<Scalar: EngineScalar>(of results: [Double], as type: Scalar.Type) -> [FinishedSample] {
    var rows = encoded(
      PlanarRows(channelCount: results.count, width: 1, rowCount: 1, samples: results.map { Scalar($0) }))
    let encoded = rows.samples
    let colors = plan.outputColorCount
    mapping?.apply(to: &rows, channels: 0..<colors)
    return rows.samples.indices.map { channel in
      let mapped = rows.samples[channel]
      let pixel = SamplePacking.pack(
        PlanarRows(channelCount: 1, width: 1, rowCount: 1, samples: [mapped]),
        into: PixelFormat(.grey, depth: plan.channels.depth))
      return FinishedSample(
        encoded: plan.job.isLinear && channel < colors ? Double(encoded[channel]) : nil, mapped: Double(mapped),
        stored: pixel[row: 0, x: 0, channel: 0])
    }
  }
}

/// The sum of one output channel, with the engine's.
private struct ExplainedSum {
  let name: String
  let planes: [Explanation.Plane]
  let sum: Double, divisor: Double, alpha: Double?, bias: Double
  let computed: Double, result: Double, errorBound: Double

  func channel(finished: FinishedSample, fullRange: Double) -> Explanation.Channel {
    Explanation.Channel(
      name: name, planes: planes, sum: sum, divisor: divisor, alpha: alpha, bias: bias, computed: computed,
      result: result, errorBound: errorBound, fraction: result / fullRange, encoded: finished.encoded,
      mapped: finished.mapped, rounded: finished.mapped.rounded(.toNearestOrEven), stored: finished.stored)
  }
}

/// The window of one output sample, on colours and on alpha.
private struct ExplainedWindow {
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

  /// What goes into the operator: colours, then alpha.
  var inputShape: StageShape {
    let color = planned.color.input
    return StageShape(
      channelCount: color.channelCount + (planned.alpha == nil ? 0 : 1), height: color.height, width: color.width)
  }

  /// The sums of every output channel, from the samples that a probe has kept.
  func sums(probe: WindowProbe, plan: JobPlan) -> [ExplainedSum] {
    let (inputNames, outputNames) = plan.namesAroundLastConvolution
    let bank = planned.color.bank
    let alphaIndex = planned.color.input.channelCount
    let weighs = planned.weighting != nil
    let alphas = weighs ? values(probe, channel: alphaIndex, constant: plan.fullRange) : nil
    let alphaResult = planned.alpha.flatMap { _ in probe.results.last }
    let constant =
      if case .constant(let value) = planned.color.border { value * plan.fullRange } else { 0.0 }

    var sums = (0..<planned.color.outputShape.channelCount).map { output in
      let kernel = output % bank.outputCount
      let inputs = bank.isDepthwise ? output / bank.outputCount..<output / bank.outputCount + 1 : 0..<bank.inputCount
      return sum(
        name: outputNames[output], plan: planned.color, kernel: kernel, precision: plan.precision,
        bias: planned.weighting?[output] ?? bank.biases[kernel] * plan.fullRange,
        alpha: weighs ? alphaResult.map { $0 > 0 ? $0 : plan.fullRange } : nil, result: probe.results[output],
        planes: inputs.map { input in
          plane(
            name: inputNames[input], bank: bank, kernel: kernel, input: bank.isDepthwise ? 0 : input,
            samples: values(probe, channel: input, constant: constant), alphas: alphas)
        })
    }
    if let alpha = planned.alpha, let alphaResult {
      let samples = values(probe, channel: alphaIndex, constant: plan.fullRange)
      sums.append(
        sum(
          name: "A", plan: alpha, kernel: 0, precision: plan.precision, bias: 0, alpha: nil,
          clampedTo: weighs ? plan.fullRange : nil, result: alphaResult,
          planes: [plane(name: "A", bank: alpha.bank, kernel: 0, input: 0, samples: samples, alphas: nil)]))
    }
    return sums
  }

  /// The samples of one channel under the taps; `constant` where the border's stands.
  private func values(_ probe: WindowProbe, channel: Int, constant: Double) -> [[Double]] {
    let sample = probe.plane(channel)
    return rows.map { row in
      columns.map { column in
        guard let row = row.source, let column = column.source else { return constant }
        return sample(row, column)
      }
    }
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
  /// The names of the channels that go into the last convolution, and of the colours that come out of it.
  fileprivate var namesAroundLastConvolution: (input: [String], output: [String]) {
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
