import Convolution
import Tensors

/// The way from stored pixels to the samples an operator works on: channels chosen, light made linear.
///
/// Samples stay in stored units, 0…255 or 0…65535, colours first and alpha last.
struct SampleSelection: Sendable {
  let input: ChannelLayout
  let channels: ChannelSelection
  let dropsAlpha: Bool
  /// Linear light of every stored value, in stored units; `nil` when light stays as stored.
  private let linear: [Double]?

  /// The weights of luma as in JPEG (ITU-R BT.601-7, 2.5.1).
  static let luma601 = [0.299, 0.587, 0.114]
  /// The weights of luminance in linear light (ITU-R BT.709-6, 3.2).
  static let luminance709 = [0.2126, 0.7152, 0.0722]

  /// Creates a selection.
  ///
  /// - Throws: `JobError` when the image does not have the channel asked for.
  init(input: ChannelLayout, channels: ChannelSelection, alpha: AlphaHandling, isLinear: Bool) throws(JobError) {
    switch channels {
    case .red, .green, .blue:
      guard input.colorCount == 3 else { throw Self.missing(channels, in: input) }
    case .alpha:
      guard input.hasAlpha else { throw Self.missing(channels, in: input) }
    case .luma:
      guard input.colorCount == 3 || input.colorCount == 1 else { throw Self.missing(channels, in: input) }
    case .each: break
    }
    self.input = input
    self.channels = channels
    dropsAlpha = alpha == .drop || channels == .alpha
    let maximum = Double(input.depth.maximum)
    linear = isLinear ? (0...input.depth.maximum).map { SRGBCurve.decode(Double($0) / maximum) * maximum } : nil
  }

  private static func missing(_ channel: ChannelSelection, in layout: ChannelLayout) -> JobError {
    JobError(.badData, code: "shape.mismatch", "--channels \(channel.rawValue): the image is \(layout)")
  }

  /// The colours that come out: one where a channel was chosen, else those of the input.
  var colorCount: Int { channels == .each ? input.colorCount : 1 }

  /// The names of the colours that come out.
  var colorNames: [String] {
    switch channels {
    case .each: input.colorNames
    case .luma where input.colorCount == 1: input.colorNames
    case .luma: ["luma"]
    case .red, .green, .blue, .alpha: [channels.rawValue]
    }
  }

  /// Whether alpha comes out, after the colours.
  var hasAlpha: Bool { input.hasAlpha && !dropsAlpha }

  /// Whether colours come out as they are stored, and nothing else is there.
  var isIdentity: Bool { linear == nil && !input.hasAlpha && (channels == .each || input.colorCount == 1) }

  /// Whether every sample that comes out is a whole number.
  var isInteger: Bool { linear == nil && (channels != .luma || input.colorCount == 1) }

  /// The samples of some rows.
  func apply<Scalar: EngineScalar>(to rows: PixelRows, as type: Scalar.Type) -> PlanarRows<Scalar> {
    var planes = SampleUnpacking.unpack(rows, as: Scalar.self)
    if let linear, channels != .alpha { decode(&planes, by: linear) }
    if channels == .each && dropsAlpha == false || input.channelCount == 1 { return planes }

    let kept = hasAlpha ? 1 : 0
    var selected = PlanarRows<Scalar>(channelCount: colorCount + kept, width: rows.width, rowCount: rows.rowCount)
    let width = rows.width
    for row in 0..<rows.rowCount {
      let source = row * planes.channelCount * width
      let target = row * selected.channelCount * width
      if channels == .luma && input.colorCount == 3 {
        let weights = (linear == nil ? Self.luma601 : Self.luminance709).map { Scalar($0) }
        for x in source..<source + width {
          selected.samples[target + x - source] =
            weights[0] * planes.samples[x] + weights[1] * planes.samples[x + width]
            + weights[2] * planes.samples[x + 2 * width]
        }
      } else {
        for color in 0..<colorCount {
          let from = source + (firstColor + color) * width
          let to = target + color * width
          selected.samples.replaceSubrange(to..<to + width, with: planes.samples[from..<from + width])
        }
      }
      if kept == 1 {
        let from = source + input.colorCount * width
        let to = target + colorCount * width
        selected.samples.replaceSubrange(to..<to + width, with: planes.samples[from..<from + width])
      }
    }
    return selected
  }

  private var firstColor: Int {
    switch channels {
    case .each, .luma, .red: 0
    case .green: 1
    case .blue: 2
    case .alpha: input.channelCount - 1
    }
  }

  private func decode<Scalar: EngineScalar>(_ planes: inout PlanarRows<Scalar>, by table: [Double]) {
    let run = planes.width * input.colorCount
    let rowLength = planes.width * planes.channelCount
    for row in 0..<planes.rowCount {
      for place in row * rowLength..<row * rowLength + run {
        planes.samples[place] = Scalar(table[Int(planes.samples[place])])
      }
    }
  }
}
