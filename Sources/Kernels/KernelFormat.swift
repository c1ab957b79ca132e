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

extension KernelFormat {
  /// Whether kernels are also written in this format, not only read.
  public var isWritable: Bool { self != .npz }

  /// Tells the format by the content, with a note where the content could be read in two ways.
  static func detect(_ bytes: [UInt8]) -> (format: KernelFormat, note: String?) {
    if let array = KernelParser.isNumericArrayFile(bytes) { return (array, nil) }
    let text = bytes.drop { TextScanner.isSpace($0) || [0xEF, 0xBB, 0xBF].contains($0) }
    switch text.first {
    case UInt8(ascii: "["): return (.json, nil)
    case UInt8(ascii: "{"): return (.sharp, nil)
    case UInt8(ascii: "("): return (.gmic, nil)
    default: break
    }
    let isCapital = text.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
    if (isCapital && ImageMagickFormat.isName(text)) || ImageMagickFormat.beginsWithGeometry(text) {
      return (.imagemagick, nil)
    }
    if text.contains(UInt8(ascii: "\"")), text.first.map({ !TextScanner.isLetter($0) }) == true { return (.csv, nil) }
    return detectNumbers(text)
  }

  /// Tells apart what consists of nothing but numbers; all else is native.
  private static func detectNumbers(_ text: ArraySlice<UInt8>) -> (format: KernelFormat, note: String?) {
    let isNumeric = text.allSatisfy { byte in
      TextScanner.isSpace(byte) || (UInt8(ascii: "+")...UInt8(ascii: "9")).contains(byte)
        || byte | 0x20 == UInt8(ascii: "e")
    }
    guard isNumeric else { return (.native, nil) }
    let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    let counts = lines.map { $0.split { TextScanner.isSpace($0) || $0 == UInt8(ascii: ",") }.count }.filter { $0 > 0 }
    guard let header = lines.first, let first = counts.first else { return (.native, nil) }
    if counts.count == 1 {
      let commas = header.count { $0 == UInt8(ascii: ",") }
      let isSquare = [3, 5, 7, 9, 11, 13, 15].contains { $0 * $0 == first }
      guard commas == first - 1, isSquare else { return (.native, nil) }
      return (
        .imagemagick, "read as a square kernel, as ImageMagick reads a list of \(first) numbers; native reads one row"
      )
    }
    let sizes = header.split { TextScanner.isSpace($0) }.prefix(2).map { Int(String(decoding: $0, as: UTF8.self)) }
    guard (2...4).contains(first), sizes.count == 2, let width = sizes[0], let height = sizes[1], width > 0, height > 0
    else { return (.native, nil) }
    if width != first { return (counts[1] == width ? .vips : .native, nil) }
    // The first line fits as a row too. A grid of three columns or more that begins with its own size is unlikely; `2 1` over `1 2` is not.
    guard counts.count == height + 1, counts.allSatisfy({ $0 == width }) else { return (.native, nil) }
    if width >= 3 { return (.vips, "read as a vips matrix: the first line gives its size; native reads one row more") }
    return (.native, "every line is read as a row; as a vips matrix the first line would be its header")
  }
}
