import Codecs
import Foundation
import Tensors
import TestSupport

/// An image held whole, written and read through the codecs.
struct TestImage: Equatable {
  var rows: PixelRows

  /// An image of seeded noise over a gradient, which no border or rounding mistake leaves unchanged.
  init(_ format: PixelFormat, width: Int, height: Int, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed)
    let maximum = format.depth.maximum
    var samples: [UInt16] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<format.channelCount {
          let slope = maximum * (x + y + channel * 7) / (2 * (width + height))
          samples.append(UInt16(min(slope + Int.random(in: 0...maximum / 2, using: &generator), maximum)))
        }
      }
    }
    self.init(format, width: width, height: height, samples: samples.map(Int.init))
  }

  /// An image of given samples, interleaved.
  init(_ format: PixelFormat, width: Int, height: Int, samples: [Int]) {
    let bytes =
      format.depth == .eight
      ? samples.map { UInt8($0) }
      : samples.flatMap { sample in unsafe withUnsafeBytes(of: UInt16(sample)) { unsafe Array($0) } }
    rows = PixelRows(format: format, width: width, rowCount: height, bytes: bytes)
  }

  /// The image in a file, decoded.
  init(contentsOf url: URL) throws {
    let source = try ImageReader.open(.bytes(Array(try Data(contentsOf: url))))
    var rows = PixelRows(format: source.description.pixelFormat, width: source.description.width, rowCount: 0)
    while let more = try source.read(upToRows: 100) { rows.append(more) }
    self.rows = rows
  }

  /// Writes the image as a PNG.
  func writePNG(to url: URL, color: ColorMetadata = ColorMetadata()) throws {
    try Data().write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    let writer = try PNGWriter(
      descriptor: handle.fileDescriptor, width: rows.width, height: rows.rowCount, format: rows.format, color: color)
    try writer.write(rows)
    try writer.finish()
    try handle.close()
  }

  /// The stored samples of one channel, row-major.
  func plane(_ channel: Int) -> [Double] {
    (0..<rows.rowCount).flatMap { y in
      (0..<rows.width).map { x in Double(rows[row: y, x: x, channel: channel]) }
    }
  }
}
