/// Why a file cannot be read or written: a stable word for programs and a sentence with the numbers for people.
///
/// The caller adds the path.
public struct CodecError: Error, Hashable, Sendable {
  /// The stable word.
  public let code: Code
  /// What is wrong, what was expected and, where one exists, the flag that helps.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The kinds of failure; the raw values are part of the contract and never change.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The system refused a read.
    case readFailed = "io.read"
    /// The system refused a write.
    case writeFailed = "io.write"
    /// The disk, the quota or the largest file size is exhausted.
    case full = "io.full"
    /// The system refused memory or threads.
    case memoryRefused = "io.memory"
    /// Nobody reads the pipe that is written to.
    case closedPipe = "io.pipe"
    /// Not a format, or not a kind of it, that is read or written.
    case unsupported = "format.unsupported"
    /// A PNG chunk does not match its checksum.
    case pngChecksum = "png.crc"
    /// A PNG file ends too early.
    case pngTruncated = "png.truncated"
    /// A PNG file breaks the rules of its format.
    case pngCorrupt = "png.corrupt"
    /// Something odd in a PNG file that costs no pixel.
    case pngWarning = "png.warning"
    /// A JPEG file ends too early.
    case jpegTruncated = "jpeg.truncated"
    /// A JPEG file breaks the rules of its format.
    case jpegCorrupt = "jpeg.corrupt"
    /// Something odd in a JPEG file that costs no pixel.
    case jpegWarning = "jpeg.warning"
    /// A `.npy` or `.npz` file ends too early.
    case npyTruncated = "npy.truncated"
    /// A `.npy` or `.npz` file breaks the rules of its format.
    case npyCorrupt = "npy.corrupt"
    /// A `.npy` file holds something other than real numbers.
    case npyType = "npy.dtype"
    /// More pixels than allowed.
    case tooManyPixels = "limit.pixels"
    /// A longer side than allowed.
    case sideTooLong = "limit.dimension"
    /// More memory than allowed.
    case tooMuchMemory = "limit.memory"
    /// More JPEG scans than allowed.
    case tooManyScans = "limit.scans"
    /// A larger PNG chunk than allowed.
    case chunkTooLarge = "limit.chunk"
    /// An encoder failed for a reason of its own.
    case encodingFailed = "encode.failed"
  }
}

extension CodecError: CustomStringConvertible {
  /// The code and the message, as in `png.crc: …`.
  public var description: String { "\(code.rawValue): \(message)" }
}
