import Codecs
import Convolution
import Foundation
import Pipeline
import Tensors
import TestSupport
import Testing

@Suite("The plan of a batch")
struct BatchPlanTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["in/a.png", "in/b.jpeg", "in/deep/c.png", "in/deep/.hidden.png", "in/deep/er/d.jpg", "in/notes.txt"] {
      try make(name)
    }
  }

  /// Makes a file, which need not be an image: nothing is decoded here.
  private func make(_ name: String, _ text: String = "x") throws {
    let url = folder.file(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func path(_ name: String) -> String { folder.file(name).path }

  /// The lines of a plan, without the test's folder.
  private func lines(
    _ arguments: [String], root: String? = nil, suffix: String = "", format: ImageFormat? = nil,
    out: String = "out", _ change: (inout BatchOptions) -> Void = { _ in }
  ) throws -> [String] {
    var options = BatchOptions()
    change(&options)
    let plan = try BatchPlan(
      inputs: BatchInputs(arguments: arguments.map(path), root: root.map(path)),
      naming: OutputNaming(folder: path(out), suffix: suffix, format: format), job: ImageJob(steps: []),
      outputOptions: OutputOptions(), tolerance: .error, options: options)
    return BatchPlanReport(plan).lines.map { $0.replacingOccurrences(of: folder.url.path + "/", with: "") }
  }

  @Test("mirrors a folder in the order of names, without hidden files, and says what is left out")
  func mirrors() throws {
    #expect(
      try lines(["in"]) == [
        "in/a.png -> out/a.png", "in/b.jpeg -> out/b.jpeg", "in/deep/c.png -> out/deep/c.png",
        "in/deep/er/d.jpg -> out/deep/er/d.jpg",
        "in/notes.txt: skipped, is no PNG or JPEG file, by its name or its first bytes",
      ])
  }

  @Test("keeps the folders of names that begin with a combining mark, and hides those behind a dot")
  func combiningMarks() throws {
    for name in ["marks/one/\u{301}a.png", "marks/two/\u{301}a.png", "marks/.\u{301}b.png"] { try make(name) }
    let planned = ["one", "two"].map { "marks/\($0)/\u{301}a.png -> out/\($0)/\u{301}a.png" }
    #expect(try lines(["marks"]) == planned)
    #expect(try lines(["marks/*/*"]) == planned)
  }

  @Test("knows an image without an ending by its first bytes")
  func firstBytes() throws {
    try make("odd/photo", "\u{89}PNG")
    try Data([0xFF, 0xD8, 0xFF, 0xE0]).write(to: folder.file("odd/photo"))
    #expect(try lines(["odd"]) == ["odd/photo -> out/photo.png"])
  }

  @Test("puts a suffix before the ending and changes the ending with the format only")
  func naming() throws {
    #expect(
      try lines(["in/a.png", "in/b.jpeg"], suffix: "-soft", format: .jpeg) == [
        "in/a.png -> out/a-soft.jpg", "in/b.jpeg -> out/b-soft.jpeg",
      ])
    #expect(try lines(["in/b.jpeg"], format: .npy) == ["in/b.jpeg -> out/b.npy"])
    #expect(try lines(["in/notes.txt"]) == ["in/notes.txt -> out/notes.txt.png"])
  }

  @Test("keeps the place below what a pattern names, and below the root where one is given")
  func patterns() throws {
    #expect(try lines(["in/d*/*.png"]) == ["in/deep/c.png -> out/deep/c.png"])
    #expect(
      try lines(["in/**/*.[jp][pn]g"]) == [
        "in/a.png -> out/a.png", "in/deep/c.png -> out/deep/c.png", "in/deep/er/d.jpg -> out/deep/er/d.jpg",
      ])
    #expect(try lines(["in/?.png"], root: "") == ["in/a.png -> out/in/a.png"])
    #expect(try lines(["in/deep/er/d.jpg"], root: "in") == ["in/deep/er/d.jpg -> out/deep/er/d.jpg"])
    #expect(throws: JobError.self) { try lines(["in/*.gif"]) }
  }

  @Test("takes a name for what it is before it takes it for a pattern")
  func namesLikePatterns() throws {
    try make("in/[a].png")
    #expect(try lines(["in/[a].png"]) == ["in/[a].png -> out/[a].png"])
  }

  @Test("names a file once that was named twice")
  func namedTwice() throws {
    #expect(try lines(["in/a.png", "in/a.png"]) == ["in/a.png -> out/a.png"])
  }

  @Test("is refused where two inputs have one output, or outputs that differ in case alone")
  func clashes() throws {
    try make("in/a.jpg")
    #expect(code { try lines(["in"], format: .png) } == "output.clash")
    #expect(code { try lines(["in/a.png", "in/deep/c.png"], suffix: "") } == nil)
    try make("case/A.png")
    try make("case/deep/a.png")
    #expect(code { try lines(["case/A.png", "case/deep/a.png"]) } == "output.clash")
    #expect(code { try lines(["case"]) } == nil)
  }

  @Test("is refused where an output is an input, by whatever name")
  func outputIsInput() throws {
    let replace: (inout BatchOptions) -> Void = { $0.existing = .replace }
    #expect(code { try lines(["in"], out: "in", replace) } == "output.input")
    try FileManager.default.createDirectory(at: folder.file("out"), withIntermediateDirectories: true)
    try FileManager.default.linkItem(at: folder.file("in/deep/c.png"), to: folder.file("out/a.png"))
    #expect(code { try lines(["in"], replace) } == "output.input")
    // A log is an output as well.
    #expect(code { try lines(["in/a.png"], out: "new") { $0.logPath = path("in/a.png") } } == "output.input")
  }

  @Test("is refused where an output is there, unless it may be replaced")
  func existing() throws {
    try make("out/deep/c.png")
    #expect(code { try lines(["in"]) } == "output.exists")
    #expect(code { try lines(["in"]) { $0.existing = .replace } } == nil)
    #expect(code { try lines(["in"], suffix: "-2") } == nil)
    try make("out/a.png/file")
    #expect(code { try lines(["in"]) { $0.existing = .replace } } == "output.folder")
  }

  @Test("leaves the folder of outputs out that lies in a folder of inputs")
  func outputsInside() throws {
    try make("in/out/old.png")
    #expect(try lines(["in"], out: "in/out").contains { $0.contains("old.png") } == false)
  }

  @Test("goes on without a file that is missing, and is refused where all are")
  func missing() throws {
    #expect(try lines(["in/a.png", "in/none.png"]).count == 2)
    #expect(code { try lines(["in/none.png"]) } == "io.open")
    try FileManager.default.createDirectory(at: folder.file("empty"), withIntermediateDirectories: true)
    #expect(code { try lines(["empty"]) } == "input.none")
  }

  @Test("does not follow links to folders, nor links that lead nowhere")
  func links() throws {
    try FileManager.default.createSymbolicLink(atPath: path("in/deep/up"), withDestinationPath: "..")
    try FileManager.default.createSymbolicLink(atPath: path("in/deep/gone.png"), withDestinationPath: "nowhere")
    try FileManager.default.createSymbolicLink(atPath: path("in/deep/self"), withDestinationPath: "self")
    let skipped = try lines(["in"]).filter { $0.contains(": skipped, is a link") }
    #expect(skipped.count == 3)
    // The folder that is named is followed.
    #expect(try lines(["in/deep/up"]).contains("in/deep/up/a.png -> out/a.png"))
  }

  @Test("is divided into parts that hold every file once")
  func parts() throws {
    let whole = Set(try lines(["in"]))
    for count in 1...5 {
      var all: [String] = []
      for index in 0..<count {
        all += try lines(["in"]) { $0.shard = Shard(index: index, count: count) ?? .whole }
      }
      #expect(all.count == whole.count)
      #expect(Set(all) == whole)
    }
  }

  /// The code of the error that is thrown; `nil` where none is.
  private func code(_ body: () throws -> [String]) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? JobError)?.code ?? "\(error)"
    }
  }
}
