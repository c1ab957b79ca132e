import Codecs
import Convolution
public import FeatureMaps
import Tensors

/// A picture file as a terminal shows it.
public enum TerminalPreview {
  /// What a terminal is to be sent to show an image, shrunk to fit it.
  ///
  /// What is transparent lies on white. Complexity: one decoding; memory is a few rows and the picture shown.
  ///
  /// - Parameters:
  ///   - path: the image file.
  ///   - graphics: how the terminal shows pictures.
  ///   - size: the room it has.
  ///   - options: what may be used.
  /// - Returns: bytes that end with a line.
  /// - Throws: `JobError` where the file cannot be read or is no image.
  public static func bytes(
    ofImage path: String, graphics: TerminalGraphics, size: TerminalSize, options: RunOptions = RunOptions()
  ) throws(JobError) -> [UInt8] {
    let canvas = try picture(path, graphics, size, options)
    switch graphics {
    case .kitty: return Array(InlinePicture.kitty(png: try PNGBytes.encoded(canvas.pixels)).utf8)
    case .inlineImages:
      return Array(InlinePicture.inlineImage(png: try PNGBytes.encoded(canvas.pixels), width: canvas.width).utf8)
    case .sixel: return canvas.sixels() + Array("\n".utf8)
    case .halfBlocks(let trueColor): return Array(canvas.halfBlocks(trueColor: trueColor).utf8)
    }
  }

  private static func picture(
    _ path: String, _ graphics: TerminalGraphics, _ size: TerminalSize, _ options: RunOptions
  ) throws(JobError) -> Canvas {
    let file = try InputFile(path: path)
    let source = try file.image(reread: false, options: options)
    let (width, height) = (source.description.width, source.description.height)
    let fitted = size.fitted(width: width, height: height, graphics)
    let axes = (
      rows: AreaAverage.Axis(count: fitted.height, of: height),
      columns: AreaAverage.Axis(count: fitted.width, of: width)
    )
    let rows = PhotographRows(source, of: file, rows: axes.rows, columns: axes.columns)
    return Canvas(width: fitted.width, height: fitted.height, colors: try rows.next(fitted.height))
  }
}
