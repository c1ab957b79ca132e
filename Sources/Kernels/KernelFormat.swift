/// The ways to write a kernel.
public enum KernelFormat: String, Sendable, CaseIterable {
  /// The native file: keys, and rows of numbers.
  case native
  /// An ImageMagick string: a geometry and numbers, or one of its names.
  case imagemagick = "im"
  /// A vips matrix: width, height, scale, offset, then rows.
  case vips
  /// A G'MIC image: `(a,b;c,d)`.
  case gmic
  /// Nested JSON arrays, as GDAL takes them.
  case json
  /// The JSON object of sharp: width, height, kernel, scale, offset.
  case sharp
  /// Comma-separated values.
  case csv
  /// A NumPy array.
  case npy
  /// A NumPy archive with `weight` and perhaps `bias`.
  case npz
}
