import Codecs
import Testing

@Suite struct ImageFormatTests {
  @Test(arguments: [
    ("a.png", ImageFormat.png), ("A.PNG", .png), ("b.jpg", .jpeg), ("b.c.JPeG", .jpeg), ("d.npy", .npy), (".png", .png),
  ]) func endingsNameTheFormat(name: String, format: ImageFormat) {
    #expect(ImageFormat(fileNameEnding: name) == format)
  }

  @Test(arguments: ["a", "png", "a.png.gz", "a.tiff", ""]) func otherEndingsNameNone(name: String) {
    #expect(ImageFormat(fileNameEnding: name) == nil)
  }

  @Test func firstBytesDecide() {
    #expect(ImageFormat.detect(firstBytes: PNGBytes.signature) == .png)
    #expect(ImageFormat.detect(firstBytes: PNGBytes.signature.dropLast()) == nil)
    #expect(ImageFormat.detect(firstBytes: [0xFF, 0xD8, 0xFF]) == .jpeg)
    #expect(ImageFormat.detect(firstBytes: [0xFF, 0xD8]) == nil)
    #expect(ImageFormat.detect(firstBytes: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]) == .npy)
    #expect(ImageFormat.detect(firstBytes: []) == nil)
  }
}
