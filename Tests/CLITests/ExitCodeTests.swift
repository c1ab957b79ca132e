import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Exit codes and messages")
struct ExitCodeTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 40, height: 30).writePNG(to: folder.file("in.png"))
  }

  private func run(_ arguments: String..., input: Data = Data()) throws -> Tool.Run {
    try Tool.run(arguments, in: folder.url, input: input)
  }

  private func png() throws -> Data { try Data(contentsOf: folder.file("in.png")) }

  @Test("0 after success, with nothing on standard output")
  func success() throws {
    let result = try run("apply", "box3", "in.png", "out.png")
    #expect(result.exitCode == 0)
    #expect(result.output.isEmpty && result.errors.isEmpty)
    #expect(folder.names == ["in.png", "out.png"])
  }

  @Test(
    "64 for wrong usage, with the usage",
    arguments: [
      ["apply", "edge", "in.png"], ["apply", "edge", "in.png", "out.png", "more"], ["nonsense"],
      ["apply", "edge", "-dash.png", "out.png"],
      ["apply", "edge", "in.png", "out.png", "--padding", "some"],
      ["apply", "edge", "in.png", "out.png", "--threads", "0"],
      ["apply", "edge", "in.png", "out.png", "--map", "best"],
      ["apply", "edge", "in.png", "out.png", "--border", "reflect"],
      ["apply", "edge", "in.png", "out.png", "--quality", "101"],
      ["apply", "edge", "in.png", "out.png", "--no-clobber", "--force"],
      ["apply", "edge", "in.png", "out.png", "--pool", "median:2"], ["pool", "max", "in.png", "out.png"],
      ["apply", "edge", "in.png", "out.png", "--stride", "0"],
      ["apply", "edge", "in.png", "out.png", "--max-memory", "many"],
    ])
  func wrongUsage(arguments: [String]) throws {
    let result = try Tool.run(arguments, in: folder.url)
    #expect(result.exitCode == 64, "\(result.errors)")
    #expect(result.errors.hasPrefix("imgconv: error: "), "\(result.errors)")
    #expect(result.errors.contains("\nUsage: "))
    #expect(result.output.isEmpty)
    #expect(folder.names == ["in.png"])
  }

  @Test(
    "a number that an option cannot take is shown as it was typed, with what was expected",
    arguments: [
      ("--padding", "-1", "expected valid, same, same-lower or one, two or four whole numbers from 0"),
      ("--stride", "0", "expected one or two whole numbers from 1"),
      ("--dilation", "1,2,3", "expected one or two whole numbers from 1"),
      ("--max-memory", "1X", "expected a whole number from 1 with K, M, G or T behind it"),
      ("--max-chunk", "0", "expected a whole number from 1 with K, M, G or T behind it"),
    ])
  func numbersOfOptions(option: String, text: String, expected: String) throws {
    let result = try run("apply", "edge", "in.png", "out.png", option, text)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("\(option) is \(text); \(expected)"), "\(result.errors)")
  }

  @Test("a border name that means different things to different tools is refused with what each means")
  func ambiguousBorder() throws {
    let result = try run("apply", "edge", "in.png", "out.png", "--border", "reflect")
    for tool in ["cv", "np", "scipy", "torch", "reflect101", "symmetric"] { #expect(result.errors.contains(tool)) }
  }

  @Test(
    "65 with a message and a stable code for bad data, and no output file",
    arguments: [
      ("empty.png", "empty", ["format.unsupported"]), ("text.png", "expected a PNG file", ["format.unsupported"]),
      ("truncated.png", "truncated", ["png.truncated"]), ("flipped.png", "at row", ["png.crc", "png.corrupt"]),
      ("gif.png", "expected a PNG file", ["format.unsupported"]),
    ])
  func badData(name: String, message: String, codes: [String]) throws {
    let good = try png()
    var bytes = good
    switch name {
    case "empty.png": bytes = Data()
    case "text.png": bytes = Data("This is no image.".utf8)
    case "gif.png": bytes = Data("GIF89a".utf8) + good.dropFirst(6)
    case "truncated.png": bytes = good.prefix(good.count / 2)
    default: bytes[good.count / 2] ^= 0x10
    }
    try bytes.write(to: folder.file(name))
    let result = try run("apply", "edge", name, "out.png")
    #expect(result.exitCode == 65, "\(result.errors)")
    #expect(result.errors.hasPrefix("imgconv: error: \(name): "), "\(result.errors)")
    #expect(result.errors.localizedCaseInsensitiveContains(message), "\(result.errors)")
    let asJSON = try run("apply", "edge", name, "out.png", "--json")
    #expect(asJSON.exitCode == 65 && asJSON.errors == result.errors)
    let error = try JSONDecoder().decode(FailureReport.self, from: asJSON.output).error
    #expect(codes.contains(error.code) && error.path == name, "\(error.code)")
    #expect(result.errors == "imgconv: error: \(name): \(error.message) [\(error.code)]\n")
    #expect(folder.names == [name, "in.png"].sorted())
  }

  @Test("65 for a kernel that cannot be read, with its line and column")
  func badKernel() throws {
    try Data("1 2 3\n4 5\n".utf8).write(to: folder.file("bad.kernel"))
    let result = try run("apply", "bad.kernel", "in.png", "out.png")
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("bad.kernel:2:"), "\(result.errors)")
    let unknown = try run("apply", "gausian", "in.png", "out.png")
    #expect(unknown.exitCode == 65)
    #expect(unknown.errors.contains("gausian"))
    #expect(folder.names == ["bad.kernel", "in.png"])
  }

  @Test("65 where no window fits, naming both shapes")
  func noWindowFits() throws {
    let result = try run("apply", "gaussian:9", "in.png", "out.png", "--padding", "valid")
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("73×73") && result.errors.contains("40×30"), "\(result.errors)")
  }

  @Test(
    "65 beyond a limit, with the numbers and the flag that raises it",
    arguments: [
      ("--max-pixels", "100"), ("--max-side", "20"), ("--max-memory", "1K"),
    ])
  func limits(flag: String, value: String) throws {
    let result = try run("apply", "edge", "in.png", "out.png", flag, value)
    #expect(result.exitCode == 65, "\(result.errors)")
    #expect(result.errors.contains(flag), "\(result.errors)")
    #expect(folder.names == ["in.png"])
  }

  @Test("a memory limit is named in units that show it")
  func memoryInFittingUnits() throws {
    let result = try run("apply", "edge", "in.png", "out.png", "--max-memory", "2000")
    #expect(result.errors.contains("2000 bytes may be used"), "\(result.errors)")
    #expect(!result.errors.contains(" 0 MiB"))
  }

  @Test("66 where the input does not exist or is a folder")
  func noInput() throws {
    let missing = try run("apply", "edge", "none.png", "out.png")
    #expect(missing.exitCode == 66)
    #expect(missing.errors.contains("none.png: cannot open: No such file"))
    try FileManager.default.createDirectory(at: folder.file("folder.png"), withIntermediateDirectories: false)
    #expect(try run("apply", "edge", "folder.png", "out.png").exitCode == 66)
    #expect(try run("apply", "nowhere/edge.kernel", "in.png", "out.png").exitCode == 66)
  }

  @Test("73 where the output cannot be created, or exists and must be kept")
  func cannotCreate() throws {
    #expect(try run("apply", "edge", "in.png", "nowhere/out.png").exitCode == 73)
    try Data("kept".utf8).write(to: folder.file("old.png"))
    let kept = try run("apply", "edge", "in.png", "old.png", "--no-clobber")
    #expect(kept.exitCode == 73)
    #expect(kept.errors.contains("old.png"))
    #expect(try Data(contentsOf: folder.file("old.png")) == Data("kept".utf8))
    try FileManager.default.createDirectory(at: folder.file("sub.png"), withIntermediateDirectories: false)
    #expect(try run("apply", "edge", "in.png", "sub.png").exitCode == 73)
    #expect(folder.names == ["in.png", "old.png", "sub.png"])
  }

  @Test("replaces an existing file whole, and keeps it when the input is bad")
  func replacesWholeOrNotAtAll() throws {
    try Data("old".utf8).write(to: folder.file("out.png"))
    try png().prefix(300).write(to: folder.file("bad.png"))
    #expect(try run("apply", "edge", "bad.png", "out.png").exitCode == 65)
    #expect(try Data(contentsOf: folder.file("out.png")) == Data("old".utf8))
    #expect(try run("apply", "edge", "in.png", "out.png").exitCode == 0)
    #expect(try TestImage(contentsOf: folder.file("out.png")).rows.width == 40)
    #expect(folder.names == ["bad.png", "in.png", "out.png"])
  }

  @Test("a replaced file keeps its permissions, and a link stays a link")
  func keepsPermissionsAndLinks() throws {
    let manager = FileManager.default
    try Data("old".utf8).write(to: folder.file("target.png"))
    try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.file("target.png").path)
    try manager.createSymbolicLink(atPath: folder.file("link.png").path, withDestinationPath: "target.png")
    #expect(try run("apply", "box3", "in.png", "link.png").exitCode == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.file("link.png").path) == "target.png")
    let permissions = try manager.attributesOfItem(atPath: folder.file("target.png").path)[.posixPermissions]
    #expect(permissions as? Int == 0o640)
    #expect(try TestImage(contentsOf: folder.file("target.png")).rows.width == 40)
  }

  @Test("filters a file in place")
  func filtersInPlace() throws {
    #expect(try run("apply", "box3", "in.png", "other.png").exitCode == 0)
    #expect(try run("apply", "box3", "in.png", "in.png").exitCode == 0)
    #expect(try png() == (try Data(contentsOf: folder.file("other.png"))))
  }

  @Test(
    "74 when the disk is full, with nothing left behind",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func diskFull() throws {
    let result = try run("apply", "edge", "in.png", "/dev/full", "--output-format", "png")
    #expect(result.exitCode == 74, "\(result.errors)")
    #expect(result.errors.contains("No space left"), "\(result.errors)")
  }

  @Test("74 when the system refuses memory, with nothing left behind", .enabled(if: Bash.exists))
  func exhaustion() throws {
    // An interlaced image is held whole, and here would be 18 MB.
    try TestImage(PixelFormat(.rgb), width: 3000, height: 2000, samples: (0..<18_000_000).map { $0 % 251 })
      .writePNG(to: folder.file("large.png"))
    var bytes = Array(try Data(contentsOf: folder.file("large.png")))
    bytes[28] = 1
    let checksum = Checksum.crc32(Array(bytes[12..<29]))
    for index in 0..<4 { bytes[29 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * index)) }
    try Data(bytes).write(to: folder.file("large.png"))
    let names = folder.names
    var refusals = 0
    // From where nothing can start to where there is enough.
    for kilobytes in stride(from: 30_000, through: 150_000, by: 10_000) {
      let result = try Tool.run(
        executable: URL(fileURLWithPath: "/bin/bash"),
        ["-c", "ulimit -v \(kilobytes); exec \"$IMGCONV\" apply box3 large.png out.png --threads 8 --max-memory 500M"],
        in: folder.url, environment: ["IMGCONV": Tool.binary.path])
      // Where even the runtime cannot start there is no message of ours.
      guard result.errors.contains("refused") else { continue }
      refusals += 1
      #expect(result.exitCode == 74, "\(kilobytes): \(result.errors)")
      #expect(result.errors.hasPrefix("imgconv: error: large.png: the system refused "), "\(result.errors)")
      #expect(result.errors.hasSuffix(" [io.memory]\n"), "\(result.errors)")
      #expect(folder.names == names)
    }
    #expect(refusals > 0)
  }

  @Test("damage is put up with when asked: what can be decoded is filtered, and a warning says what was lost")
  func toleratesDamageWhenAsked() throws {
    let original = TestImage(PixelFormat(.rgb), width: 200, height: 100)
    try original.writePNG(to: folder.file("whole.png"))
    let whole = try Data(contentsOf: folder.file("whole.png"))
    try whole.prefix(whole.count * 3 / 4).write(to: folder.file("half.png"))
    #expect(try run("apply", "identity", "half.png", "out.png").exitCode == 65)
    let result = try run("apply", "identity", "half.png", "out.png", "--fail-on", "none")
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("warning: half.png"), "\(result.errors)")
    let decoded = try TestImage(contentsOf: folder.file("out.png")).rows
    #expect(decoded.rowCount == 100)
    let half = original.rows.bytesPerRow * 50
    #expect(decoded.bytes.prefix(half) == original.rows.bytes.prefix(half))
  }

  @Test("standard input and output carry images, decided by content")
  func standardStreams() throws {
    let result = try run("apply", "box3", "-", "-", input: try png())
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(try run("apply", "box3", "in.png", "out.png").exitCode == 0)
    #expect(result.output == (try Data(contentsOf: folder.file("out.png"))))
    let jpeg = try run("apply", "box3", "-", "-", "--output-format", "jpeg", input: try png())
    #expect(jpeg.output.starts(with: [0xFF, 0xD8, 0xFF]))
    // A mapping that needs two passes reads a pipe once.
    let twice = try run("apply", "laplacian", "-", "-", "--map", "minmax", input: try png())
    #expect(twice.exitCode == 0, "\(twice.errors)")
    #expect(try run("apply", "laplacian", "in.png", "twice.png", "--map", "minmax").exitCode == 0)
    #expect(twice.output == (try Data(contentsOf: folder.file("twice.png"))))
  }

  @Test("the name of an input does not matter, its first bytes do")
  func formatIsDecidedByContent() throws {
    try png().write(to: folder.file("really-a-png.jpg"))
    #expect(try run("apply", "box3", "really-a-png.jpg", "a.png").exitCode == 0)
    #expect(try run("apply", "box3", "in.png", "b.png").exitCode == 0)
    #expect(try Data(contentsOf: folder.file("a.png")) == (try Data(contentsOf: folder.file("b.png"))))
  }

  @Test("an ending that is no format is refused before any work")
  func unknownEnding() throws {
    let result = try run("apply", "edge", "in.png", "out.webp")
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("--output-format"))
  }

  @Test("a kernel that begins with a minus is no option")
  func kernelsThatBeginWithAMinus() throws {
    #expect(try run("apply", "-1 0 1", "in.png", "out.png", "--quiet").exitCode == 0)
    #expect(try run("apply", "sobel-x", "in.png", "out.png", "--map", "-0.5:0.5", "--quiet").exitCode == 0)
  }
}

/// What a failed run prints with `--json`.
struct FailureReport: Decodable {
  struct Evidence: Decodable {
    let code: String
    let path: String?
    let message: String
  }

  let error: Evidence
}
