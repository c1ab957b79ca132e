import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Help")
struct HelpTests {
  static let commands = [
    [], ["apply"], ["pool"], ["plan"], ["diff"], ["kernels"], ["kernels", "list"], ["kernels", "show"],
    ["kernels", "check"], ["kernels", "convert"], ["kernels", "compose"], ["bench"], ["bench", "conv"],
    ["bench", "codec"],
  ]

  @Test("of every command holds an example that runs", arguments: commands)
  func examplesRun(command: [String]) throws {
    let folder = try TemporaryFolder()
    let image = TestImage(PixelFormat(.rgb), width: 64, height: 48)
    for name in ["in.png", "a.png", "b.png", "in.jpg"] { try image.writePNG(to: folder.file(name)) }
    let help = try Tool.run(command + ["--help"], in: folder.url)
    #expect(help.exitCode == 0)
    let examples = help.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("imgconv ") }
    #expect(!examples.isEmpty)
    for example in examples {
      let run = try Shell.run(example, in: folder.url)
      #expect(run.exitCode == 0, "\(example): \(run.errors)")
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

  @Test(
    "no option of one command means something else in another: --quiet, --json and --threads are everywhere images are written"
  )
  func commonOptions() throws {
    let folder = try TemporaryFolder()
    for command in ["apply", "pool"] {
      let help = try Tool.run([command, "--help"], in: folder.url).text
      for option in [
        "--threads", "--no-clobber", "--force", "--quiet", "--verbose", "--json", "--max-memory", "--fail-on",
      ] {
        #expect(help.contains(option), "\(command) \(option)")
      }
    }
  }
}

/// A command line as it stands in a document, run by a shell that finds the built binary under its name.
enum Shell {
  static func run(_ line: String, in folder: URL) throws -> Tool.Run {
    let quoted = Tool.binary.path.replacingOccurrences(of: "'", with: "'\\''")
    return try Tool.run(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "imgconv() { '\(quoted)' \"$@\"; }\n" + line], in: folder)
  }
}
