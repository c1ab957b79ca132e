import Foundation
import Tensors
import TestSupport
import Testing

@Suite("merge-logs")
struct MergeLogsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("in"), withIntermediateDirectories: true)
    for index in 0..<12 {
      try TestImage(PixelFormat(.grey), width: 9, height: 7, seed: UInt64(index))
        .writePNG(to: folder.file("in/\(index).png"))
    }
    for index in 0..<3 {
      let run = try Tool.run(
        ["batch", "box3", "in", "--out", "parts", "--shard", "\(index)/3", "--log", "\(index).jsonl"], in: folder.url)
      #expect(run.exitCode == 0)
    }
  }

  private func merge(_ arguments: String...) throws -> Tool.Run {
    try Tool.run(["merge-logs"] + arguments, in: folder.url)
  }

  @Test("shows that parts make up the whole, byte for byte")
  func complete() throws {
    let run = try merge("2.jsonl", "0.jsonl", "1.jsonl", "--out", "all.jsonl")
    #expect(run.exitCode == 0)
    #expect(run.errors.contains("12 of 12 files: 12 done"), "\(run.errors)")
    #expect(try Records(folder.file("all.jsonl")).count == 12)
    #expect(try Tool.run(["batch", "box3", "in", "--out", "whole"], in: folder.url).exitCode == 0)
    for index in 0..<12 {
      let parts = try Data(contentsOf: folder.file("parts/\(index).png"))
      #expect(try Data(contentsOf: folder.file("whole/\(index).png")) == parts)
    }
    #expect(try merge("all.jsonl").exitCode == 0)
  }

  @Test("ends with 75 and names the part where one is missing")
  func missingPart() throws {
    let run = try merge("0.jsonl", "2.jsonl")
    #expect(run.exitCode == 75)
    #expect(run.errors.contains("no record of part 1/3"), "\(run.errors)")
  }

  @Test("ends with 75 where the last line of a log is torn")
  func torn() throws {
    let log = try Data(contentsOf: folder.file("1.jsonl"))
    try log.dropLast(9).write(to: folder.file("1.jsonl"))
    #expect(try merge("0.jsonl", "1.jsonl", "2.jsonl").exitCode == 75)
  }

  @Test("has one record of an input that was named twice, whatever becomes of it")
  func namedTwice() throws {
    try Data("text".utf8).write(to: folder.file("in/notes.txt"))
    let names = ["in", "in", "gone.png", "gone.png", "in/1.png"]
    let run = try Tool.run(["batch", "box3"] + names + ["--out", "twice", "--log", "twice.jsonl"], in: folder.url)
    #expect(run.errors.contains("12 done, 1 failed, 1 skipped"), "\(run.errors)")
    #expect(try merge("twice.jsonl").errors.contains("14 of 14 files"))
  }

  @Test("ends with 65 where a file has two records, or logs do not belong together")
  func mixed() throws {
    #expect(try merge("0.jsonl", "1.jsonl", "2.jsonl", "1.jsonl").errors.contains("[log.twice]"))
    _ = try Tool.run(
      ["batch", "box5", "in", "--out", "other", "--shard", "1/3", "--log", "other.jsonl"], in: folder.url)
    #expect(try merge("0.jsonl", "other.jsonl", "2.jsonl").exitCode == 65)
    let text = try String(contentsOf: folder.file("1.jsonl"), encoding: .utf8)
    try text.replacingOccurrences(of: #"in/"#, with: "on/").write(
      to: folder.file("forged.jsonl"), atomically: true, encoding: .utf8)
    #expect(try merge("0.jsonl", "forged.jsonl", "2.jsonl").errors.contains("[log.mixed]"))
    try Data("{}\n{}\n".utf8).write(to: folder.file("junk.jsonl"))
    let junk = try merge("junk.jsonl")
    #expect(junk.exitCode == 65)
    #expect(junk.errors.contains("junk.jsonl:1: is no record of a batch"), "\(junk.errors)")
  }
}
