/// The file formats that are read and written.
public enum ImageFormat: String, Hashable, Sendable, CaseIterable {
  /// Portable Network Graphics (ISO/IEC 15948).
  case png
  /// JPEG (ITU-T T.81) in a JFIF, EXIF or Adobe file.
  case jpeg
  /// NumPy's array file: numbers, not pixels.
  case npy

  /// The format that a file's first bytes announce, or `nil`.
  ///
  /// Eight bytes decide; fewer may be too few. Names are never looked at.
  public static func detect(firstBytes: some Collection<UInt8>) -> ImageFormat? {
    if firstBytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if firstBytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if firstBytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return .npy }
    return nil
  }

  /// The format that the ending of an output's name asks for: `.png`, `.jpg`, `.jpeg` or `.npy`, in any case; otherwise `nil`.
  public init?(fileNameEnding name: String) {
    let name = name.lowercased()
    switch true {
    case name.hasSuffix(".png"): self = .png
    case name.hasSuffix(".jpg"), name.hasSuffix(".jpeg"): self = .jpeg
    case name.hasSuffix(".npy"): self = .npy
    default: return nil
    }
  }
}
