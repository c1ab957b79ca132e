import Foundation
import Tensors
import TestSupport
import Testing

@Suite("imgconv diff")
struct DiffTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try TestImage(PixelFormat(.grey), width: 3, height: 2, samples: [10, 20, 30, 40, 50, 60])
      .writePNG(to: folder.file("a.png"))
    try TestImage(PixelFormat(.grey), width: 3, height: 2, samples: [10, 20, 33, 40, 46, 60])
      .writePNG(to: folder.file("b.png"))
  }

  private struct Summary: Decodable {
    let samples, differing: Int
    let maximum, mean: Double
    let maximumAt: [Int]?
  }

  @Test("finds the largest and the mean difference, and where the largest is")
  func findsDifferences() throws {
    let run = try Tool.run(["diff", "a.png", "b.png", "--json"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    let summary = try JSONDecoder().decode(Summary.self, from: run.output)
    #expect(summary.samples == 6 && summary.differing == 2 && summary.maximum == 4)
    #expect(summary.maximumAt == [1, 1, 0])
    #expect(abs(summary.mean - 7.0 / 6) < 1e-12)
  }

  @Test("ends with 1 beyond the tolerance")
  func tolerance() throws {
    #expect(try Tool.run(["diff", "a.png", "b.png", "--tolerance", "3"], in: folder.url).exitCode == 1)
    #expect(try Tool.run(["diff", "a.png", "b.png", "--tolerance", "4"], in: folder.url).exitCode == 0)
    #expect(try Tool.run(["diff", "a.png", "a.png", "--tolerance", "0"], in: folder.url).exitCode == 0)
  }

  @Test("tells arrays from images by their first bytes, not by their names")
  func goesByContent() throws {
    try folder.write(Tensor(repeating: 1, shape: try Shape([2, 2])), as: "one.npy")
    try folder.write(Tensor(repeating: 3, shape: try Shape([2, 2])), as: "three.npy")
    try FileManager.default.moveItem(at: folder.file("one.npy"), to: folder.file("one.dat"))
    let arrays = try Tool.run(["diff", "one.dat", "three.npy", "--json"], in: folder.url)
    #expect(arrays.exitCode == 0, "\(arrays.errors)")
    #expect(try JSONDecoder().decode(Summary.self, from: arrays.output).maximum == 2)
    try FileManager.default.copyItem(at: folder.file("a.png"), to: folder.file("a.npy"))
    #expect(try Tool.run(["diff", "a.npy", "b.png"], in: folder.url).exitCode == 0)
    let mixed = try Tool.run(["diff", "a.png", "three.npy"], in: folder.url)
    #expect(mixed.exitCode == 65)
    #expect(mixed.errors.contains("an image") && mixed.errors.contains("an array"), "\(mixed.errors)")
  }

  @Test("draws differences as a PNG, black where there is none, and as nothing else")
  func drawsAHeatMap() throws {
    #expect(try Tool.run(["diff", "a.png", "b.png", "--heat", "heat.png"], in: folder.url).exitCode == 0)
    let heat = try TestImage(contentsOf: folder.file("heat.png")).rows
    #expect(heat.format == PixelFormat(.rgb) && heat.width == 3 && heat.rowCount == 2)
    #expect(heat[row: 0, x: 0, channel: 0] < heat[row: 0, x: 2, channel: 0])
    #expect(heat[row: 0, x: 2, channel: 0] < heat[row: 1, x: 1, channel: 0])
    #expect(try Tool.run(["diff", "a.png", "b.png", "--heat", "heat.jpg"], in: folder.url).exitCode == 65)
    #expect(!folder.names.contains("heat.jpg"))
  }

  @Test("refuses images of other sizes, naming both")
  func refusesOtherSizes() throws {
    try TestImage(PixelFormat(.grey), width: 2, height: 2, samples: [0, 0, 0, 0]).writePNG(to: folder.file("c.png"))
    let run = try Tool.run(["diff", "a.png", "c.png"], in: folder.url)
    #expect(run.exitCode == 65)
    #expect(run.errors.contains("3×2") && run.errors.contains("2×2"), "\(run.errors)")
  }
}
