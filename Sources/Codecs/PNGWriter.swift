import CCodecs
public import Tensors

/// How hard a PNG file is compressed; the pixels are the same.
public enum PNGCompression: String, Hashable, Sendable, CaseIterable {
  /// The quickest: run lengths of a few bytes, by ISA-L or zlib.
  case fast
  /// What shrinks so far that it must be drawn is searched for longer matches too. Photographs are within 3 % of zlib's level 6.
  case `default`
  /// The smallest: what is smaller of each piece, run lengths or zlib's level 9.
  case small
}

/// Writes a PNG file: grey, grey and alpha, RGB or RGBA, 8 or 16 bits, not interlaced.
///
/// Of the metadata it writes ICC profile (where it is one for the image's colours) or sRGB, gamma, chromaticities and density.
/// Each row is filtered by the filter whose residuals are smallest; pieces of 256 KiB are compressed each on its own, so the bytes do not
/// depend on the number of threads. What it holds does not grow with the height: about 0.8 MB, and as much for each thread.
///
/// Safe because `pointer` is made by the create function, used by no one else and closed once, by `deinit`; each call gives as many bytes as it
/// says.
@safe public final class PNGWriter: RowSink {
  private var image: OutputImage
  private let pointer: OpaquePointer

  /// Opens a writer and writes the file's header.
  ///
  /// - Parameters:
  ///   - descriptor: A file or a pipe, open for writing; whoever opened it closes it.
  ///   - width: The pixels of a row, at least 1.
  ///   - height: The rows, at least 1.
  ///   - format: How the pixels of the rows are stored, and will be in the file.
  ///   - color: What is said beside the pixels.
  ///   - compression: How hard to compress.
  ///   - library: What compresses, where it is built in; long matches at the level `small` are always zlib's.
  ///   - level: The instructions of the row filters.
  ///   - threadCount: With 1 the caller compresses; with more, so many threads of the writer's own do, as far as the system has them.
  /// - Throws: `io.…` where writing fails or the system refuses memory.
  public init(
    descriptor: Int32, width: Int, height: Int, format: PixelFormat, color: ColorMetadata = ColorMetadata(),
    compression: PNGCompression = .default, library: DeflateLibrary = .preferred,
    level: RowFilterLevel = .preferred, threadCount: Int = 1
  ) throws(CodecError) {
    let image = OutputImage(width: width, height: height, format: format)
    let profile = image.fittingProfile(color)
    var info = image.description(color, profileLength: profile.count)
    var error = imgconv_error()
    let effort: Int32 =
      switch compression {
      case .fast: Int32(IMGCONV_COMPRESS_FAST)
      case .default: Int32(IMGCONV_COMPRESS_DEFAULT)
      case .small: Int32(IMGCONV_COMPRESS_SMALL)
      }
    let opened = unsafe imgconv_png_create(
      descriptor, &info, profile, effort, imgconv_engines(library, level), Int32(clamping: threadCount), &error)
    guard let opened = unsafe opened else { throw CodecError(error) }
    unsafe pointer = opened
    self.image = image
  }

  deinit { unsafe imgconv_png_close(pointer) }

  /// Filters and compresses rows, and writes the pieces that are complete.
  public func write(_ rows: PixelRows) throws(CodecError) {
    image.take(rows)
    var error = imgconv_error()
    let done = unsafe rows.withBytes { bytes in
      unsafe imgconv_png_write(
        pointer, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(rows.rowCount), &error)
    }
    if done == 0 { throw CodecError(error) }
  }

  /// Writes what is left and the file's end.
  public func finish() throws(CodecError) {
    image.expectComplete()
    var error = imgconv_error()
    if unsafe imgconv_png_finish(pointer, &error) == 0 { throw CodecError(error) }
  }
}
