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

  @Test("go on where the signal was ignored when they began", .enabled(if: Bash.exists))
  func ignoredSignals() throws {
    let folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 320, height: 240).writePNG(to: folder.file("in.png"))
    let line = #"""
      trap "" INT HUP
      "$IMGCONV" apply gaussian:8 in.png out.png --algorithm reference & run=$!
      for _ in $(seq 500); do ls -A | grep -q part && break; sleep 0.01; done
      kill -INT $run; kill -HUP $run; wait $run
      """#
    let result = try Tool.run(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder.url,
      environment: ["IMGCONV": Tool.binary.path])
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(folder.names == ["in.png", "out.png"])
  }
}
