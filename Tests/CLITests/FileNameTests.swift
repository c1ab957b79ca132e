import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Names of files")
struct FileNameTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 40, height: 30).writePNG(to: folder.file("in.png"))
  }

  /// Runs a line of a shell, in which `imgconv` is the binary.
  private func shell(_ line: String, input: Data = Data()) throws -> Tool.Run {
    let function = "imgconv() { \"$IMGCONV\" \"$@\"; }"
    return try Tool.run(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-c", "\(function); \(line)"], in: folder.url, input: input,
      environment: ["IMGCONV": Tool.binary.path])
  }

  @Test("that are no UTF-8 are read and written byte for byte", .enabled(if: Bash.exists))
  func keepBytes() throws {
    let result = try shell(
      #"""
      cp in.png $'n\xff.png' && imgconv apply box3 $'n\xff.png' $'o\xfe\xc3.png' && imgconv apply box3 in.png expected.png &&
        ln -s $'l\xfd.png' link.png && imgconv apply box3 in.png link.png && cmp expected.png $'l\xfd.png' &&
        cmp expected.png $'o\xfe\xc3.png' && test -L link.png && mkdir $'d\xff' && imgconv apply box3 in.png $'d\xff/a.png' &&
        cmp expected.png $'d\xff/a.png' && ls -A | wc -l
      """#)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.text.trimmingCharacters(in: .whitespaces) == "7\n", "\(result.text)")
  }

  @Test("that are no UTF-8 can be read in messages", .enabled(if: Bash.exists))
  func readableInMessages() throws {
    let result = try shell(#"imgconv apply box3 $'n\xff.png' out.png --json"#)
    #expect(result.exitCode == 66)
    #expect(result.errors.hasPrefix(#"imgconv: error: n\xFF.png: cannot open"#), "\(result.errors)")
    #expect(try JSONDecoder().decode(FailureReport.self, from: result.output).error.path == #"n\xFF.png"#)
  }

  @Test("of pipes are written to, and take a PNG where they say nothing else", .enabled(if: Bash.exists))
  func pipesAsOutputs() throws {
    let result = try shell(
      """
      imgconv apply box3 in.png out.png && imgconv apply box3 in.png /dev/stdout | cmp - out.png &&
        mkfifo pipe && exec 3<>pipe 4<pipe && { cat <&4 > copy.png 3>&- & } && exec 4<&- &&
        imgconv apply box3 in.png pipe 3>&- && exec 3>&- && wait && cmp copy.png out.png &&
        imgconv apply box3 in.png /dev/stdout --output-format png > redirected.png && cmp redirected.png out.png &&
        imgconv apply box3 in.png >(cat > substituted.png) && sleep 1 && cmp substituted.png out.png
      """)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(folder.names == ["copy.png", "in.png", "out.png", "pipe", "redirected.png", "substituted.png"])
  }

  @Test("of a pipe are refused where nobody writes to it", .enabled(if: Bash.exists))
  func pipesAsInputs() throws {
    let silent = try shell("mkfifo pipe; imgconv apply box3 pipe out.png")
    #expect(silent.exitCode == 66)
    #expect(silent.errors.hasPrefix("imgconv: error: pipe: nobody writes to this pipe"), "\(silent.errors)")
    #expect(folder.names == ["in.png", "pipe"])
  }

  @Test("that lead in a circle are refused with 73 and stay")
  func circles() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.file("a.png").path, withDestinationPath: "b.png")
    try FileManager.default.createSymbolicLink(atPath: folder.file("b.png").path, withDestinationPath: "a.png")
    #expect(try Tool.run(["apply", "box3", "in.png", "a.png"], in: folder.url).exitCode == 73)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("a.png").path) == "b.png")
    #expect(folder.names == ["a.png", "b.png", "in.png"])
  }

  @Test("that are too long are refused with 73 and the numbers, before the input is read")
  func tooLong() throws {
    let name = String(repeating: "n", count: 252) + ".png"
    let result = try Tool.run(["apply", "box3", "in.png", name], in: folder.url)
    #expect(result.exitCode == 73)
    #expect(result.errors.contains("256 bytes") && result.errors.contains("at most 255"), "\(result.errors)")
    #expect(result.errors.hasSuffix("[path.length]\n"))
    #expect(try Tool.run(["apply", "box3", "in.png", String(name.dropFirst())], in: folder.url).exitCode == 0)
  }

  @Test("that are empty are refused as empty")
  func empty() throws {
    for (arguments, code) in [
      (["apply", "box3", "", "out.png"], 66), (["apply", "box3", "in.png", ""], 73),
      (["apply", "", "in.png", "out.png"], 65),
    ] as [([String], Int32)] {
      let result = try Tool.run(arguments, in: folder.url)
      #expect(result.exitCode == code)
      #expect(result.errors.contains("is empty") && !result.errors.contains("error: :"), "\(result.errors)")
    }
    #expect(folder.names == ["in.png"])
  }

  @Test("that are free are taken with --no-clobber, and nothing else is left")
  func freeNames() throws {
    #expect(try Tool.run(["apply", "box3", "in.png", "out.png", "--no-clobber"], in: folder.url).exitCode == 0)
    #expect(try TestImage(contentsOf: folder.file("out.png")).rows.width == 40)
    let again = try Tool.run(["apply", "edge", "in.png", "out.png", "--no-clobber"], in: folder.url)
    #expect(again.exitCode == 73 && again.errors.hasSuffix("[output.exists]\n"), "\(again.errors)")
    #expect(folder.names == ["in.png", "out.png"])
  }

  @Test("of standard input are taken once")
  func standardInputOnce() throws {
    let image = try Data(contentsOf: folder.file("in.png"))
    for (arguments, input) in [
      (["diff", "-", "-"], image), (["apply", "-", "-", "out.png"], Data("1 0 -1".utf8)),
      (["apply", "-", "-", "out.png"], image), (["explain", "edge", "-", "--kernel", "-", "--at", "0,0"], image),
      (["kernels", "compose", "-", "-"], Data("1 0 -1".utf8)),
    ] {
      let result = try Tool.run(arguments, in: folder.url, input: input)
      #expect(result.exitCode == 65)
      #expect(result.errors.contains("standard input can be read once"), "\(result.errors)")
    }
    #expect(folder.names == ["in.png"])
  }
}

/// The shell that some names need to be written in.
enum Bash {
  static let exists = FileManager.default.isExecutableFile(atPath: "/bin/bash")
}
