import Foundation
import Tensors
import TestSupport
import Testing

@Suite("The log of a batch")
struct BatchLogTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("in/deep"), withIntermediateDirectories: true)
    for (index, name) in ["a.png", "b.png", "deep/c.png"].enumerated() {
      try TestImage(PixelFormat(.rgb), width: 60, height: 40, seed: UInt64(index))
        .writePNG(to: folder.file("in/\(name)"))
    }
  }

  private func batch(_ arguments: String...) throws -> Tool.Run {
    try Tool.run(["batch", "box3"] + arguments, in: folder.url)
  }

  @Test("keeps the records of files that a resumed run is not about")
  func resumedWithSome() throws {
    #expect(try batch("in", "--out", "out", "--log", "log.jsonl").exitCode == 0)
    try FileManager.default.removeItem(at: folder.file("out/a.png"))
    let some = try batch("in/a.png", "--root", "in", "--out", "out", "--log", "log.jsonl", "--resume")
    #expect(some.errors.contains("1 done;"), "\(some.errors)")
    #expect(try Records(folder.file("log.jsonl")).count == 3)
    #expect(try Tool.run(["merge-logs", "log.jsonl"], in: folder.url).errors.contains("[log.mixed]"))
    let all = try batch("in", "--out", "out", "--log", "log.jsonl", "--resume")
    #expect(all.errors.contains("0 done, 3 unchanged"), "\(all.errors)")
    #expect(try Tool.run(["merge-logs", "log.jsonl"], in: folder.url).errors.contains("3 of 3 files"))
  }

  @Test("forgets the records of files that are gone")
  func resumedWithout() throws {
    #expect(try batch("in", "--out", "out", "--log", "log.jsonl").exitCode == 0)
    try FileManager.default.removeItem(at: folder.file("in/b.png"))
    #expect(try batch("in", "--out", "out", "--log", "log.jsonl", "--resume").exitCode == 0)
    #expect(try Tool.run(["merge-logs", "log.jsonl"], in: folder.url).errors.contains("2 of 2 files"))
  }

  @Test("may be a pipe, which sees each record", .enabled(if: Bash.exists))
  func pipe() throws {
    let line = "\"$IMGCONV\" batch box3 in --out out --quiet --log /dev/stdout | wc -l"
    let run = try Tool.run(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder.url,
      environment: ["IMGCONV": Tool.binary.path])
    #expect(run.text.trimmingCharacters(in: .whitespacesAndNewlines) == "3", "\(run.errors)")
  }

  @Test("forgets the record of an output that a resumed run makes of another input")
  func resumedWithAnother() throws {
    #expect(try batch("in/a.png", "in/b.png", "--out", "out", "--log", "log.jsonl").exitCode == 0)
    try FileManager.default.createDirectory(at: folder.file("other"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: folder.file("in/deep/c.png"), to: folder.file("other/a.png"))
    #expect(try batch("other/a.png", "--out", "out", "--log", "log.jsonl", "--resume").exitCode == 0)
    let records = try Records(folder.file("log.jsonl"))
    #expect(records.count == 2)
    #expect(records["in/b.png"] != nil && records["other/a.png"] != nil && records["in/a.png"] == nil)
  }

  @Test(
    "that cannot be made ends the run with 73 before there is any folder",
    arguments: ["none/log.jsonl", "in/a.png/log.jsonl", "in", "/proc/log.jsonl", String(repeating: "l", count: 300)])
  func unmakeable(log: String) throws {
    let run = try batch("in", "--out", "out", "--log", log)
    #expect(run.exitCode == 73, "\(run.errors)")
    #expect(folder.names == ["in"])
    // What only the system knows is found by trying, which a dry run does not.
    guard log.hasSuffix("/log.jsonl") && !log.hasPrefix("/proc") else { return }
    #expect(try batch("in", "--out", "out", "--log", log, "--dry-run").exitCode == 73)
  }

  @Test(
    "may lie in a folder that the run makes",
    arguments: [
      ("out", "out/log.jsonl"), ("out", "out/deep/log.jsonl"), ("out", "./out/log.jsonl"), ("up/out", "up/log.jsonl"),
    ])
  func inNewFolder(out: String, log: String) throws {
    let run = try batch("in", "--out", out, "--log", log)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try Records(folder.file(log)).count == 3)
  }

  @Test(
    "that fills its disk ends the run with 74, the summary, and no temporary file",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func full() throws {
    let run = try batch("in", "--out", "out", "--log", "/dev/full", "--json")
    #expect(run.exitCode == 74)
    #expect(run.errors.contains("0 done, 3 left"), "\(run.errors)")
    #expect(run.errors.contains("/dev/full: cannot write: No space left on device [io.full]"), "\(run.errors)")
    let json = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(json["left"] as? Int == 3)
    #expect((json["error"] as? [String: Any])?["code"] as? String == "io.full")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file("out").path)
    #expect(!names.contains { $0.contains(".imgconv-") })
  }
}
