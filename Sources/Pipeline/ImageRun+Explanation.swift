import Codecs
import Convolution
import FeatureMaps
import Tensors

extension ImageRun {
  /// The bytes that a product takes, in numbers and as text.
  private static let bytesPerProduct = 512

  /// Runs the job and explains the output sample at column `x`, row `y`.
  func explanation(x: Int, y: Int) throws(JobError) -> Explanation {
    guard let stage = plan.stages.lastIndex(where: { $0.geometry != nil }) else {
      preconditionFailure("what is explained is a convolution or a pooling")
    }
    let shape = plan.outputShape
    guard (0..<shape.width).contains(x), (0..<shape.height).contains(y) else {
      throw JobError(
        .badData, code: "shape.mismatch", path: file.path,
        "there is no output at \(x),\(y): the output is \(shape); expected 0,0 to \(shape.width - 1),\(shape.height - 1)"
      )
    }
    let window = self.window(ofStage: stage, x: x, y: y)
    try checkMemory(products: window.productCount)
    let probe = WindowProbe(
      stage: stage, x: x, y: y, rows: window.rows.compactMap(\.source), columns: window.columns.compactMap(\.source))
    let finish = try look(with: probe)
    let finished =
      switch plan.precision {
      case .single: finish.samples(of: probe.finals, as: Float.self)
      case .double: finish.samples(of: probe.finals, as: Double.self)
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
    let later = plan.job.steps[(stage + 1)...]
    let activated =
      switch plan.precision {
      case .single: activations(of: probe.results, by: later, as: Float.self)
      case .double: activations(of: probe.results, by: later, as: Double.self)
      }
    let (vertical, horizontal) = (window.geometry.vertical, window.geometry.horizontal)
    return Explanation(
      input: description.detail, damage: source.damage.map(\.message),
      earlier: plan.job.steps[..<stage].map(\.title), name: plan.job.steps[stage].title, later: later.map(\.title),
      reduction: window.reduction, at: [x, y], inputShape: window.inputShape.extents, outputShape: shape.extents,
      kernel: [vertical.kernel, horizontal.kernel], stride: [vertical.stride, horizontal.stride],
      dilation: [vertical.dilation, horizontal.dilation],
      padding: [vertical.before, horizontal.after, vertical.after, horizontal.before], border: window.border,
      rows: window.rows, columns: window.columns, fullRange: plan.fullRange, mapping: "\(mapping ?? .clamp)",
      algorithm: window.algorithm, precision: plan.precision == .single ? "32-bit" : "64-bit",
      channels: sums.indices.map { index in
        sums[index].channel(
          activated: activated.map { $0[index] }, finished: finished[index], fullRange: plan.fullRange)
      })
  }

  /// The window of an output sample of a stage that has windows.
  private func window(ofStage stage: Int, x: Int, y: Int) -> any ExplainedWindow {
    switch plan.stages[stage] {
    case .convolution(let planned): ConvolutionWindow(planned, x: x, y: y)
    case .pooling(let step, let input, let hasAlpha, let geometry):
      PoolingWindow(step, geometry, input: input, hasAlpha: hasAlpha, x: x, y: y)
    case .activation: preconditionFailure("a function has no window")
    }
  }

  /// What each of some functions, one after the other, makes of the results of one place; alpha is left alone.
  private func activations<Scalar: EngineScalar>(
    of results: [Double], by steps: ArraySlice<ImageJob.Step>, as type: Scalar.Type
  ) -> [[Double]] {
    var rows = PlanarRows(channelCount: results.count, width: 1, rowCount: 1, samples: results.map { Scalar($0) })
    return steps.map { step in
      if case .activation(let activation) = step {
        activation.apply(to: &rows, channels: 0..<plan.outputColorCount, fullRange: plan.fullRange)
      }
      return rows.samples.map { Double($0) }
    }
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
