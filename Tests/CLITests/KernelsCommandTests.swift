import Foundation
import Tensors
import TestSupport
import Testing

@Suite("kernels")
struct KernelsCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, text) in [
      ("border", "border: reflect\n1 2 1\n"), ("map", "# a comment\nmap:  foo\n1 2 1\n"),
      ("good", "border: wrap\n1 2 1\n"),
    ] {
      try Data(text.utf8).write(to: folder.file("\(name).kernel"))
    }
    try FileManager.default.createDirectory(at: folder.file("folder"), withIntermediateDirectories: true)
  }

  @Test("check goes on behind what is bad, and ends with the code of the first")
  func checkGoesOn() throws {
    let run = try Tool.run(["kernels", "check", "sobel-x", "border.kernel", "nothing", "good.kernel"], in: folder.url)
    #expect(run.exitCode == 65)
    #expect(run.text == "sobel-x: 3×3\ngood.kernel: 3×1\n")
    #expect(run.errors.contains("border.kernel:1:9: border: "))
    #expect(run.errors.contains("nothing: is neither"))
    let json = try Tool.run(["kernels", "check", "sobel-x", "map.kernel", "--json"], in: folder.url)
    let checks = try #require(try JSONSerialization.jsonObject(with: json.output) as? [[String: Any]])
    #expect(checks.map { $0["kernel"] as? String } == ["sobel-x", "map.kernel"])
    #expect(checks.map { $0["code"] as? String } == [nil, "kernel.syntax"])
    #expect(checks[0]["size"] as? String == "3×3")
  }

  @Test(
    "a border or a mapping there is not is refused with its place by every command",
    arguments: [
      ["kernels", "check", "KERNEL"], ["kernels", "show", "KERNEL"], ["plan", "KERNEL", "9x9"],
      ["apply", "KERNEL", "in.png", "out.png"], ["explain", "KERNEL", "in.png", "--at", "1,1"],
    ])
  func advice(command: [String]) throws {
    try TestImage(.init(.rgb), width: 9, height: 9).writePNG(to: folder.file("in.png"))
    for (kernel, place) in [("border.kernel", ":1:9: border: "), ("map.kernel", ":2:7: map: ")] {
      let run = try Tool.run(command.map { $0 == "KERNEL" ? kernel : $0 }, in: folder.url)
      #expect(run.exitCode == 65)
      #expect(run.errors.hasPrefix("imgconv: error: \(kernel)\(place)"), "\(run.errors)")
    }
  }

  @Test("a folder is called a folder")
  func folders() throws {
    let run = try Tool.run(["kernels", "check", "folder"], in: folder.url)
    #expect(run.exitCode == 66)
    #expect(run.errors.contains("folder: is a folder"))
  }

  @Test("a folder that may not be looked into ends with 77", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFolder() throws {
    let inner = folder.file("folder")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: inner.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: inner.path) }
    let run = try Tool.run(["kernels", "check", "folder/a.kernel"], in: folder.url)
    #expect(run.exitCode == 77)
  }

  @Test("a format that is only read is no format to write")
  func writableFormats() throws {
    for command in [["convert", "sobel-x"], ["compose", "box3", "box3"]] {
      let run = try Tool.run(["kernels"] + command + ["--to", "npz"], in: folder.url)
      #expect(run.exitCode == 64)
      #expect(run.errors.contains("expected one of native, im, vips, gmic, json, sharp, csv, npy"))
    }
    let run = try Tool.run(["kernels", "convert", "sobel-x", "--to", "im"], in: folder.url)
    #expect(run.exitCode == 0)
  }

  @Test("people read six digits and no plural of one; programs read all digits")
  func numbers() throws {
    let shown = try Tool.run(["kernels", "show", "gaussian:1.7"], in: folder.url)
    #expect(shown.text.contains("\nsum         1\n"), "\(shown.text)")
    let plan = try Tool.run(["plan", "gabor-45", "99x99x2"], in: folder.url)
    let error = try #require(plan.text.firstMatch(of: /32-bit sums could err by ([0-9.]+),/))
    #expect((1...6).contains(error.1.drop { "0.".contains($0) }.count), "\(error.0)")
    for (arguments, message) in [
      (["plan", "edge"], "1 argument; expected"), (["kernels", "show", "gaussian:0"], "SIGMA is 0, not in"),
      (["kernels", "check", "--kernel-format", "vips", "2 2\n1 2"], "found 1 row, the first line says 2"),
    ] {
      let run = try Tool.run(arguments, in: folder.url)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }
}
