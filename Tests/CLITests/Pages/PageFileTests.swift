import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Page files")
struct PageFileTests {
  let pages: PageCase

  init() throws { pages = try PageCase() }

  /// What a page holds as data.
  private struct Model: Decodable {
    struct Crop: Decodable { let x: Int, y: Int, width: Int, height: Int, png: Data }
    struct Chain: Decodable { let name: String }
    let title: String
    let crop: Crop
    let chains: [Chain]
    let overview: Data?
  }

  private func model(_ page: URL) throws -> Model {
    let html = try String(contentsOf: page, encoding: .utf8)
    let start = try #require(html.range(of: "id=\"model\">")).upperBound
    let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
    return try JSONDecoder().decode(Model.self, from: Data(html[start..<end].utf8))
  }

  @Test("hold the stored samples, all or a part, of every kind of pixel")
  func holdSamples() throws {
    for format in [PixelFormat(.grey), PixelFormat(.rgb, hasAlpha: true), PixelFormat(.rgb, depth: .sixteen)] {
      let image = TestImage(format, width: 31, height: 17)
      try pages.write(image)
      let whole = try model(try pages.explain(["edge"], at: (3, 4)))
      try whole.crop.png.write(to: pages.folder.file("held.png"))
      #expect(try TestImage(contentsOf: pages.folder.file("held.png")) == image)
      #expect(whole.overview == nil && whole.title == "edge on in.png")
      let part = try model(try pages.explain(["edge", "--crop", "5,6,9x7"], at: (8, 8)))
      try part.crop.png.write(to: pages.folder.file("held.png"))
      let held = try TestImage(contentsOf: pages.folder.file("held.png"))
      #expect(held.rows.width == 9 && held.rows.rowCount == 7 && part.overview != nil)
      for (row, x) in [(0, 0), (6, 8), (3, 2)] {
        for channel in 0..<format.channelCount {
          #expect(held.rows[row: row, x: x, channel: channel] == image.rows[row: row + 6, x: x + 5, channel: channel])
        }
      }
    }
  }

  @Test("are whole or not there, go to standard output, and end no script with a name")
  func areSafe() throws {
    try pages.write(TestImage(PixelFormat(.grey), width: 9, height: 7))
    let page = try pages.explain(["edge"], at: (1, 1))
    let kept = try Tool.run(
      ["explain", "edge", "in.png", "--at", "1,1", "--html", "page.html", "--no-clobber"], in: pages.folder.url)
    #expect(kept.exitCode == 73, "\(kept.errors)")
    let piped = try Tool.run(["explain", "edge", "in.png", "--at", "1,1", "--html", "-"], in: pages.folder.url)
    #expect(piped.exitCode == 0)
    #expect(try piped.output == Data(contentsOf: page))
    let plan = try Tool.run(["plan", "edge", "9x7", "--html", "-"], in: pages.folder.url)
    #expect(plan.exitCode == 0 && plan.text.hasPrefix("<!doctype html>"))
    try Data("name: </script><script>alert(1)\n1 2\n".utf8).write(to: pages.folder.file("evil.kernel"))
    #expect(try model(try pages.explain(["evil.kernel"], at: (1, 1))).chains[0].name == "</script><script>alert(1)")
    #expect(pages.folder.names == ["evil.kernel", "in.png", "page.html"])
  }

  @Test("are refused where a part lies outside, or is asked for without a page")
  func refuse() throws {
    try pages.write(TestImage(PixelFormat(.grey), width: 9, height: 7))
    let command = ["explain", "edge", "in.png", "--at", "1,1"]
    for (part, code) in [("5,5,5x2", 65), ("0,0,0x1", 65), ("-1,0,2x2", 65), ("1,2,3", 64), ("a,b,cxd", 64)] {
      let run = try Tool.run(command + ["--html", "page.html", "--crop=\(part)"], in: pages.folder.url)
      #expect(run.exitCode == code && run.errors.contains("--crop"), "\(part): \(run.errors)")
    }
    #expect(try Tool.run(command + ["--crop", "1,1,2x2"], in: pages.folder.url).exitCode == 64)
    #expect(pages.folder.names == ["in.png"])
  }
}
