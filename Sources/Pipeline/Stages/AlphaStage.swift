import Convolution
import Tensors

/// An operator on an image with alpha: one stage for the colours, one for alpha, joined row by row.
///
/// The last channel of what is pushed is alpha, and so is the last of what comes out. With a weighting, colours are multiplied by
/// alpha before their stage and divided after it by the alpha that comes out, before that is clamped to full range: a kernel that
/// sharpens an outline leaves the colour of what it outlines as it is. Where alpha is not above 0, colours are left as the weighted
/// sums, scaled to full range.
final class AlphaStage<Scalar: EngineScalar>: RowStage {
  /// How colours depend on alpha.
  struct Weighting {
    /// What is added to each colour after the division, in stored units.
    let biases: [Scalar]
    /// The largest stored sample.
    let fullRange: Scalar
  }

  private let color: any RowStage<Scalar>
  private let alpha: any RowStage<Scalar>
  private let weighting: Weighting?
  private var pendingColor: PlanarRows<Scalar>
  private var pendingAlpha: PlanarRows<Scalar>

  /// Joins two stages of equal output height and width.
  init(color: any RowStage<Scalar>, alpha: any RowStage<Scalar>, weighting: Weighting?) {
    let shape = color.outputShape
    precondition(
      shape.height == alpha.outputShape.height && shape.width == alpha.outputShape.width,
      "colours and alpha differ in shape")
    self.color = color
    self.alpha = alpha
    self.weighting = weighting
    pendingColor = PlanarRows(channelCount: shape.channelCount, width: shape.width, rowCount: 0)
    pendingAlpha = PlanarRows(channelCount: 1, width: shape.width, rowCount: 0)
  }

  var outputShape: StageShape {
    let shape = color.outputShape
    return StageShape(channelCount: shape.channelCount + 1, height: shape.height, width: shape.width)
  }

  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    let (colors, alphas) = split(rows)
    pendingColor.append(color.push(colors))
    pendingAlpha.append(alpha.push(alphas))
    let count = min(pendingColor.rowCount, pendingAlpha.rowCount)
    return join(pendingColor.removeFirst(count), pendingAlpha.removeFirst(count))
  }

  /// What weighted colours are divided by: alpha as it was filtered, or full range where that is 0 but for rounding, or below.
  static func divisor(alpha: Scalar, fullRange: Scalar) -> Scalar {
    alpha > fullRange * 1e-9 ? alpha : fullRange
  }

  /// Colours, weighted where asked, and alpha apart.
  private func split(_ rows: PlanarRows<Scalar>) -> (PlanarRows<Scalar>, PlanarRows<Scalar>) {
    let colorCount = rows.channelCount - 1
    let width = rows.width
    var colors = PlanarRows<Scalar>(channelCount: colorCount, width: width, rowCount: rows.rowCount)
    var alphas = PlanarRows<Scalar>(channelCount: 1, width: width, rowCount: rows.rowCount)
    for row in 0..<rows.rowCount {
      let source = row * rows.channelCount * width
      let alpha = source + colorCount * width
      alphas.samples.replaceSubrange(row * width..<(row + 1) * width, with: rows.samples[alpha..<alpha + width])
      for channel in 0..<colorCount {
        let from = source + channel * width
        let to = (row * colorCount + channel) * width
        for x in 0..<width {
          let value = rows.samples[from + x]
          colors.samples[to + x] = weighting == nil ? value : value * rows.samples[alpha + x]
        }
      }
    }
    return (colors, alphas)
  }

  /// Colours, divided where they were weighted, with alpha after them.
  private func join(_ colors: PlanarRows<Scalar>, _ alphas: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    let colorCount = colors.channelCount
    let width = colors.width
    var joined = PlanarRows<Scalar>(channelCount: colorCount + 1, width: width, rowCount: colors.rowCount)
    for row in 0..<colors.rowCount {
      let alpha = row * width
      let target = row * (colorCount + 1) * width
      for channel in 0..<colorCount {
        let from = (row * colorCount + channel) * width
        let to = target + channel * width
        guard let weighting else {
          joined.samples.replaceSubrange(to..<to + width, with: colors.samples[from..<from + width])
          continue
        }
        for x in 0..<width {
          let divisor = Self.divisor(alpha: alphas.samples[alpha + x], fullRange: weighting.fullRange)
          joined.samples[to + x] = colors.samples[from + x] / divisor + weighting.biases[channel]
        }
      }
      let to = target + colorCount * width
      for x in 0..<width {
        let value = alphas.samples[alpha + x]
        joined.samples[to + x] = weighting.map { min(max(value, 0), $0.fullRange) } ?? value
      }
    }
    return joined
  }
}
