import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite("The README")
struct ReadmeTests {
  /// The lines of the first block of commands under a heading.
  private static func commands(after heading: String, in file: String) throws -> [String] {
    let text = try String(contentsOf: SharedFiles.packageFolder.appendingPathComponent(file), encoding: .utf8)
    let section = try #require(text.range(of: heading)).upperBound
    let start = try #require(text.range(of: "```sh\n", range: section..<text.endIndex)).upperBound
    let end = try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound
    return text[start..<end].split(separator: "\n").map(String.init).filter { $0.hasPrefix("imgconv ") }
  }

  /// A folder with the samples in it, as in a fresh clone.
  private static func folderWithSamples() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      at: folder.file("samples"), withDestinationURL: SharedFiles.packageFolder.appendingPathComponent("samples"))
    return folder
  }

  /// A section of examples, how many it has, and what they leave behind.
  struct Examples: CustomTestStringConvertible {
    let heading: String
    let count: Int
    let names: Set<String>

    var testDescription: String { heading }
  }

  static let examples = [
    Examples(
      heading: "## Ten examples", count: 10,
      names: [
        "sobel.png", "soft.jpg", "sharp.png", "im.png", "log.png", "features.png", "sums.npy", "glow.png",
        "difference.png",
      ]),
    Examples(heading: "## Feature maps", count: 4, names: ["edges", "network", "over", "textures"]),
    Examples(
      heading: "## Learn a kernel", count: 4,
      names: ["descended.kernel", "found.kernel", "jpeg.kernel", "loss.png", "target.png"]),
    Examples(heading: "## Pages", count: 3, names: ["layers.html", "plan.html", "sobel.html"]),
  ]

  @Test("shows examples that run, and each writes what it names", arguments: examples)
  func examplesRun(section: Examples) throws {
    let folder = try Self.folderWithSamples()
    let commands = try Self.commands(after: section.heading, in: "README.md")
    #expect(commands.count == section.count)
    for command in commands {
      let run = try Shell.run(command, in: folder.url)
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
    #expect(folder.names == section.names.union(["samples"]).sorted())
  }

  @Test("shows examples of many files that run")
  func batchExamplesRun() throws {
    let folder = try Self.folderWithSamples()
    let commands = try Self.commands(after: "## Many files", in: "README.md")
    let parts = try Self.commands(after: "On several machines", in: "README.md")
    #expect(commands.count == 3 && parts.count == 3)
    for command in commands + parts {
      let run = try Shell.run(command, in: folder.url)
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
    #expect(
      folder.names == ["all.jsonl", "part-0.jsonl", "part-1.jsonl", "parts", "samples", "sharp", "sharp.jsonl", "soft"])
  }

  @Test(
    "shows three examples of networks that run", .enabled(if: LayerFile.readsYAML, "libyaml is not installed"))
  func networkExamplesRun() throws {
    let folder = try Self.folderWithSamples()
    let commands = try Self.commands(after: "## Networks", in: "README.md")
    #expect(commands.count == 3)
    for command in commands {
      let run = try Shell.run(command, in: folder.url)
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
    #expect(folder.names == ["layers", "samples", "textures"])
  }

  @Test("shows three examples of tensors that run, and each writes what it names")
  func tensorExamplesRun() throws {
    let folder = try TemporaryFolder()
    for (name, extents) in [("x", [1, 3, 32, 32]), ("w", [8, 3, 3, 3]), ("b", [8]), ("dy", [1, 8, 32, 32])] {
      try folder.write(Tensor(repeating: 1, shape: try Shape(extents)), as: "\(name).npy")
    }
    let commands = try Self.commands(after: "## Tensors", in: "README.md")
    #expect(commands.count == 3)
    for command in commands {
      let run = try Shell.run(command, in: folder.url)
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
    let written = ["y.npy", "pooled.npy", "places.npy", "dx.npy", "dw.npy", "db.npy"]
    #expect(folder.names == (["x.npy", "w.npy", "b.npy", "dy.npy"] + written).sorted())
  }

  @Test("shows what commands print as they print it")
  func shownOutputIsReal() throws {
    let folder = try Self.folderWithSamples()
    let text = try String(
      contentsOf: SharedFiles.packageFolder.appendingPathComponent("README.md"), encoding: .utf8)
    let blocks = text.components(separatedBy: "```console\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let shown = blocks.flatMap { "\n\($0)".components(separatedBy: "\n$ ").dropFirst() }
    #expect(shown.count >= 2)
    for session in shown {
      let end = try #require(session.firstIndex(of: "\n"))
      let run = try Shell.run(String(session[..<end]), in: folder.url)
      #expect(run.exitCode == 0, "\(session[..<end]): \(run.errors)")
      let (found, expected) = (run.text, String(session[end...]))
      #expect(
        found.trimmingCharacters(in: .newlines) == expected.trimmingCharacters(in: .newlines), "\(session[..<end])")
    }
  }

  @Test("of the samples recommends commands that run")
  func sampleCommandsRun() throws {
    let folder = try Self.folderWithSamples()
    let text = try String(
      contentsOf: SharedFiles.packageFolder.appendingPathComponent("samples/README.md"), encoding: .utf8)
    let commands = text.split(separator: "`").map(String.init).filter { $0.hasPrefix("imgconv ") }
    #expect(commands.count >= 10)
    for command in commands {
      let run = try Shell.run(command, in: folder.url)
      #expect(run.exitCode == 0, "\(command): \(run.errors)")
    }
  }
}
