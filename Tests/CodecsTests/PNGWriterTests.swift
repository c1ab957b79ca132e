import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

/// Every pixel format there is.
let everyFormat: [PixelFormat] = PixelFormat.Color.allCases.flatMap { color in
  [false, true].flatMap { alpha in SampleDepth.allCases.map { PixelFormat(color, hasAlpha: alpha, depth: $0) } }
}

/// Rows that no filter predicts fully: a gradient, edges and some noise.
func texture(_ format: PixelFormat, width: Int, height: Int, seed: UInt64 = 1) -> PixelRows {
  var generator = SeededGenerator(seed: seed)
  let rowBytes = width * format.bytesPerPixel
  let bytes = (0..<height * rowBytes).map { index -> UInt8 in
    let (y, x) = index.quotientAndRemainder(dividingBy: rowBytes)
    let noise = UInt8.random(in: 0..<4, using: &generator)
    return UInt8(truncatingIfNeeded: x / 3 + y / 2 + (x / 37 % 2 == 0 ? 90 : 0)) &+ noise
  }
  return PixelRows(format: format, width: width, rowCount: height, bytes: bytes)
}

/// The file that a PNG writer makes of rows handed over a few at a time.
func encode(
  _ rows: PixelRows, color: ColorMetadata = ColorMetadata(), compression: PNGCompression = .default,
  library: DeflateLibrary = .preferred, threadCount: Int = 1, rowsAtATime: Int = 17
) throws -> [UInt8] {
  let file = ScratchFile()
  let writer = try PNGWriter(
    descriptor: file.descriptor, width: rows.width, height: rows.rowCount, format: rows.format, color: color,
    compression: compression, library: library, threadCount: threadCount)
  for first in stride(from: 0, to: rows.rowCount, by: rowsAtATime) {
    let count = min(rowsAtATime, rows.rowCount - first)
    let bytes = rows.bytes[first * rows.bytesPerRow..<(first + count) * rows.bytesPerRow]
    try writer.write(PixelRows(format: rows.format, width: rows.width, rowCount: count, bytes: Array(bytes)))
  }
  try writer.finish()
  return file.bytes
}

@Suite struct PNGWriterTests {
  @Test(arguments: everyFormat, PNGCompression.allCases) func whatIsWrittenIsReadBack(
    format: PixelFormat, compression: PNGCompression
  ) throws {
    for (width, height) in [(1, 1), (1, 7), (5, 3), (33, 9), (401, 257)] {
      let rows = texture(format, width: width, height: height)
      for library in DeflateLibrary.available {
        let one = try encode(rows, compression: compression, library: library)
        for reader in DeflateLibrary.available {
          #expect(
            try decode(one, tolerance: .warning, library: reader) == rows, "\(width)×\(height) \(library) \(reader)")
        }
        let three = try encode(rows, compression: compression, library: library, threadCount: 3, rowsAtATime: 100)
        #expect(three == one, "the bytes depend on the threads")
      }
    }
  }

  @Test func rowsLongerThanAPieceAreWritten() throws {
    let rows = texture(PixelFormat(.rgb, hasAlpha: true, depth: .sixteen), width: 40_000, height: 3)
    for threadCount in [1, 2] {
      #expect(try decode(encode(rows, threadCount: threadCount), tolerance: .warning) == rows)
    }
  }

  @Test(.enabled(if: threadCount() != nil, "the system does not list threads"))
  func aWriterThatIsAbandonedEndsItsThreads() throws {
    let rows = texture(PixelFormat(.rgb), width: 500, height: 60)
    let file = ScratchFile()
    // So many threads that those of tests at the same time do not matter.
    let before = try #require(threadCount())
    do {
      var writers: [PNGWriter] = []
      for _ in 0..<20 {
        writers.append(
          try PNGWriter(descriptor: file.descriptor, width: 500, height: 700, format: rows.format, threadCount: 8))
        try writers.last?.write(rows)
      }
      #expect(try #require(threadCount()) >= before + 120)
      writers = []
    }
    // A thread is joined a moment before the system takes it off its list.
    for _ in 0..<500 where threadCount() ?? .max >= before + 40 { usleep(10_000) }
    #expect(try #require(threadCount()) < before + 40)
  }
}

/// How many threads the process has, where the system tells.
private func threadCount() -> Int? {
  try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
}
