public import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How far two images, or two arrays, are from each other.
///
/// Both are streams of as many samples, added piece by piece in order. Differences are in the samples' own units.
/// Memory is constant. Rows of pixels are summed exactly a row, so results do not depend on strips.
public struct ImageComparison: Hashable, Sendable {
  /// The pixels of a row; the length of the innermost axis for arrays.
  public let width: Int
  /// The samples of a pixel.
  public let channelCount: Int
  /// The peak of the signal: 255, 65535 or 1.
  public let fullRange: Double
  /// The samples compared.
  public private(set) var count = 0
  /// The samples that differ.
  public private(set) var differingCount = 0
  /// The largest absolute difference; infinite where one sample is NaN and the other is not.
  public private(set) var maximumDifference = 0.0
  /// The place of the first largest difference in the stream, from 0; `nil` when nothing differs.
  public private(set) var maximumIndex: Int?

  private var absoluteSum = 0.0
  private var squareSum = 0.0

  /// The place of a sample in an image.
  public struct Position: Hashable, Sendable {
    /// The row, from 0.
    public var row: Int
    /// The column, from 0.
    public var x: Int
    /// The channel, from 0.
    public var channel: Int

    /// Creates a place.
    public init(row: Int, x: Int, channel: Int) {
      self.row = row
      self.x = x
      self.channel = channel
    }
  }

  /// Creates the comparison of nothing yet.
  ///
  /// - Parameters:
  ///   - width: the pixels of a row, which `maximumPosition` counts in.
  ///   - channelCount: the interleaved samples of a pixel; 1 for arrays.
  ///   - fullRange: the peak that PSNR refers to: 255, 65535 or 1.
  public init(width: Int, channelCount: Int = 1, fullRange: Double) {
    precondition(width >= 0 && channelCount >= 1 && fullRange > 0, "a comparison has channels and a range")
    self.width = width
    self.channelCount = channelCount
    self.fullRange = fullRange
  }

  /// Where the first largest difference is, or `nil` when nothing differs.
  public var maximumPosition: Position? {
    maximumIndex.map {
      let pixel = $0 / channelCount
      return Position(row: pixel / width, x: pixel % width, channel: $0 % channelCount)
    }
  }

  /// The mean of the absolute differences; 0 of nothing.
  public var meanAbsoluteDifference: Double { count == 0 ? 0 : absoluteSum / Double(count) }

  /// The root of the mean of the squared differences; 0 of nothing.
  public var rootMeanSquare: Double { count == 0 ? 0 : (squareSum / Double(count)).squareRoot() }

  /// The peak signal-to-noise ratio in dB, `20 · log₁₀(fullRange / rootMeanSquare)`; infinite when nothing differs.
  public var psnr: Double { rootMeanSquare == 0 ? .infinity : 20 * log10(fullRange / rootMeanSquare) }

  /// Adds rows of both images; traps unless their formats and extents are one, and fit the comparison.
  public mutating func add(_ a: PixelRows, _ b: PixelRows) {
    precondition(
      a.format == b.format && a.width == b.width && a.rowCount == b.rowCount,
      "\(a.rowCount) rows of \(a.width) in \(a.format) against \(b.rowCount) of \(b.width) in \(b.format)")
    precondition(a.width == width && a.format.channelCount == channelCount, "rows of another comparison")
    let samplesPerRow = width * channelCount
    let (depth, first, second) = (a.format.depth, a.bytes, b.bytes)
    for row in 0..<a.rowCount {
      let start = row * samplesPerRow
      switch depth {
      case .eight:
        addRow(samplesPerRow) { abs(Int32(first[start + $0]) - Int32(second[start + $0])) }
      case .sixteen:
        addRow(samplesPerRow) { abs(first.sixteenBits(at: start + $0) - second.sixteenBits(at: start + $0)) }
      }
    }
  }

  /// Adds a row of samples by their differences.
  @inline(__always)
  private mutating func addRow(_ samples: Int, difference: (Int) -> Int32) {
    var (sum, squares, differing, largest) = (0 as UInt64, 0 as UInt64, 0, 0 as Int32)
    for index in 0..<samples {
      let distance = difference(index)
      sum &+= UInt64(distance)
      squares &+= UInt64(distance) &* UInt64(distance)
      if distance != 0 { differing &+= 1 }
      largest = max(largest, distance)
    }
    if Double(largest) > maximumDifference {
      maximumDifference = Double(largest)
      maximumIndex = (0..<samples).first { difference($0) == largest }.map { count + $0 }
    }
    count += samples
    differingCount += differing
    absoluteSum += Double(sum)
    squareSum += Double(squares)
  }

  /// Adds as many elements of both arrays; traps when the counts differ.
  ///
  /// Two NaNs, and two infinities of one sign, are equal.
  public mutating func add<Scalar: BinaryFloatingPoint>(_ a: [Scalar], _ b: [Scalar]) {
    precondition(a.count == b.count, "\(a.count) elements against \(b.count)")
    for (first, second) in zip(a, b) {
      let (first, second) = (Double(first), Double(second))
      if first != second && !(first.isNaN && second.isNaN) {
        let difference = abs(first - second)
        let known = difference.isNaN ? .infinity : difference
        differingCount += 1
        if known > maximumDifference {
          maximumDifference = known
          maximumIndex = count
        }
        absoluteSum += known
        squareSum += known * known
      }
      count += 1
    }
  }

  /// Draws where two images differ: for each pixel the largest difference of its channels, `maximum` and more at the map's end.
  ///
  /// Gives 8-bit RGB rows of the same extents. Traps unless formats and extents are one and `maximum` is positive.
  public static func heatMap(of a: PixelRows, and b: PixelRows, maximum: Double, colors: ColorMap = .magma) -> PixelRows
  {
    precondition(
      a.format == b.format && a.width == b.width && a.rowCount == b.rowCount,
      "\(a.rowCount) rows of \(a.width) in \(a.format) against \(b.rowCount) of \(b.width) in \(b.format)")
    precondition(maximum > 0, "a heat map ends above 0")
    let palette = colors.palette
    let (channels, depth, first, second) = (a.format.channelCount, a.format.depth, a.bytes, b.bytes)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * a.width * a.rowCount)
    for start in stride(from: 0, to: a.width * a.rowCount * channels, by: channels) {
      var largest = 0 as Int32
      for index in start..<start + channels {
        let difference =
          depth == .eight
          ? Int32(first[index]) - Int32(second[index]) : first.sixteenBits(at: index) - second.sixteenBits(at: index)
        largest = max(largest, abs(difference))
      }
      let color = palette[Int(255 * min(1, Double(largest) / maximum) + 0.5)]
      bytes.append(color.red)
      bytes.append(color.green)
      bytes.append(color.blue)
    }
    return PixelRows(format: PixelFormat(.rgb), width: a.width, rowCount: a.rowCount, bytes: bytes)
  }
}

extension [UInt8] {
  /// The 16-bit sample at an index, in the machine's byte order.
  fileprivate func sixteenBits(at index: Int) -> Int32 {
    let (first, second) = (Int32(self[2 * index]), Int32(self[2 * index + 1]))
    #if _endian(little)
      return first | second << 8
    #else
      return first << 8 | second
    #endif
  }
}
