import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ImageReaderTests {
  @Test func theFixturesAreThere() {
    #expect(Fixtures.images(endingWith: ".jpg", ".png").count == 35)
  }

  /// Pillow's and, but for CMYK, OpenCV's decode, bit for bit: the script checks that the two agree.
  @Test(arguments: Fixtures.images(endingWith: ".jpg", ".png"), [1, 3, 1000])
  func pixelsAreThoseOfPillowAndOpenCV(name: String, rowsAtATime: Int) throws {
    let expected = try Fixtures.pixels(of: name)
    let rows = try decode(Fixtures.bytes(name), tolerance: .warning, rowsAtATime: rowsAtATime)
    #expect([rows.rowCount, rows.width, rows.format.channelCount] == expected.shape.extents)
    #expect(mismatch(samples(rows), expected.values) == nil)
  }

  @Test(arguments: ["420.jpg", "422-progressive.jpg", "orientation-6.jpg"])
  func lumaAloneIsWhatAJPEGStores(name: String) throws {
    let expected = try NPYFile.read(.bytes(Fixtures.bytes(name + ".luma.npy")))
    let source = try ImageReader.open(.bytes(Fixtures.bytes(name)), lumaOnly: true)
    let luma = try readAll(source)
    #expect([luma.rowCount, luma.width, luma.format.channelCount] == expected.shape.extents)
    #expect(mismatch(samples(luma), expected.values) == nil)
    // It is the luma of the colours, but for their rounding and where one had to be clamped.
    let colors = samples(try decode(Fixtures.bytes(name)))
    for (pixel, luma) in samples(luma).enumerated() {
      let rgb = colors[3 * pixel..<3 * pixel + 3]
      guard rgb.allSatisfy({ $0 > 0 && $0 < 255 }) else { continue }
      #expect(abs(zip(rgb, [0.299, 0.587, 0.114]).map(*).reduce(0, +) - luma) < 1)
    }
  }

  @Test(arguments: ["icc.png", "grey.jpg", "rgb-adobe.jpg", "cmyk.jpg"])
  func filesWithoutLumaAreDeliveredAsTheyAre(name: String) throws {
    let source = try ImageReader.open(.bytes(Fixtures.bytes(name)), lumaOnly: true)
    #expect(try readAll(source) == decode(Fixtures.bytes(name)))
  }

  @Test(arguments: Fixtures.images(endingWith: ".jpg", ".png")) func aPipeGivesWhatAFileGives(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    let pipe = Pipe()
    let writing = pipe.fileHandleForWriting
    let sender = Thread {
      // Odd portions, so that reads end anywhere.
      for start in stride(from: 0, to: bytes.count, by: 97) {
        try? writing.write(contentsOf: Data(bytes[start..<min(start + 97, bytes.count)]))
      }
      try? writing.close()
    }
    sender.start()
    let source = try ImageReader.open(.descriptor(pipe.fileHandleForReading.fileDescriptor))
    #expect(try readAll(source) == decode(bytes))
  }

  @Test func afterTheLastRowThereIsNothing() throws {
    let source = try ImageReader.open(.bytes(Fixtures.bytes("420.jpg")))
    #expect(try source.read(upToRows: 1000)?.rowCount == 31)
    #expect(try source.read(upToRows: 1) == nil)
    #expect(try source.read(upToRows: 1) == nil)
  }

  @Test func theHeaderSaysWhatIsHeld() throws {
    func held(_ name: String) throws -> Int {
      try ImageReader.open(.bytes(Fixtures.bytes(name))).description.residentByteCount
    }
    #expect(try held("420.jpg") == 0)
    #expect(try held("orientation-2.jpg") == 0)
    #expect(try held("orientation-3.jpg") == 45 * 31 * 3)
    #expect(try held("420-progressive.jpg") >= 45 * 31 * 2 * 3 / 2)
    #expect(try held("orientation-6.png") == 19 * 11 * 3)
  }

  @Test(arguments: [
    ("grey.jpg", "JPEG, grey, baseline"), ("ycck.jpg", "JPEG, YCCK, baseline"),
    ("rgb-adobe.jpg", "JPEG, RGB, baseline"),
    ("420-progressive.jpg", "JPEG, YCbCr, progressive"), ("icc.png", "PNG, 8-bit RGB"),
  ]) func theKindOfFileIsNamed(name: String, detail: String) throws {
    #expect(try ImageReader.open(.bytes(Fixtures.bytes(name))).description.detail == detail)
  }

  @Test(arguments: ["icc.jpg", "icc.png"]) func profileAndDensityAreRead(name: String) throws {
    let color = try ImageReader.open(.bytes(Fixtures.bytes(name))).description.color
    #expect(try color.iccProfile == Fixtures.bytes("srgb.icc"))
    let density = try #require(color.density)
    #expect(density.isPerMetre)
    // PNG has whole pixels a metre.
    #expect(mismatch([density.x, density.y], [300 / 0.0254, 150 / 0.0254], absolute: 0.5) == nil)
  }

  @Test func densityIsReadFromEXIFAndTurnsWithTheImage() throws {
    let color = try ImageReader.open(.bytes(Fixtures.bytes("orientation-6.jpg"))).description.color
    let density = try #require(color.density)
    #expect(mismatch([density.x, density.y], [150 / 0.0254, 300 / 0.0254], relative: 1e-12) == nil)
  }

  @Test(arguments: [
    ("", "empty"), ("hello, world", "68 65 6c"), ("GIF89a", "47 49 46"), ("\u{89}PNG", "89"),
  ]) func whateverIsNoImageIsRefused(text: String, evidence: String) throws {
    let error = #expect(throws: CodecError.self) {
      _ = try ImageReader.open(.bytes(text.unicodeScalars.map { UInt8($0.value) }))
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains(evidence) == true)
  }

  @Test func aFolderIsRefused() throws {
    let descriptor = unsafe open("/", O_RDONLY)
    defer { close(descriptor) }
    let error = #expect(throws: CodecError.self) { _ = try ImageReader.open(.descriptor(descriptor)) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("folder") == true)
  }

  @Test func aClosedDescriptorIsAnInputError() throws {
    let error = #expect(throws: CodecError.self) { _ = try ImageReader.open(.descriptor(-1)) }
    #expect(error?.code == .readFailed)
  }

  @Test(arguments: ["lossless.jpg", "12-bit.jpg", "vector.npy"]) func kindsThatAreNotReadAreNamed(name: String) throws {
    let error = #expect(throws: CodecError.self) { try decode(Fixtures.bytes(name)) }
    #expect(error?.code == .unsupported, "\(error?.message ?? "")")
  }

  /// The orientation is a 16-bit number at the start of a field of four bytes, whichever the byte order.
  @Test(arguments: [true, false]) func orientationIsReadInBothByteOrders(isBigEndian: Bool) throws {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      let bytes = PNGBytes.bigEndian(value).suffix(count)
      return isBigEndian ? Array(bytes) : bytes.reversed()
    }
    let entry = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(8, 2) + [0, 0]
    let tiff =
      Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(1, 2) + entry + number(0, 4)
    let upright = texture(PixelFormat(.grey), width: 4, height: 2)
    let turned = try decode(PNGBytes.inserting(PNGBytes.chunk("eXIf", tiff), into: encode(upright)))
    #expect(turned.width == 2 && turned.rowCount == 4)
    for row in 0..<4 {
      for x in 0..<2 { #expect(turned[row: row, x: x, channel: 0] == upright[row: x, x: 3 - row, channel: 0]) }
    }
  }

  @Test func aPipeThatDoesNotBlockIsWaitedFor() throws {
    let bytes = try Fixtures.bytes("420.jpg")
    let pipe = Pipe()
    let reading = pipe.fileHandleForReading.fileDescriptor
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    let writing = pipe.fileHandleForWriting
    let sender = Thread {
      usleep(20_000)
      try? writing.write(contentsOf: Data(bytes))
      try? writing.close()
    }
    sender.start()
    #expect(try readAll(ImageReader.open(.descriptor(reading))) == decode(bytes))
  }
}
