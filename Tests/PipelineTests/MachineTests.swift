import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("What the machine allows")
struct MachineTests {
  /// A folder of control groups with these files.
  private func groups(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      let url = folder.file(name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("\(text)\n".utf8).write(to: url)
    }
    return folder
  }

  @Test(
    "processors follow the quota of either version of control groups",
    arguments: [
      (["cpu.max": "150000 100000"], 2), (["cpu.max": "50000 100000"], 1), (["cpu.max": "max 100000"], nil),
      (["cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"], 3),
      (["cpu/cpu.cfs_quota_us": "100001", "cpu/cpu.cfs_period_us": "100000"], 2),
      (["cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"], nil),
      (["cpu/cpu.cfs_quota_us": "300000"], nil), ([:], nil),
    ] as [([String: String], Int?)])
  func processors(files: [String: String], expected: Int?) throws {
    let folder = try groups(files)
    #expect(Machine.controlGroupProcessors(at: folder.url.path) == expected)
  }

  @Test(
    "memory follows the limit of either version of control groups",
    arguments: [
      (["memory.max": "1000000"], 1_000_000), (["memory.max": "max"], nil),
      (["memory/memory.limit_in_bytes": "2000000"], 2_000_000), ([:], nil),
    ] as [([String: String], Int?)])
  func memory(files: [String: String], expected: Int?) throws {
    let folder = try groups(files)
    #expect(Machine.controlGroupMemory(at: folder.url.path) == expected)
  }
}
