import Codecs

/// What `--version` prints.
enum Version {
  static let number = "0.1.0"

  static var text: String {
    var lines = ["imgconv \(number)", "libpng \(CodecVersions.libpng)", "libjpeg-turbo \(CodecVersions.libjpegTurbo)"]
    lines.append("zlib \(CodecVersions.zlib)")
    lines.append("ISA-L \(CodecVersions.isal ?? "not linked")")
    return lines.joined(separator: "\n")
  }
}
