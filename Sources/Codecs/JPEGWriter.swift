import CCodecs
public import Tensors

/// Writes a baseline JPEG file: grey, or RGB as YCbCr, 8 bits.
///
/// Chroma keeps its full resolution from quality 90 on, and is halved each way below. The ICC profile, where it is one for the image's colours, and
/// the density are kept.
///
/// Safe because `pointer` is made by the create function, used by no one else and closed once, by `deinit`; each call gives as many bytes as it
/// says.
@safe public final class JPEGWriter: RowSink {
  /// The longest side a JPEG file is written with: the library's own limit.
  public static let maximumSide = 65_500

  private var image: OutputImage
  private let pointer: OpaquePointer

  /// Opens a writer and writes the file's header.
  ///
  /// - Parameters:
  ///   - descriptor: A file or a pipe, open for writing; whoever opened it closes it.
  ///   - width: The pixels of a row, at least 1.
  ///   - height: The rows, at least 1.
  ///   - format: 8-bit grey or RGB.
  ///   - color: What is said beside the pixels.
  ///   - quality: 1…100, libjpeg's scale.
  /// - Throws: `format.unsupported` for alpha and 16 bits, `limit.dimension` for sides over 65500, `io.…` where writing fails.
  public init(
    descriptor: Int32, width: Int, height: Int, format: PixelFormat, color: ColorMetadata = ColorMetadata(),
    quality: Int = 90
  ) throws(CodecError) {
    precondition((1...100).contains(quality), "the quality \(quality) is not in 1…100")
    guard !format.hasAlpha, format.depth == .eight else {
      throw CodecError(
        .unsupported,
        "JPEG does not hold \(format), only 8-bit grey or RGB; write a .png, or drop alpha with --alpha drop")
    }
    guard max(width, height) <= JPEGWriter.maximumSide else {
      throw CodecError(
        .sideTooLong,
        "JPEG does not hold \(width)×\(height) pixels, at most \(JPEGWriter.maximumSide) a side; write a .png")
    }
    let image = OutputImage(width: width, height: height, format: format)
    let profile = image.fittingProfile(color)
    var info = image.description(color, profileLength: profile.count)
    var error = imgconv_error()
    let opened = unsafe imgconv_jpeg_create(descriptor, &info, profile, Int32(quality), &error)
    guard let opened = unsafe opened else { throw CodecError(error) }
    unsafe pointer = opened
    self.image = image
  }

  deinit { unsafe imgconv_jpeg_close(pointer) }

  /// Encodes rows.
  public func write(_ rows: PixelRows) throws(CodecError) {
    image.take(rows)
    var error = imgconv_error()
    let done = unsafe rows.withBytes { bytes in
      unsafe imgconv_jpeg_write(
        pointer, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(rows.rowCount), &error)
    }
    if done == 0 { throw CodecError(error) }
  }

  /// Writes what is left and the file's end.
  public func finish() throws(CodecError) {
    image.expectComplete()
    var error = imgconv_error()
    if unsafe imgconv_jpeg_finish(pointer, &error) == 0 { throw CodecError(error) }
  }
}
