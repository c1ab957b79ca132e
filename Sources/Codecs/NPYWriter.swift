import CCodecs
public import Tensors

/// Writes a `C×H×W` array of 32-bit floats as a `.npy` file while its rows arrive from the top.
///
/// Rows arrive as `R×C×W`, the file is `C×H×W`: in a regular file each channel's run goes to its own place, so nothing is held; into a
/// pipe the array can only go whole, and is held until `finish()`.
public final class NPYWriter {
  private let descriptor: Int32
  private let channelCount: Int
  private let height: Int
  private let width: Int
  /// Where the numbers begin in a file that can be written at any place.
  private let start: Int?
  private var held: [UInt8]
  private var writtenRows = 0

  /// Opens a writer and writes the header.
  ///
  /// - Parameters:
  ///   - descriptor: A file or a pipe, open for writing; whoever opened it closes it.
  ///   - channelCount: C, at least 1.
  ///   - height: H, at least 1.
  ///   - width: W, at least 1.
  /// - Throws: `io.…` where writing fails, `limit.memory` where the array is too large to be addressed.
  public init(descriptor: Int32, channelCount: Int, height: Int, width: Int) throws(CodecError) {
    precondition(
      channelCount > 0 && height > 0 && width > 0, "an array of \(channelCount)×\(height)×\(width) cannot be written")
    let shape: Shape
    do { shape = try Shape([channelCount, height, width]) } catch { throw CodecError(.tooMuchMemory, "\(error)") }
    let header = NPYFile.header(shape)
    let position = imgconv_output_position(descriptor)
    self.descriptor = descriptor
    self.channelCount = channelCount
    self.height = height
    self.width = width
    start = position < 0 ? nil : Int(position) + header.count
    held = position < 0 ? Array(repeating: 0, count: shape.elementCount * MemoryLayout<Float>.size) : []
    try NPYFile.output(header, to: descriptor)
  }

  /// Takes the next rows; traps when their channels or width are not the array's, or when there are too many.
  public func write(_ rows: PlanarRows<Float>) throws(CodecError) {
    precondition(
      rows.channelCount == channelCount && rows.width == width,
      "rows of \(rows.channelCount)×\(rows.width) do not fit an array of \(channelCount)×\(height)×\(width)")
    precondition(rows.rowCount <= height - writtenRows, "\(rows.rowCount) rows after \(writtenRows) of \(height)")
    for channel in 0..<channelCount {
      var plane: [Float] = []
      plane.reserveCapacity(rows.rowCount * width)
      for row in 0..<rows.rowCount { plane += rows.run(row: row, channel: channel) }
      let bytes = NPYFile.littleEndianBytes(plane)
      let place = (channel * height + writtenRows) * width * MemoryLayout<Float>.size
      if let start {
        try NPYFile.output(bytes, to: descriptor, at: start + place)
      } else {
        held.replaceSubrange(place..<place + bytes.count, with: bytes)
      }
    }
    writtenRows += rows.rowCount
  }

  /// Writes what is held and leaves the descriptor at the array's end; traps when rows are missing.
  public func finish() throws(CodecError) {
    precondition(writtenRows == height, "\(height - writtenRows) of \(height) rows have not been written")
    guard let start else { return try NPYFile.output(held, to: descriptor) }
    var error = imgconv_error()
    let end = start + channelCount * height * width * MemoryLayout<Float>.size
    if unsafe imgconv_output_seek(descriptor, Int64(end), &error) == 0 { throw CodecError(error) }
  }
}
