import Codecs
import Convolution
import FeatureMaps
import Tensors

/// The way from sums to what is stored: light encoded, values mapped, samples rounded.
struct ResultFinish {
  let plan: JobPlan
  /// The pixels to be written, or `nil` for an array of the sums as they are.
  let target: PixelFormat?
  let mapping: ResolvedMapping?

  /// Rows as an encoder takes them: pixels or, for an array, samples in full ranges.
  enum Product: Sendable {
    case pixels(PixelRows)
    case samples(PlanarRows<Float>)
  }

  /// The sums of some rows, in stored units, as the colours' statistics see them.
  ///
  /// Light is encoded where pixels are wanted of linear samples.
  func encoded<Scalar: EngineScalar>(_ rows: consuming PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    guard plan.job.isLinear, target != nil || mapping != nil else { return rows }
    let fullRange = plan.fullRange
    let run = plan.outputColorCount * rows.width
    let rowLength = rows.channelCount * rows.width
    for row in 0..<rows.rowCount {
      for place in row * rowLength..<row * rowLength + run {
        rows.samples[place] = Scalar(SRGBCurve.encode(Double(rows.samples[place]) / fullRange) * fullRange)
      }
    }
    return rows
  }

  /// What an encoder takes of encoded rows.
  func product<Scalar: EngineScalar>(_ rows: consuming PlanarRows<Scalar>) -> Product {
    mapping?.apply(to: &rows, channels: 0..<plan.outputColorCount)
    guard let target else {
      let scale = Scalar(plan.fullRange)
      return .samples(
        PlanarRows(
          channelCount: rows.channelCount, width: rows.width, rowCount: rows.rowCount,
          samples: rows.samples.map { Float($0 / scale) }))
    }
    if target.depth != plan.channels.depth {
      let scale = Scalar(target.depth.maximum) / Scalar(plan.fullRange)
      for place in rows.samples.indices { rows.samples[place] *= scale }
    }
    if target.channelCount < rows.channelCount { rows = rows.prefix(channels: target.channelCount) }
    return .pixels(SamplePacking.pack(rows, into: target))
  }
}

/// The encoder of a result, whatever its format.
enum ResultSink {
  case pixels(any RowSink)
  case samples(NPYWriter)

  func write(_ product: ResultFinish.Product) throws(CodecError) {
    switch (self, product) {
    case (.pixels(let sink), .pixels(let rows)): try sink.write(rows)
    case (.samples(let sink), .samples(let rows)): try sink.write(rows)
    default: preconditionFailure("a result is written in the form its encoder takes")
    }
  }

  func finish() throws(CodecError) {
    switch self {
    case .pixels(let sink): try sink.finish()
    case .samples(let sink): try sink.finish()
    }
  }
}
