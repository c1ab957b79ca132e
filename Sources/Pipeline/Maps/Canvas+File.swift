public import Codecs
public import FeatureMaps
import Tensors

extension Canvas {
  /// Writes the picture as a PNG of 8-bit RGB that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: the file to write; `-` is standard output.
  ///   - mayReplace: whether a file of that name may be replaced.
  ///   - compression: how hard it is compressed.
  /// - Throws: `JobError` where the file cannot be created or written.
  public func writePNG(
    to path: String, mayReplace: Bool = true, compression: PNGCompression = .default
  ) throws(JobError) {
    let output = try AtomicFile(path: path, mayReplace: mayReplace)
    do {
      let writer = try PNGWriter(
        descriptor: output.descriptor, width: width, height: height, format: PixelFormat(.rgb), compression: compression
      )
      try writer.write(pixels)
      try writer.finish()
    } catch {
      throw JobError(error, path: path)
    }
    try output.commit()
  }
}
