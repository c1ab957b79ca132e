/// Consecutive rows of an image, as decoders produce and encoders take them.
///
/// Samples are interleaved (`RGBRGB…`), rows follow one another without padding, 16-bit samples stand in the machine's
/// byte order. A block of rows is a value that is handed from stage to stage; it owns its bytes.
public struct PixelRows: Hashable, Sendable {
  /// How a pixel is stored.
  public let format: PixelFormat
  /// The pixels of a row.
  public let width: Int
  /// The rows held.
  public private(set) var rowCount: Int
  /// The samples: `rowCount × width × format.bytesPerPixel` bytes.
  public private(set) var bytes: [UInt8]

  /// Creates rows whose every sample is 0.
  public init(format: PixelFormat, width: Int, rowCount: Int) {
    precondition(width >= 0 && rowCount >= 0, "rows have no negative extents")
    self.format = format
    self.width = width
    self.rowCount = rowCount
    self.bytes = Array(repeating: 0, count: rowCount * width * format.bytesPerPixel)
  }

  /// Creates rows from interleaved bytes; traps unless they are exactly `rowCount` rows.
  public init(format: PixelFormat, width: Int, rowCount: Int, bytes: [UInt8]) {
    precondition(
      bytes.count == rowCount * width * format.bytesPerPixel,
      "\(rowCount) rows of \(width) pixels in \(format) do not fill \(bytes.count) bytes")
    self.format = format
    self.width = width
    self.rowCount = rowCount
    self.bytes = bytes
  }

  /// The bytes of one row.
  public var bytesPerRow: Int { width * format.bytesPerPixel }

  /// Keeps the first `count` rows; traps when there are fewer.
  public mutating func truncate(toRows count: Int) {
    precondition(count >= 0 && count <= rowCount, "\(rowCount) rows cannot become \(count)")
    bytes.removeLast((rowCount - count) * bytesPerRow)
    rowCount = count
  }

  /// Adds rows after those held; traps unless they have the same format and width.
  public mutating func append(_ rows: PixelRows) {
    precondition(rows.format == format && rows.width == width, "rows of one image have one layout")
    bytes.append(contentsOf: rows.bytes)
    rowCount += rows.rowCount
  }

  /// A copy of some rows; traps where there are none such.
  public func rows(_ range: Range<Int>) -> PixelRows {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "\(rowCount) rows do not hold \(range)")
    return PixelRows(
      format: format, width: width, rowCount: range.count,
      bytes: Array(bytes[range.lowerBound * bytesPerRow..<range.upperBound * bytesPerRow]))
  }

  /// Makes room for rows that will be appended.
  public mutating func reserveCapacity(rowCount: Int) {
    bytes.reserveCapacity(rowCount * bytesPerRow)
  }

  /// Calls `body` with the bytes of all rows.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
      try unsafe body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Calls `body` with the bytes of all rows, to be written in place.
  public mutating func withMutableBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe bytes.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in
      try unsafe body(UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The stored sample of channel `channel` at column `x` of row `row`: 0…255 or 0…65535.
  public subscript(row row: Int, x x: Int, channel channel: Int) -> Int {
    precondition(row >= 0 && row < rowCount && x >= 0 && x < width, "(\(x), \(row)) is outside \(width)×\(rowCount)")
    precondition(channel >= 0 && channel < format.channelCount, "\(format) has no channel \(channel)")
    let sample = (row * width + x) * format.channelCount + channel
    switch format.depth {
    case .eight: return Int(bytes[sample])
    case .sixteen:
      return unsafe bytes.withUnsafeBytes { unsafe Int($0.load(fromByteOffset: 2 * sample, as: UInt16.self)) }
    }
  }
}
