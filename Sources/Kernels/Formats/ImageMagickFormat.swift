/// ImageMagick's kernel strings.
enum ImageMagickFormat {
  static func isName(_ bytes: [UInt8]) -> Bool { false }
}
