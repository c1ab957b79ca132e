import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Interrupted runs")
struct SignalTests {
  @Test("end with 130 or 143 and leave no temporary file", arguments: [SIGINT, SIGTERM])
  func leaveNothingBehind(signal: Int32) throws {
    let folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 640, height: 480).writePNG(to: folder.file("in.png"))
    let process = Process()
    process.executableURL = Tool.binary
    // Hundreds of taps a sample: far longer than the test waits.
    process.arguments = ["apply", "gaussian:100", "in.png", "out.png", "--algorithm", "reference"]
    process.currentDirectoryURL = folder.url
    try process.run()
    let deadline = Date().addingTimeInterval(20)
    while !folder.names.contains(where: { $0.hasSuffix(".part") }) && Date() < deadline { usleep(10_000) }
    #expect(folder.names.contains { $0.hasSuffix(".part") })
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 128 + signal)
    #expect(folder.names == ["in.png"])
  }
}
