import CCodecs
import Tensors

/// An image file that is being decoded by the C library of its format.
///
/// Safe because `pointer` is made by the open function, used by no one else and closed once, by `deinit`; each call is given as many
/// bytes to fill as it is told to fill.
@safe final class ImageFileReader: RowSource {
  let description: ImageDescription
  private let pointer: OpaquePointer

  convenience init(
    png stream: consuming InputStream, _ limits: DecodeLimits, _ tolerance: DamagePolicy, _ engines: imgconv_engines
  ) throws(CodecError) {
    var limits = imgconv_limits(limits)
    var error = imgconv_error()
    let opened = unsafe imgconv_png_open(stream.released(), &limits, tolerance.level, engines, &error)
    guard let opened = unsafe opened else { throw CodecError(error) }
    unsafe self.init(.png, opened)
  }

  convenience init(
    jpeg stream: consuming InputStream, _ limits: DecodeLimits, _ tolerance: DamagePolicy, lumaOnly: Bool
  ) throws(CodecError) {
    var limits = imgconv_limits(limits)
    var error = imgconv_error()
    let opened = unsafe imgconv_jpeg_open(stream.released(), &limits, tolerance.level, lumaOnly ? 1 : 0, &error)
    guard let opened = unsafe opened else { throw CodecError(error) }
    unsafe self.init(.jpeg, opened)
  }

  private init(_ format: ImageFormat, _ opened: OpaquePointer) {
    unsafe pointer = opened
    let info = unsafe imgconv_reader_info(opened).pointee
    let profile = unsafe UnsafeBufferPointer(start: imgconv_reader_icc_profile(opened), count: info.color.icc_length)
    description = unsafe ImageDescription(format, info, iccProfile: Array(profile))
  }

  deinit { unsafe imgconv_reader_close(pointer) }

  var damage: [CodecError] {
    let count = unsafe imgconv_reader_damage_count(pointer)
    return (0..<count).map { unsafe CodecError(imgconv_reader_damage(pointer, $0).pointee) }
  }

  func read(upToRows count: Int) throws(CodecError) -> PixelRows? {
    precondition(count > 0, "at least one row is read at a time")
    let count = min(count, description.height)
    let rowBytes = description.width * description.pixelFormat.bytesPerPixel
    var error = imgconv_error()
    var rowCount = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count * rowBytes) { buffer, filled in
      rowCount = unsafe Int(imgconv_reader_read(pointer, buffer.baseAddress, UInt32(count), &error))
      filled = max(rowCount, 0) * rowBytes
    }
    if error.failed != 0 { throw CodecError(error) }
    guard rowCount > 0 else { return nil }
    return PixelRows(format: description.pixelFormat, width: description.width, rowCount: rowCount, bytes: bytes)
  }
}

extension DamagePolicy {
  fileprivate var level: Int32 {
    switch self {
    case .none: Int32(IMGCONV_FAIL_NEVER)
    case .truncated: Int32(IMGCONV_FAIL_TRUNCATED)
    case .error: Int32(IMGCONV_FAIL_ERROR)
    case .warning: Int32(IMGCONV_FAIL_WARNING)
    }
  }
}

extension imgconv_limits {
  fileprivate init(_ limits: DecodeLimits) {
    self.init(
      maximum_side: UInt64(max(limits.maximumSide, 0)), maximum_pixels: UInt64(max(limits.maximumPixels, 0)),
      maximum_memory: UInt64(max(limits.maximumMemory, 0)), maximum_scans: UInt64(max(limits.maximumScans, 0)),
      maximum_chunk_bytes: UInt64(max(limits.maximumChunkBytes, 0)))
  }
}

extension ImageDescription {
  /// Copies what the C reader found.
  fileprivate init(_ format: ImageFormat, _ info: imgconv_image_info, iccProfile: [UInt8]) {
    guard let depth = SampleDepth(rawValue: Int(info.depth)) else {
      preconditionFailure("a decoder gave \(info.depth) bits")
    }
    self.format = format
    width = Int(info.width)
    height = Int(info.height)
    pixelFormat = PixelFormat(info.channels >= 3 ? .rgb : .grey, hasAlpha: info.channels % 2 == 0, depth: depth)
    color = ColorMetadata(info.color, iccProfile: iccProfile)
    residentByteCount = Int(info.resident_bytes)
    detail = text(info.detail)
  }
}

extension ColorMetadata {
  fileprivate init(_ color: imgconv_color, iccProfile: [UInt8]) {
    self.init()
    self.iccProfile = iccProfile.isEmpty ? nil : iccProfile
    renderingIntent = color.rendering_intent < 0 ? nil : Int(color.rendering_intent)
    gamma = color.gamma == 0 ? nil : color.gamma
    if color.has_chromaticities != 0 {
      chromaticities = unsafe withUnsafeBytes(of: color.chromaticities) { unsafe Array($0.bindMemory(to: UInt32.self)) }
    }
    if color.has_density != 0 {
      density = PixelDensity(x: color.density_x, y: color.density_y, isPerMetre: color.density_is_per_metre != 0)
    }
  }
}
