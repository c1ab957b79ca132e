import Convolution
import Tensors

/// The way from stored pixels to the samples an operator works on: channels chosen, light made linear.
///
/// Samples stay in stored units, 0…255 or 0…65535, colours first and alpha last.
struct SampleSelection: Sendable {
  let input: PixelFormat
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
  init(input: PixelFormat, channels: ChannelSelection, alpha: AlphaHandling, isLinear: Bool) throws(JobError) {
    switch channels {
    case .red, .green, .blue:
      guard input.color == .rgb else { throw Self.missing(channels, in: input) }
    case .alpha:
      guard input.hasAlpha else { throw Self.missing(channels, in: input) }
    case .each, .luma: break
    }
    self.input = input
    self.channels = channels
    dropsAlpha = alpha == .drop || channels == .alpha
    let maximum = Double(input.depth.maximum)
    linear = isLinear ? (0...input.depth.maximum).map { SRGBCurve.decode(Double($0) / maximum) * maximum } : nil
  }

  private static func missing(_ channel: ChannelSelection, in format: PixelFormat) -> JobError {
    JobError(.badData, code: "shape.mismatch", "--channels \(channel.rawValue): the image is \(format)")
  }

  /// The colours that come out: 1 or 3.
  var colorCount: Int { channels == .each ? input.color.rawValue : 1 }

  /// Whether alpha comes out, after the colours.
  var hasAlpha: Bool { input.hasAlpha && !dropsAlpha }

  /// Whether every sample that comes out is a whole number.
  var isInteger: Bool { linear == nil && (channels != .luma || input.color == .grey) }

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
      if channels == .luma && input.color == .rgb {
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
        let from = source + input.color.rawValue * width
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
    let run = planes.width * input.color.rawValue
    let rowLength = planes.width * planes.channelCount
    for row in 0..<planes.rowCount {
      for place in row * rowLength..<row * rowLength + run {
        planes.samples[place] = Scalar(table[Int(planes.samples[place])])
      }
    }
  }
}
