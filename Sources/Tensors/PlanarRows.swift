/// Consecutive rows of samples to compute with: for each row, one run of `width` samples a channel.
///
/// The order is row, channel, column (`R×C×W`), so that rows which follow one another are joined by joining their samples.
/// `Float` serves 8-bit images and tensors; `Double` serves where the rounding of 32-bit sums could show.
public struct PlanarRows<Scalar: BinaryFloatingPoint & SIMDScalar & Sendable>: Sendable {
  /// C: the runs of each row.
  public let channelCount: Int
  /// W: the samples of a run.
  public let width: Int
  /// R: the rows held.
  public private(set) var rowCount: Int
  /// The samples in `R×C×W` order.
  ///
  /// Whoever changes it keeps the count at `rowCount × channelCount × width`.
  public var samples: [Scalar]

  /// Creates rows of zeros.
  public init(channelCount: Int, width: Int, rowCount: Int) {
    self.init(
      channelCount: channelCount, width: width, rowCount: rowCount,
      samples: Array(repeating: 0, count: rowCount * channelCount * width))
  }

  /// Creates rows from their samples in `R×C×W` order; traps unless the count fits.
  public init(channelCount: Int, width: Int, rowCount: Int, samples: [Scalar]) {
    precondition(
      samples.count == rowCount * channelCount * width,
      "\(rowCount)×\(channelCount)×\(width) samples are not \(samples.count)")
    self.channelCount = channelCount
    self.width = width
    self.rowCount = rowCount
    self.samples = samples
  }

  /// The samples of one channel of one row.
  public func run(row: Int, channel: Int) -> ArraySlice<Scalar> {
    precondition(row >= 0 && row < rowCount && channel >= 0 && channel < channelCount, "no such run")
    let start = (row * channelCount + channel) * width
    return samples[start..<start + width]
  }

  /// Adds rows after those held; traps unless they have the same channels and width.
  public mutating func append(_ rows: PlanarRows) {
    precondition(rows.channelCount == channelCount && rows.width == width, "rows of one image have one layout")
    samples.append(contentsOf: rows.samples)
    rowCount += rows.rowCount
  }

  /// Takes the first `count` rows away and gives them; traps when there are fewer.
  public mutating func removeFirst(_ count: Int) -> PlanarRows {
    precondition(count >= 0 && count <= rowCount, "\(rowCount) rows do not hold \(count)")
    if count == rowCount {
      defer { self = PlanarRows(channelCount: channelCount, width: width, rowCount: 0) }
      return self
    }
    let taken = count * channelCount * width
    let first = PlanarRows(
      channelCount: channelCount, width: width, rowCount: count, samples: Array(samples[..<taken]))
    samples.removeFirst(taken)
    rowCount -= count
    return first
  }

  /// The rows with their first `count` channels alone; traps when there are fewer.
  public func prefix(channels count: Int) -> PlanarRows {
    precondition(count >= 0 && count <= channelCount, "\(channelCount) channels do not hold \(count)")
    var kept: [Scalar] = []
    kept.reserveCapacity(rowCount * count * width)
    for row in 0..<rowCount {
      let start = row * channelCount * width
      kept.append(contentsOf: samples[start..<start + count * width])
    }
    return PlanarRows(channelCount: count, width: width, rowCount: rowCount, samples: kept)
  }
}
