import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Help")
struct HelpTests {
  static let commands =
    [
      [], ["apply"], ["batch"], ["merge-logs"], ["pool"], ["maps"], ["explain"], ["plan"], ["learn"], ["diff"],
      ["kernels"],
      ["kernels", "list"], ["kernels", "show"],
      ["kernels", "check"], ["kernels", "convert"], ["kernels", "compose"], ["bench"], ["bench", "conv"],
      ["bench", "layer"], ["bench", "network"], ["bench", "codec"], ["run"], ["tensor"],
    ] + tensorCommands

  static let tensorCommands = [
    "conv", "convtranspose", "conv-backward", "maxpool", "averagepool", "lppool", "globalmaxpool", "globalaveragepool",
    "globallppool", "maxpool-backward", "averagepool-backward", "lppool-backward", "im2col", "col2im",
  ].map { ["tensor", $0] }

  @Test("of every command holds an example that runs", arguments: commands)
  func examplesRun(command: [String]) throws {
    let folder = try TemporaryFolder()
    let image = TestImage(PixelFormat(.rgb), width: 64, height: 48)
    for name in ["in.png", "a.png", "b.png", "in.jpg"] { try image.writePNG(to: folder.file(name)) }
    try FileManager.default.createDirectory(at: folder.file("photos"), withIntermediateDirectories: true)
    try image.writePNG(to: folder.file("photos/a.jpg"))
    if command == ["merge-logs"] {
      for part in 0..<2 {
        _ = try Shell.run(
          "imgconv batch box3 photos --out parts --shard \(part)/2 --log part-\(part).jsonl", in: folder.url)
      }
    }
    for (name, extents) in [
      ("x", [1, 2, 6, 6]), ("w", [2, 2, 3, 3]), ("b", [2]), ("dy", [1, 2, 4, 4]), ("dpool", [1, 2, 3, 3]),
      ("columns", [1, 18, 36]),
    ] {
      try folder.write(Tensor(repeating: 1, shape: try Shape(extents)), as: "\(name).npy")
    }
    let layers = #"{"layers": [{"conv": "sobel"}, "abs", {"pool": "max", "size": 2}]}"#
    try Data(layers.utf8).write(to: folder.file("network.yaml"))
    try TinyModel.bytes.write(to: folder.file("model.onnx"))
    let help = try Tool.run(command + ["--help"], in: folder.url)
    #expect(help.exitCode == 0)
    // A line that ends with a backslash goes on in the next.
    let examples = help.text.replacingOccurrences(of: "\\\n", with: "").split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("imgconv ") }
    #expect(!examples.isEmpty)
    for example in examples {
      let run = try Shell.run(example, in: folder.url)
      #expect(run.exitCode == 0, "\(example): \(run.errors)")
    }
  }

  @Test("of tensor lists every operator")
  func tensorOperators() throws {
    let folder = try TemporaryFolder()
    let help = try Tool.run(["tensor", "--help"], in: folder.url)
    for command in Self.tensorCommands { #expect(help.text.contains("  \(command[1]) ")) }
  }

  @Test("lists the algorithms that a command takes, and no other")
  func algorithms() throws {
    let folder = try TemporaryFolder()
    for (command, foreign) in [
      (["apply"], ["im2col", "winograd"]), (["plan"], ["im2col", "winograd"]),
      (["bench", "conv"], ["im2col", "winograd"]),
      (["tensor", "conv"], ["separable", "box", "fft"]), (["bench", "layer"], ["separable", "box", "fft"]),
    ] {
      let help = try Tool.run(command + ["--help"], in: folder.url).text
      let entry = try #require(help.firstMatch(of: #/\n  --algorithm[^-]*/#)).output
      for name in foreign { #expect(!entry.contains(name), "\(entry)") }
    }
  }

  @Test("--version names the linked libraries")
  func version() throws {
    let folder = try TemporaryFolder()
    let run = try Tool.run(["--version"], in: folder.url)
    #expect(run.exitCode == 0)
    #expect(run.text.hasPrefix("imgconv "))
    for library in ["libpng 1.", "libjpeg-turbo ", "zlib 1.", "ISA-L "] { #expect(run.text.contains(library)) }
  }

  @Test("lists the options that are common to all", arguments: commands.filter { !groups.contains($0) })
  func commonOptions(command: [String]) throws {
    let folder = try TemporaryFolder()
    let help = try Tool.run(command + ["--help"], in: folder.url).text
    for option in ["--threads", "--no-clobber", "--force", "--quiet", "--verbose", "--json"] {
      #expect(help.contains("  \(option)"), "\(option)")
    }
    guard ["apply", "batch", "pool", "explain", "plan", "learn", "diff"].contains(command[0]) else { return }
    for option in ["--max-memory", "--fail-on"] { #expect(help.contains("  \(option)"), "\(option)") }
  }

  /// The commands that only hold others.
  static let groups = [[], ["kernels"], ["bench"], ["tensor"]]
}

/// A command line as it stands in a document, run by a shell that finds the built binary under its name.
enum Shell {
  static func run(_ line: String, in folder: URL) throws -> Tool.Run {
    let quoted = Tool.binary.path.replacingOccurrences(of: "'", with: "'\\''")
    return try Tool.run(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "imgconv() { '\(quoted)' \"$@\"; }\n" + line], in: folder)
  }
}
