import Convolution
import FeatureMaps
import Tensors

/// What is learned of the colours' sums on the way through an image.
///
/// Pixels that are less than half opaque count only where no pixel of the image is more: colours are divided by alpha, so that one that
/// can hardly be seen may lie far outside the range of all that can.
final class Tally {
  private let fullRange: Double
  private var visible: ValueStatistics
  private var faint: ValueStatistics
  private var visibleCounts: ValueHistogram?
  private var faintCounts: ValueHistogram?

  init(fullRange: Double, mapping: RangeMapping?) {
    self.fullRange = fullRange
    visible = ValueStatistics(fullRange: fullRange, window: mapping?.window)
    faint = visible
  }

  /// The statistics of the pixels that count.
  var statistics: ValueStatistics { visible.count > 0 ? visible : faint }

  /// Their histogram, once it was started.
  var histogram: ValueHistogram? { visible.count > 0 ? visibleCounts : faintCounts }

  /// From now on histograms over the ranges seen so far are filled.
  func startHistogram() {
    visibleCounts = Self.histogram(over: visible)
    faintCounts = Self.histogram(over: faint)
  }

  private static func histogram(over statistics: ValueStatistics) -> ValueHistogram {
    ValueHistogram(
      range: (statistics.minimum ?? 0)...(statistics.maximum ?? 0), fullRange: statistics.fullRange)
  }

  /// Adds what a convolution has counted of sums that became pixels at once.
  func add(_ sums: SumStatistics) {
    guard sums.count > 0 else { return }
    visible.add(
      count: sums.count, minimum: sums.minimum, maximum: sums.maximum, belowZero: sums.belowCount,
      aboveOne: sums.aboveCount, quanta: sums.quanta)
  }

  /// Adds rows of `colorCount` colours, with or without an alpha channel after them.
  func add<Scalar: EngineScalar>(_ rows: PlanarRows<Scalar>, colorCount: Int) {
    guard rows.channelCount > colorCount else {
      if visibleCounts == nil {
        visible.add(rows, channels: 0..<colorCount)
      } else {
        visibleCounts?.add(rows, channels: 0..<colorCount)
      }
      return
    }
    let (opaque, others) = split(rows, colorCount: colorCount)
    if visibleCounts == nil {
      visible.add(opaque)
      faint.add(others)
    } else {
      visibleCounts?.add(opaque)
      faintCounts?.add(others)
    }
  }

  /// The colours of the pixels at least half opaque, and of the others.
  private func split<Scalar: EngineScalar>(
    _ rows: PlanarRows<Scalar>, colorCount: Int
  ) -> (opaque: [Scalar], others: [Scalar]) {
    let half = Scalar(fullRange / 2)
    var opaque: [Scalar] = []
    var others: [Scalar] = []
    for row in 0..<rows.rowCount {
      let start = row * rows.channelCount * rows.width
      for x in start..<start + rows.width {
        let isOpaque = rows.samples[x + colorCount * rows.width] >= half
        for channel in 0..<colorCount {
          let value = rows.samples[x + channel * rows.width]
          if isOpaque { opaque.append(value) } else { others.append(value) }
        }
      }
    }
    return (opaque, others)
  }
}
