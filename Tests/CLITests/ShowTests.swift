import Foundation
import Tensors
import TestSupport
import Testing

@Suite("--show")
struct ShowTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 300, height: 200).writePNG(to: folder.file("in.png"))
  }

  private static let script = URL(fileURLWithPath: "/usr/bin/script")

  /// Whether `script` of util-linux is there, which runs a command in a terminal of its own.
  static let canOpenTerminals: Bool = {
    #if os(Linux)
      FileManager.default.isExecutableFile(atPath: script.path)
    #else
      false
    #endif
  }()

  /// Runs a command in a terminal of 80×24 characters, that is sent `answer`.
  private func runInTerminal(
    _ command: String, environment: [String: String], answer: String = ""
  ) throws -> Tool.Run {
    var variables = ["TMUX", "STY", "TERM_PROGRAM", "KITTY_WINDOW_ID", "LC_TERMINAL", "COLORTERM", "NO_COLOR"]
      .map { "unset \($0)" }
    variables += environment.map { "export \($0)='\($1)'" }
    let line = (variables + ["stty cols 80 rows 24", "'\(Tool.binary.path)' \(command)"]).joined(separator: "; ")
    return try Tool.run(
      executable: Self.script, ["-qec", line, "/dev/null"], in: folder.url, input: Data(answer.utf8),
      environment: ["SHELL": "/bin/sh"])
  }

  static let terminals: [([String: String], answer: String, begin: String)] = [
    (["TERM": "xterm-kitty"], "", "\u{1B}_Ga=T,f=100,"),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"], "", "\u{1B}]1337;File=inline=1;"),
    (["TERM": "xterm"], "\u{1B}[?62;4c", "\u{1B}P0;1q\"1;1;300;200"),
    (["TERM": "xterm", "COLORTERM": "truecolor"], "\u{1B}[?62c", "\u{1B}[38;2;"),
    (["TERM": "xterm"], "", "\u{1B}[38;5;"),
  ]

  @Test("draws the result as the terminal can", .enabled(if: canOpenTerminals), arguments: terminals)
  func draws(environment: [String: String], answer: String, begin: String) throws {
    let run = try runInTerminal("apply identity in.png out.png --show", environment: environment, answer: answer)
    #expect(run.exitCode == 0)
    #expect(folder.names.contains("out.png"))
    #expect(run.text.contains(begin), "\(run.text.prefix(200).debugDescription)")
  }

  @Test("fits half blocks to the window", .enabled(if: canOpenTerminals))
  func fits() throws {
    let run = try runInTerminal(
      "apply identity in.png out.png --show", environment: ["TERM": "xterm", "COLORTERM": "truecolor"])
    let lines = run.text.split(separator: "\r\n").filter { $0.contains("▀") }
    // 22 lines are 44 rows: 66 columns of a picture of 3:2.
    #expect(lines.count == 22)
    #expect(lines.allSatisfy { $0.count(where: { $0 == "▀" }) == 66 })
  }

  @Test("shows the sheet of maps", .enabled(if: canOpenTerminals))
  func maps() throws {
    let run = try runInTerminal("maps sobel in.png --out maps --show", environment: ["TERM": "xterm-kitty"])
    #expect(run.exitCode == 0 && run.text.contains("\u{1B}_Ga=T"), "\(run.text.prefix(300).debugDescription)")
  }

  @Test("says why it shows nothing: no terminal, no colours, no picture", .enabled(if: canOpenTerminals))
  func saysWhyNot() throws {
    let piped = try Tool.run(["apply", "identity", "in.png", "out.png", "--show"], in: folder.url)
    #expect(piped.exitCode == 0 && piped.output.isEmpty)
    #expect(piped.errors.contains("--show is left out: standard output is no terminal"), "\(piped.errors)")
    for environment in [["TERM": "dumb"], ["TERM": "xterm", "NO_COLOR": "1"]] {
      let run = try runInTerminal("apply identity in.png out.png --show", environment: environment)
      #expect(run.exitCode == 0 && run.text.contains("--show is left out: the terminal"), "\(run.text)")
    }
    let array = try runInTerminal("apply identity in.png out.npy --show", environment: ["TERM": "xterm-kitty"])
    #expect(array.exitCode == 0 && array.text.contains("NumPy array"), "\(array.text)")
  }

  @Test("is refused where the image or JSON goes to standard output")
  func refuses() throws {
    for arguments in [["in.png", "-", "--show"], ["in.png", "out.png", "--show", "--json"]] {
      let run = try Tool.run(["apply", "identity"] + arguments, in: folder.url)
      #expect(run.exitCode == 64 && run.errors.contains("--show"), "\(run.errors)")
    }
  }
}
