import Foundation
import Tensors
import TestSupport
import Testing

@Suite("batch")
struct BatchTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("in/deep"), withIntermediateDirectories: true)
    for (index, name) in ["a.png", "b.png", "deep/c.png", "deep/d.png"].enumerated() {
      try TestImage(PixelFormat(.rgb), width: 60, height: 40, seed: UInt64(index))
        .writePNG(to: folder.file("in/\(name)"))
    }
  }

  private func batch(_ arguments: String...) throws -> Tool.Run {
    try Tool.run(["batch"] + arguments, in: folder.url)
  }

  /// The bytes of every file below a folder, by its path.
  private func tree(_ name: String) throws -> [String: Data] {
    let url = folder.file(name)
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
      if let data = try? Data(contentsOf: url.appendingPathComponent(path)) { files[path] = data }
    }
    return files
  }

  @Test("makes of each file what apply makes of it, at any count of threads")
  func equalsApply() throws {
    for threads in ["1", "2", "7"] {
      #expect(try batch("sobel-x", "in", "--out", "out\(threads)", "--threads", threads).exitCode == 0)
    }
    let made = try tree("out1")
    #expect(made.keys.sorted() == ["a.png", "b.png", "deep/c.png", "deep/d.png"])
    #expect(try tree("out2") == made)
    #expect(try tree("out7") == made)
    _ = try Tool.run(["apply", "sobel-x", "in/deep/c.png", "c.png"], in: folder.url)
    #expect(try Data(contentsOf: folder.file("c.png")) == made["deep/c.png"])
  }

  @Test("goes on after a bad file, ends with 1, and has a record of each")
  func goesOn() throws {
    try Data("no image".utf8).write(to: folder.file("in/bad.png"))
    let whole = try Data(contentsOf: folder.file("in/a.png"))
    try whole.prefix(whole.count / 2).write(to: folder.file("in/cut.png"))
    #expect(mkfifo(folder.file("in/pipe.png").path, 0o600) == 0)
    let run = try batch("box3", "in", "--out", "out", "--log", "log.jsonl")
    #expect(run.exitCode == 1)
    #expect(try tree("out").keys.sorted() == ["a.png", "b.png", "deep/c.png", "deep/d.png"])
    #expect(run.errors.contains("imgconv: error: in/bad.png: "), "\(run.errors)")
    #expect(run.errors.contains("4 done, 2 failed, 1 skipped"), "\(run.errors)")
    let records = try Records(folder.file("log.jsonl"))
    #expect(records.count == 7)
    #expect(records["in/bad.png"]?["code"] as? String == "format.unsupported")
    #expect(records["in/cut.png"]?["code"] as? String == "png.truncated")
    #expect(records["in/pipe.png"]?["status"] as? String == "skipped")
    let done = try #require(records["in/deep/c.png"])
    #expect(done["status"] as? String == "done")
    #expect(done["code"] as? String == "ok")
    #expect(done["inputShape"] as? [Int] == [3, 40, 60])
    #expect(done["outputBytes"] as? Int == (try tree("out"))["deep/c.png"]?.count)
    #expect(done["milliseconds"] as? Double != nil)
  }

  @Test("refuses what cannot go well before it writes anything, with 65, 66 and 73")
  func refusals() throws {
    #expect(try batch("box3", "in", "--out", "in", "--force").exitCode == 65)
    #expect(try batch("box3", "nowhere", "--out", "out").exitCode == 66)
    #expect(try batch("box3", "in", "--out", "in/a.png").exitCode == 73)
    try FileManager.default.createDirectory(at: folder.file("old"), withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: folder.file("old/a.png"))
    let run = try batch("box3", "in", "--out", "old")
    #expect(run.exitCode == 73)
    #expect(run.errors.contains("--force") && run.errors.contains("--resume"), "\(run.errors)")
    #expect(try tree("old") == ["a.png": Data("mine".utf8)])
    #expect(folder.names == ["in", "old"])
    #expect(try batch("box3", "in", "--out", "old", "--force").exitCode == 0)
    #expect(try tree("old").count == 4)
  }

  @Test("refuses outputs that links make one file, and replaces hard links each on its own")
  func linkedOutputs() throws {
    let files = FileManager.default
    try files.createDirectory(at: folder.file("out/deep"), withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: folder.file("out/a.png").path, withDestinationPath: "b.png")
    #expect(try batch("box3", "in", "--out", "out", "--force").exitCode == 65)
    try files.removeItem(at: folder.file("out"))

    try files.createDirectory(at: folder.file("in/again"), withIntermediateDirectories: true)
    try files.copyItem(at: folder.file("in/a.png"), to: folder.file("in/again/c.png"))
    try files.createDirectory(at: folder.file("out/deep"), withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: folder.file("out/again").path, withDestinationPath: "deep")
    let run = try batch("box3", "in", "--out", "out")
    #expect(run.exitCode == 65)
    #expect(run.errors.contains("links"), "\(run.errors)")
    #expect(try tree("out").isEmpty)
    try files.removeItem(at: folder.file("out/again"))

    try Data("old".utf8).write(to: folder.file("out/a.png"))
    try files.linkItem(at: folder.file("out/a.png"), to: folder.file("out/b.png"))
    #expect(try batch("box3", "in", "--out", "out", "--force").exitCode == 0)
    #expect(try tree("out")["a.png"] != tree("out")["b.png"])
  }

  @Test("refuses a log that is an output with 65, and standard output as one with 64")
  func logsThatAreNone() throws {
    #expect(try batch("box3", "in", "--out", "out", "--log", "./out/deep/c.png").exitCode == 65)
    #expect(try batch("box3", "in", "--out", "out", "--log", "-").exitCode == 64)
    #expect(folder.names == ["in"])
  }

  @Test("shows its plan and writes nothing with --dry-run")
  func dryRun() throws {
    let run = try batch("box3", "in", "--out", "out", "--dry-run", "--log", "log.jsonl")
    #expect(run.exitCode == 0)
    #expect(run.text.split(separator: "\n").last == "in/deep/d.png -> out/deep/d.png")
    #expect(folder.names == ["in"])
  }

  @Test("shows its plan as JSON with --json, and ends as the run would")
  func dryRunAsJSON() throws {
    let run = try batch("box3", "in/deep", "none.png", "--out", "out", "--dry-run", "--json")
    #expect(run.exitCode == 1)
    #expect(try batch("box3", "in/deep", "none.png", "--out", "elsewhere").exitCode == 1)
    let plan = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(plan["planned"] as? Int == 3)
    let files = try #require(plan["files"] as? [[String: String]])
    #expect(files.map { $0["action"] } == ["run", "run", "fail"])
    #expect(files[0]["path"] == "in/deep/c.png" && files[0]["output"] == "out/c.png")
    #expect(files[2]["code"] == "io.open" && files[2]["output"] == nil)

    #expect(try batch("box3", "none.png", "--out", "out", "--dry-run").exitCode == 66)
    #expect(try batch("box3", "in", "--out", "in/a.png", "--dry-run").exitCode == 73)
    #expect(try batch("box3", "in", "--out", "in/a.png/deeper", "--dry-run").exitCode == 73)
    #expect(folder.names == ["elsewhere", "in"])
  }

  @Test("does again only what its log and outputs leave to do")
  func resumes() throws {
    #expect(try batch("box3", "in", "--out", "out", "--log", "log.jsonl").exitCode == 0)
    let first = try tree("out")
    let again = try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--resume")
    #expect(again.exitCode == 0)
    #expect(again.errors.contains("0 done, 4 unchanged"), "\(again.errors)")

    // A lost output, one of the wrong size, a new input, and a line that was torn.
    try FileManager.default.removeItem(at: folder.file("out/a.png"))
    try Data("short".utf8).write(to: folder.file("out/b.png"))
    try TestImage(PixelFormat(.rgb), width: 60, height: 40, seed: 9).writePNG(to: folder.file("in/deep/d.png"))
    let log = try Data(contentsOf: folder.file("log.jsonl"))
    try (log + Data(#"{"code":"ok","#.utf8)).write(to: folder.file("log.jsonl"))
    let mended = try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--resume")
    #expect(mended.errors.contains("3 done, 1 unchanged"), "\(mended.errors)")
    #expect(try Records(folder.file("log.jsonl")).count == 4)
    let second = try tree("out")
    #expect(second["deep/d.png"] != first["deep/d.png"])
    #expect(second.filter { $0.key != "deep/d.png" } == first.filter { $0.key != "deep/d.png" })

    // Other parameters are another result.
    let other = try batch("box5", "in", "--out", "out", "--log", "log.jsonl", "--resume")
    #expect(other.errors.contains("4 done;"), "\(other.errors)")
    #expect(try tree("out")["a.png"] != first["a.png"])
  }

  @Test("goes by what files hold, not by their time, with --checksum")
  func checksums() throws {
    #expect(try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--checksum").exitCode == 0)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.file("in/a.png").path)
    let run = try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--checksum", "--resume")
    #expect(run.errors.contains("0 done, 4 unchanged"), "\(run.errors)")
  }

  @Test("ends early with --fail-fast and 75, and the rest is done by the next run")
  func failsFast() throws {
    // The first name of all: with one thread nothing is done before it.
    try Data("no image".utf8).write(to: folder.file("in/0.png"))
    let run = try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--fail-fast", "--threads", "1")
    #expect(run.exitCode == 75)
    #expect(run.errors.contains("1 failed"), "\(run.errors)")
    #expect(try tree("out").count < 4)
    try FileManager.default.removeItem(at: folder.file("in/0.png"))
    #expect(try batch("box3", "in", "--out", "out", "--log", "log.jsonl", "--resume").exitCode == 0)
    #expect(try tree("out").count == 4)
  }

  @Test("takes names from a list, ended by lines or by zeros", arguments: [("\n", []), ("\0", ["--from0"])])
  func lists(end: String, options: [String]) throws {
    let list = ["in/a.png", "in/deep/c.png", "in/none.png"].map { $0 + end }.joined()
    let run = try Tool.run(
      ["batch", "box3", "-", "--root", "in", "--out", "out"] + options, in: folder.url, input: Data(list.utf8))
    #expect(run.exitCode == 1)
    #expect(try tree("out").keys.sorted() == ["a.png", "deep/c.png"])
    #expect(run.errors.contains("in/none.png: cannot open"), "\(run.errors)")
  }

  @Test("gives a file no more time than --timeout")
  func timeout() throws {
    // The reference takes minutes, and looks at no clock within a strip: its threads are given up.
    let run = try batch(
      "gaussian:200", "in", "--out", "out", "--timeout", "0.1", "--log", "log.jsonl", "--algorithm", "reference")
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("4 failed"), "\(run.errors)")
    #expect(try Records(folder.file("log.jsonl"))["in/a.png"]?["code"] as? String == "limit.time")
    #expect(try tree("out").isEmpty)
  }

  @Test("keeps names that are no UTF-8, in its log too", .enabled(if: Bash.exists))
  func names() throws {
    let line = #"""
      cp in/a.png $'in/n\xff.png' && mkdir $'in/d\xfe' && cp in/a.png $'in/d\xfe/-x.png' &&
        "$IMGCONV" batch box3 in --out out --log log.jsonl && cmp out/a.png $'out/n\xff.png' &&
        cmp out/a.png $'out/d\xfe/-x.png' && "$IMGCONV" batch box3 in --out out --log log.jsonl --resume &&
        printf '%s\n' in/n* | "$IMGCONV" batch box3 - --out listed && ls listed | cmp - <(printf 'n\xff.png\n')
      """#
    let run = try Tool.run(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder.url,
      environment: ["IMGCONV": Tool.binary.path])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.errors.contains("0 done, 6 unchanged"), "\(run.errors)")
    let record = try #require(try Records(folder.file("log.jsonl"))[#"in/n\xFF.png"#])
    #expect(record["pathHex"] as? String == "696e2f6eff2e706e67")
  }

  @Test("removes what dead runs left and nothing else", .enabled(if: Bash.exists))
  func leftovers() throws {
    let slow = ["batch", "gaussian:100", "in", "--out", "out", "--algorithm", "reference"]
    let process = try Tool.start(slow, in: folder.url)
    let hasLeft = { ((try? tree("out")) ?? [:]).keys.contains { $0.hasPrefix(".imgconv-") } }
    let deadline = Date().addingTimeInterval(20)
    while !hasLeft() && Date() < deadline { usleep(10_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(hasLeft())
    // Another machine's run may be alive.
    let foreign = ".imgconv-elsewhere-1-1-1.part"
    try Data().write(to: folder.file("out/\(foreign)"))
    #expect(try batch("box3", "in", "--out", "out", "--force").exitCode == 0)
    #expect(try tree("out").keys.sorted() == [foreign, "a.png", "b.png", "deep/c.png", "deep/d.png"].sorted())
  }

  @Test("ends within two seconds of a signal, with no temporary file", arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1])
  func signals(signal: Int32) throws {
    let errors = folder.file("errors")
    let slow = ["batch", "gaussian:100", "in", "--out", "out", "--algorithm", "reference", "--log", "log.jsonl"]
    let process = try Tool.start(slow, in: folder.url, errors: errors)
    let deadline = Date().addingTimeInterval(20)
    while (try? tree("out").isEmpty) ?? true && Date() < deadline { usleep(10_000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == (signal == SIGUSR1 ? 75 : 128 + signal))
    #expect(try tree("out").isEmpty)
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(said.contains("0 done, 4 left"), "\(said)")
    #expect(try Data(contentsOf: folder.file("log.jsonl")).isEmpty)
  }
}

/// The records of a log, by the path that each has.
struct Records {
  private let all: [[String: Any]]

  init(_ url: URL) throws {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    all = try lines.map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  var count: Int { all.count }

  subscript(path: String) -> [String: Any]? { all.first { $0["path"] as? String == path } }
}
