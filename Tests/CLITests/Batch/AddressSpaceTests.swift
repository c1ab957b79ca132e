import Foundation
import Tensors
import TestSupport
import Testing

/// Stacks and heaps of threads are laid out large, and count whole.
@Suite("batch where the address space is limited", .enabled(if: Bash.exists))
struct AddressSpaceTests {
  private func batch(kilobytes: Int, _ more: String, in folder: TemporaryFolder) throws -> Tool.Run {
    try Tool.run(
      executable: URL(fileURLWithPath: "/bin/bash"),
      ["-c", "ulimit -v \(kilobytes); exec \"$IMGCONV\" batch box3 in --out out --force \(more)"],
      in: folder.url, environment: ["IMGCONV": Tool.binary.path])
  }

  @Test("files that fit are done, however many threads are asked for", arguments: [100_000, 200_000, 400_000])
  func fits(kilobytes: Int) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("in"), withIntermediateDirectories: true)
    for seed in 0..<12 {
      try TestImage(PixelFormat(.rgb), width: 700, height: 500, seed: UInt64(seed))
        .writePNG(to: folder.file("in/\(seed).png"))
    }
    for threads in ["1", "4", "16"] {
      let run = try batch(kilobytes: kilobytes, "--threads \(threads)", in: folder)
      #expect(run.exitCode == 0, "\(threads) threads: \(run.errors)")
      #expect(run.errors.contains("12 done;"), "\(threads) threads: \(run.errors)")
    }
  }
}
