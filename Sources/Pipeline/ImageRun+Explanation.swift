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
