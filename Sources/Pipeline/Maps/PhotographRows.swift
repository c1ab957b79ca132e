import Codecs
import Convolution
import FeatureMaps
import Tensors

/// A photograph, shrunk row by row as it is decoded: for the sheet, and to lay maps over.
///
/// What is transparent lies on white. Memory is a few rows.
final class PhotographRows {
  private let source: any RowSource
  /// Kept open as long as rows are read.
  private let file: InputFile
  private var averages: [AreaAverage]
  private let width: Int
  private var finished: [ColorMap.Color] = []

  /// Creates the rows of an opened image; areas are laid on it as the axes say.
  init(_ source: any RowSource, of file: InputFile, rows: AreaAverage.Axis, columns: AreaAverage.Axis) {
    self.source = source
    self.file = file
    width = columns.count
    averages = (0..<source.description.pixelFormat.color.rawValue).map { _ in
      AreaAverage(rows: rows, columns: columns)
    }
  }

  /// The colours of the next rows, one after another.
  ///
  /// - Throws: `JobError` where the image cannot be decoded.
  func next(_ count: Int) throws(JobError) -> [ColorMap.Color] {
    while finished.count < count * width {
      let strip: PixelRows?
      do { strip = try source.read(upToRows: 32) } catch { throw JobError(error, path: file.path) }
      guard let strip else { preconditionFailure("a photograph has rows for all that are asked for") }
      take(strip)
    }
    defer { finished.removeFirst(count * width) }
    return Array(finished[..<(count * width)])
  }

  private func take(_ strip: PixelRows) {
    let planes = SampleUnpacking.unpack(strip, as: Float.self)
    let fullRange = Float(strip.format.depth.maximum)
    for row in 0..<planes.rowCount {
      for channel in averages.indices {
        var run = Array(planes.run(row: row, channel: channel))
        if strip.format.hasAlpha {
          for (x, alpha) in planes.run(row: row, channel: averages.count).enumerated() {
            run[x] = fullRange + (run[x] - fullRange) * alpha / fullRange
          }
        }
        averages[channel].add(run)
      }
    }
    let shrunk = averages.indices.map { averages[$0].take() }
    guard !shrunk[0].isEmpty else { return }
    let picture = Canvas(
      width: width, height: shrunk[0].count / width, planes: shrunk, fullRange: fullRange)
    finished += (0..<picture.height).flatMap { y in (0..<picture.width).map { picture[$0, y] } }
  }
}
