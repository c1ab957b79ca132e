import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Streams that do not block")
struct StreamTests {
  /// A pipe whose two ends do not block, for whoever holds them.
  private func pipe() -> Pipe {
    let pipe = Pipe()
    for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
      let descriptor = handle.fileDescriptor
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      #if os(Linux)
        // F_SETPIPE_SZ: one page.
        _ = fcntl(descriptor, 1031, 4096)
      #endif
    }
    return pipe
  }

  private func blocks(_ handle: FileHandle) {
    let descriptor = handle.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  @Test(
    "are written to the end",
    arguments: [["kernels", "list", "--json"], ["kernels", "convert", "gaussian:8", "--to", "json"]])
  func standardOutput(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let expected = try Tool.run(arguments, in: folder.url).output
    #expect(expected.count > 8192)
    let pipe = pipe()
    let process = Process()
    process.executableURL = Tool.binary
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    // Long enough for the pipe to be full.
    usleep(300_000)
    blocks(pipe.fileHandleForReading)
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(output == expected)
  }

  @Test(
    "are read to the end",
    arguments: [
      (["kernels", "check", "-"], "native"), (["apply", "edge", "-", "out.png", "--map", "minmax", "--quiet"], "png"),
    ])
  func standardInput(arguments: [String], kind: String) throws {
    let folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 40, height: 30).writePNG(to: folder.file("in.png"))
    let input = kind == "png" ? try Data(contentsOf: folder.file("in.png")) : Data("1 2 1\n2 4 2\n1 2 1\n".utf8)
    let pipe = pipe()
    let process = Process()
    process.executableURL = Tool.binary
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // Long enough for the process to have found nothing yet.
    usleep(300_000)
    blocks(pipe.fileHandleForWriting)
    pipe.fileHandleForWriting.write(input)
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
