public import Tensors

/// What a file says about its image before a pixel is decoded.
public struct ImageDescription: Hashable, Sendable {
  /// The format of the file.
  public let format: ImageFormat
  /// The pixels of a row, as delivered: after the orientation has been applied.
  public let width: Int
  /// The rows, as delivered.
  public let height: Int
  /// How the pixels are delivered.
  public let pixelFormat: PixelFormat
  /// Colour and density.
  public let color: ColorMetadata
  /// The bytes that the reader holds beyond a few rows: the whole image where it is interlaced, progressive or turned; otherwise 0.
  public let residentByteCount: Int
  /// The kind of file in words, as in `PNG, 8-bit palette, interlaced`.
  public let detail: String
}

/// An image whose rows are decoded as they are asked for, from the top.
///
/// Used by one thread at a time.
public protocol RowSource: AnyObject {
  /// What the header says.
  var description: ImageDescription { get }

  /// The damage that the policy tolerated so far, at most 16 different ones.
  var damage: [CodecError] { get }

  /// Decodes the next rows: `count` of them, fewer at the bottom, `nil` after the last.
  ///
  /// Where the whole image has to be held, the first call decodes it. After a failure every call fails in the same way.
  func read(upToRows count: Int) throws(CodecError) -> PixelRows?
}

/// A file that is written row by row, from the top.
///
/// Used by one thread at a time.
public protocol RowSink: AnyObject {
  /// Encodes the next rows, any number of them; traps when their width or format is not the image's, or when there are too many.
  func write(_ rows: PixelRows) throws(CodecError)

  /// Writes what is left and the file's end; traps when rows are missing. The file is complete only after it returns.
  func finish() throws(CodecError)
}
