import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite("imgconv run", .enabled(if: LayerFile.readsYAML, "libyaml is not installed"))
struct RunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ line: String) throws -> Tool.Run {
    try Tool.run(["run"] + line.split(separator: " ").map(String.init), in: folder.url)
  }

  private let image = TestImage(PixelFormat(.grey), width: 4, height: 3)

  /// Writes a file of layers, and the image.
  private func prepare(_ layers: String) throws {
    try Data(layers.utf8).write(to: folder.file("net.yaml"))
    try image.writePNG(to: folder.file("in.png"))
  }

  private var exists: (String) -> Bool {
    { FileManager.default.fileExists(atPath: folder.file($0).path) }
  }

  @Test("writes each layer's maps, its sheet and its array, and what is about all of them")
  func writesEverything() throws {
    try prepare("layers: [{name: twice, conv: '0 0 0; 0 2 0; 0 0 0'}, {pool: max, size: '3,4'}]")
    let result = try run("net.yaml in.png --out out --npy --json")
    #expect(result.exitCode == 0, "\(result.errors)")
    for file in [
      "000-Conv-twice.png", "000-Conv-twice/000.png", "000-Conv-twice.npy", "001-MaxPool-pool_1.png",
      "contact-sheet.png", "layers.json",
    ] { #expect(exists("out/\(file)"), "\(file)") }
    let twice = try folder.tensor("out/000-Conv-twice.npy")
    #expect(twice.shape.extents == [1, 1, 3, 4])
    #expect(mismatch(twice.elements.map(Double.init), image.plane(0).map { 2 * $0 / 255 }, absolute: 1e-6) == nil)
    #expect(try run("net.yaml in.png --out out").exitCode == 73)
    #expect(try run("net.yaml in.png --out out --force --layers pool_1").exitCode == 0)
  }

  @Test("prepares the image as it is asked to")
  func preparation() throws {
    try prepare("layers: [{clip: [-1000, 1000]}]")
    let result = try run("net.yaml in.png --out out --npy --no-maps --size 2x1 --scale 255 --mean 1 --std 2")
    #expect(result.exitCode == 0, "\(result.errors)")
    let prepared = try folder.tensor("out/000-Clip-clip_0.npy")
    #expect(prepared.shape.extents == [1, 1, 1, 2])
    // Pixel centres on pixel centres: the middle row, and between the first two and the last two columns.
    let row = image.plane(0)[4..<8].map { ($0 - 1) / 2 }
    #expect(
      mismatch(
        prepared.elements.map(Double.init), [(row[0] + row[1]) / 2, (row[2] + row[3]) / 2], absolute: 1e-4) == nil)
  }

  @Test("says what is wrong, with a code, and writes what came before")
  func errors() throws {
    try prepare("layers: [relu, {conv: nonsense}]")
    let unknown = try run("net.yaml in.png --out out")
    #expect(unknown.exitCode == 65 && unknown.errors.contains("[kernel.unknown]"))
    try prepare("layers: [relu, {pool: max, size: 9}]")
    let large = try run("net.yaml in.png --out out")
    #expect(large.exitCode == 65 && large.errors.contains("[shape.mismatch]"), "\(large.errors)")
    #expect(exists("out/000-Relu-relu_0.png") && exists("out/layers.json"))
    try Data([8, 8, 1, 2, 3]).write(to: folder.file("bad.onnx"))
    let bad = try run("bad.onnx in.png --out out2")
    #expect(bad.exitCode == 65 && bad.errors.contains("[model.corrupt]") && !exists("out2"))
    #expect(try run("none.onnx in.png --out out2").exitCode == 66)
    #expect(try run("net.yaml --out out2").exitCode == 64)
    #expect(try run("net.yaml in.png --out out2 --until relu_9").exitCode == 65)
    #expect(try run("net.yaml in.png --out out2 --layers relu_9").exitCode == 65)
  }

  @Test("lists the layers")
  func list() throws {
    try prepare("layers: [relu, {conv: sobel}]")
    let result = try run("net.yaml --list")
    #expect(result.exitCode == 0)
    #expect(result.text.contains("Conv") && result.text.contains("conv_1") && result.text.contains("6×1×3×3"))
  }
}
