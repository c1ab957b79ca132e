#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Picture files in the text that a terminal is sent.
public enum InlinePicture {
  /// The characters that kitty takes at a time.
  private static let chunkLength = 4096

  /// A PNG file for kitty's graphics protocol, in chunks; the terminal is asked not to answer.
  ///
  /// The format is that of https://sw.kovidgoyal.net/kitty/graphics-protocol/.
  public static func kitty(png: [UInt8]) -> String {
    var rest = Data(png).base64EncodedString()[...]
    var text = ""
    var keys = "a=T,f=100,q=2,"
    repeat {
      let chunk = rest.prefix(chunkLength)
      rest = rest.dropFirst(chunk.count)
      text += "\u{1B}_G\(keys)m=\(rest.isEmpty ? 0 : 1);\(chunk)\u{1B}\\"
      keys = "q=2,"
    } while !rest.isEmpty
    return text + "\n"
  }

  /// A picture file for iTerm2's inline images, shown `width` pixels wide.
  ///
  /// The format is that of https://iterm2.com/documentation-images.html.
  public static func inlineImage(png: [UInt8], width: Int) -> String {
    "\u{1B}]1337;File=inline=1;size=\(png.count);width=\(width)px:\(Data(png).base64EncodedString())\u{7}\n"
  }
}
