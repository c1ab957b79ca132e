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
  library: DeflateLibrary = .preferred, level: RowFilterLevel = .preferred, threadCount: Int = 1, rowsAtATime: Int = 17
) throws -> [UInt8] {
  let file = ScratchFile()
  let writer = try PNGWriter(
    descriptor: file.descriptor, width: rows.width, height: rows.rowCount, format: rows.format, color: color,
    compression: compression, library: library, level: level, threadCount: threadCount)
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

  @Test(arguments: everyFormat) func theBytesDoNotDependOnTheInstructionSet(format: PixelFormat) throws {
    for width in [1, 2, 31, 32, 33, 300] {
      let rows = texture(format, width: width, height: 40, seed: UInt64(width))
      let expected = try encode(rows, level: .scalar)
      for level in RowFilterLevel.available {
        #expect(try encode(rows, level: level) == expected, "\(width) \(level)")
        for reader in RowFilterLevel.available {
          #expect(try decode(expected, tolerance: .warning, level: reader) == rows, "\(width) \(reader)")
        }
      }
    }
  }

  /// The sizes are those of the same filtered rows in one stream of zlib's level 6, measured with Python's `zlib.compress`.
  @Test(
    .enabled(if: SharedFiles.exist),
    arguments: [
      ("astronaut.png", 445_303), ("camera.png", 145_774), ("chelsea.png", 225_204), ("coffee.png", 457_705),
      ("rocket.jpg", 322_727),
    ])
  func photographsAreAsSmallAsByZlib(name: String, byZlib: Int) throws {
    let rows = try decode(contents(SharedFiles.folder.appendingPathComponent("photos/\(name)")))
    for library in DeflateLibrary.available {
      let file = try encode(rows, compression: .default, library: library)
      let count = PNGBytes.chunks(of: file).filter { $0.name == "IDAT" }.map(\.data.count).reduce(0, +)
      #expect(Double(count) <= 1.03 * Double(byZlib), "\(library)")
    }
  }

  @Test func whatIsDrawnIsSearchedForMatches() throws {
    // Tiles of noise: every row and every row above repeats at a distance that run lengths do not see.
    let tile = texture(PixelFormat(.grey), width: 64, height: 1, seed: 9).bytes
    let bytes = (0..<64).flatMap { _ in (0..<16).flatMap { _ in tile } }
    let rows = PixelRows(format: PixelFormat(.grey), width: 1024, rowCount: 64, bytes: bytes)
    let sizes = try PNGCompression.allCases.map { try encode(rows, compression: $0).count }
    #expect(sizes == sizes.sorted(by: >))
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
