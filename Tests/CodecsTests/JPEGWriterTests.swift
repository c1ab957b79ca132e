import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

/// The file that a JPEG writer makes.
func encodeJPEG(_ rows: PixelRows, color: ColorMetadata = ColorMetadata(), quality: Int = 90) throws -> [UInt8] {
  let file = ScratchFile()
  let writer = try JPEGWriter(
    descriptor: file.descriptor, width: rows.width, height: rows.rowCount, format: rows.format, color: color,
    quality: quality)
  try writer.write(rows)
  try writer.finish()
  return file.bytes
}

@Suite struct JPEGWriterTests {
  @Test(arguments: PixelFormat.Color.allCases) func whatIsWrittenIsNearlyReadBack(color: PixelFormat.Color) throws {
    let format = PixelFormat(color)
    let smooth = PixelRows(
      format: format, width: 70, rowCount: 50,
      bytes: (0..<70 * 50 * format.channelCount).map { UInt8($0 / format.channelCount % 70 * 3) })
    let found = try decode(encodeJPEG(smooth, quality: 95), tolerance: .warning)
    #expect(found.format == format && found.width == 70 && found.rowCount == 50)
    #expect(mismatch(samples(found), samples(smooth), absolute: 6) == nil)
  }

  @Test func qualityDecidesTheSize() throws {
    let rows = texture(PixelFormat(.rgb), width: 200, height: 100)
    let counts = try [20, 60, 90, 100].map { try encodeJPEG(rows, quality: $0).count }
    #expect(counts == counts.sorted() && Set(counts).count == 4)
  }

  @Test(arguments: everyFormat.filter { $0.hasAlpha || $0.depth == .sixteen })
  func formatsThatJPEGDoesNotHoldAreRefused(format: PixelFormat) throws {
    let error = #expect(throws: CodecError.self) { try encodeJPEG(texture(format, width: 3, height: 3)) }
    #expect(error?.code == .unsupported)
  }

  @Test func sidesBeyondTheFormatAreRefused() throws {
    let error = #expect(throws: CodecError.self) {
      _ = try JPEGWriter(descriptor: 1, width: 65_501, height: 1, format: PixelFormat(.grey))
    }
    #expect(error?.code == .sideTooLong)
  }
}

/// Every writer's failures are told apart by their cause.
@Suite struct WriteFailureTests {
  /// Writes an image that no buffer holds.
  static func writeNoise(to descriptor: Int32, as format: ImageFormat) throws {
    var generator = SeededGenerator(seed: 3)
    let pixels = PixelFormat(.rgb)
    let rows = PixelRows(
      format: pixels, width: 700, rowCount: 500,
      bytes: (0..<700 * 500 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
    switch format {
    case .png:
      let writer = try PNGWriter(descriptor: descriptor, width: 700, height: 500, format: pixels, threadCount: 2)
      try writer.write(rows)
      try writer.finish()
    case .jpeg:
      let writer = try JPEGWriter(descriptor: descriptor, width: 700, height: 500, format: pixels)
      try writer.write(rows)
      try writer.finish()
    case .npy:
      let writer = try NPYWriter(descriptor: descriptor, channelCount: 1, height: 500, width: 700)
      try writer.write(PlanarRows(channelCount: 1, width: 700, rowCount: 500))
      try writer.finish()
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: ImageFormat.allCases)
  func aFullDiskIsNamed(format: ImageFormat) throws {
    let descriptor = unsafe open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let error = #expect(throws: CodecError.self) { try WriteFailureTests.writeNoise(to: descriptor, as: format) }
    #expect(error?.code == .full)
  }

  @Test(arguments: ImageFormat.allCases) func aPipeWithoutAReaderIsNamed(format: ImageFormat) throws {
    _ = signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let error = #expect(throws: CodecError.self) {
      try WriteFailureTests.writeNoise(to: pipe.fileHandleForWriting.fileDescriptor, as: format)
    }
    #expect(error?.code == .closedPipe)
  }

  @Test(arguments: ImageFormat.allCases) func aClosedDescriptorIsNamed(format: ImageFormat) throws {
    let error = #expect(throws: CodecError.self) { try WriteFailureTests.writeNoise(to: -1, as: format) }
    #expect(error?.code == .writeFailed)
  }
}
