import Codecs
import Tensors

/// One PNG of a run: rows go to a temporary file, which takes its name when all are there.
final class MapFile {
  private var file: AtomicFile?
  private let writer: PNGWriter
  private let path: String

  init(
    path: String, width: Int, height: Int, format: PixelFormat, options: OutputOptions
  ) throws(JobError) {
    let file = try AtomicFile(path: path, mayReplace: options.mayReplace, isDurable: options.isDurable)
    do {
      writer = try PNGWriter(
        descriptor: file.descriptor, width: width, height: height, format: format,
        compression: options.compression)
    } catch {
      throw JobError(error, path: path)
    }
    self.file = consume file
    self.path = path
  }

  func write(_ rows: PixelRows) throws(JobError) {
    do { try writer.write(rows) } catch { throw JobError(error, path: path) }
  }

  /// Writes the file's end; it has no name yet.
  func finish() throws(JobError) {
    do { try writer.finish() } catch { throw JobError(error, path: path) }
  }

  /// Gives the finished file its name; traps the second time.
  func commit() throws(JobError) {
    guard let file = file.take() else { preconditionFailure("a file takes its name once") }
    try file.commit()
  }
}
