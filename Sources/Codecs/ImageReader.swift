import CCodecs

/// Opens image files.
public enum ImageReader {
  /// Opens an image: finds its format by its first bytes and reads its header; pixels are decoded as rows are read.
  ///
  /// PNG is read in every colour type, depth and interlacing: palettes and 1, 2 and 4 bits become 8-bit grey or RGB, transparent colours an
  /// alpha channel, 16 bits stay. JPEG is read baseline and progressive, 8 bits: grey stays grey, YCbCr becomes RGB by the library's accurate
  /// integer transform and its smooth chroma upsampling, CMYK and YCCK become RGB as `(255−C)(255−K)/255` to the nearest, the stored values
  /// being 255 minus the ink as Adobe has it, with or without its marker. The EXIF orientation is applied.
  ///
  /// - Parameters:
  ///   - input: The file's bytes.
  ///   - limits: What the file may ask for.
  ///   - tolerance: Which damage makes this and the reading of rows fail.
  ///   - lumaOnly: Whether only luma is wanted: a YCbCr JPEG then delivers its Y plane, as grey, and its chroma is not decoded. Other files
  ///     are delivered as they are.
  ///   - library: What inflates plain PNG data (8 or 16 bits, no palette, no transparent colour, not interlaced), where it is built in.
  ///   - level: The instructions of the row filters of such data.
  /// - Returns: The image, of which nothing but the header has been read.
  /// - Throws: `format.unsupported` for whatever is no PNG or JPEG image; a `limit.…`, `png.…`, `jpeg.…` or `io.read` error.
  public static func open(
    _ input: ByteInput, limits: DecodeLimits = DecodeLimits(), tolerance: DamagePolicy = .error, lumaOnly: Bool = false,
    library: DeflateLibrary = .preferred, level: RowFilterLevel = .preferred
  ) throws(CodecError) -> any RowSource {
    let stream = try InputStream(input)
    let firstBytes = try stream.peek(8)
    switch ImageFormat.detect(firstBytes: firstBytes) {
    case .png?: return try ImageFileReader(png: stream, limits, tolerance, imgconv_engines(library, level))
    case .jpeg?: return try ImageFileReader(jpeg: stream, limits, tolerance, lumaOnly: lumaOnly)
    case .npy?: throw CodecError(.unsupported, "it is a NumPy array, not an image; `imgconv tensor` works on arrays")
    case nil: throw CodecError(.unsupported, whatItIsNot(firstBytes))
    }
  }

  private static func whatItIsNot(_ firstBytes: [UInt8]) -> String {
    if firstBytes.isEmpty { return "it is empty; expected a PNG or JPEG file" }
    let digits = firstBytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
    let found = "it begins with the bytes \(digits.joined(separator: " "))"
    if firstBytes.dropFirst().starts(with: Array("PNG".utf8)) {
      return found + ", a PNG signature that was damaged, as transfers as text do; expected 89 50 4e 47 0d 0a 1a 0a"
    }
    return found + "; expected a PNG file (89 50 4e 47 …) or a JPEG file (ff d8 ff …)"
  }
}
