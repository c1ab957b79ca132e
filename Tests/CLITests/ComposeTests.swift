import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("imgconv kernels compose")
struct ComposeTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try TestImage(PixelFormat(.rgb), width: 37, height: 30).writePNG(to: folder.file("in.png"))
  }

  private func sums(_ arguments: String...) throws -> NumericArray {
    try sums(arguments + ["--padding", "valid"])
  }

  private func sums(_ arguments: [String]) throws -> NumericArray {
    let run = try Tool.run(["apply"] + arguments + ["in.png", "out.npy"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try NPYFile.read(.bytes(Array(try Data(contentsOf: folder.file("out.npy")))))
  }

  @Test("makes of a convolution and average pooling one strided kernel, equal on an image", arguments: [2, 3])
  func poolingAsAStride(size: Int) throws {
    let composed = try Tool.run(
      ["kernels", "compose", "sobel-x", "box:\(size)", "--second-stride", "\(size)", "-o", "one.kernel"], in: folder.url
    )
    #expect(composed.exitCode == 0)
    #expect(composed.errors.contains("--stride \(size)"), "\(composed.errors)")
    let one = try sums("one.kernel", "--stride", "\(size)")
    let two = try sums("sobel-x", "--pool", "average:\(size)")
    #expect(one.shape == two.shape)
    #expect(mismatch(one.values, two.values, absolute: 1e-6) == nil)
  }

  @Test(
    "says how the one kernel is applied to equal the two steps as they are done by default",
    arguments: ["gaussian3", "1 2; 3 4", "1 -2 3 4", "motion:7,30", "left.kernel"], [2, 3])
  func adviceHolds(first: String, size: Int) throws {
    try Data("op: convolve\nanchor: 0 1\nborder: zero\n1 2 3\n4 5 6\n".utf8).write(to: folder.file("left.kernel"))
    let composed = try Tool.run(
      ["kernels", "compose", first, "box:\(size)", "--second-stride", "\(size)", "-o", "one.kernel"], in: folder.url)
    #expect(composed.exitCode == 0, "\(composed.errors)")
    let advice = try #require(composed.errors.firstMatch(of: /--stride [0-9]+ --padding [0-9,]+/))
    let one = try sums(["one.kernel"] + advice.output.split(separator: " ").map(String.init))
    let two = try sums([first, "--pool", "average:\(size)"])
    #expect(one.shape == two.shape)
    #expect(mismatch(one.values, two.values, absolute: 1e-6) == nil)
  }

  @Test("says that kernels whose first has a stride are equal without padding")
  func adviceForStrides() throws {
    let composed = try Tool.run(
      ["kernels", "compose", "gaussian3", "laplacian", "--stride", "2", "-o", "one.kernel"], in: folder.url)
    #expect(composed.errors.contains("--stride 2 --padding 0; it then equals the two with --padding valid"))
  }

  @Test("makes of two kernels one, equal on an image")
  func twoKernels() throws {
    #expect(
      try Tool.run(["kernels", "compose", "gaussian3", "laplacian", "-o", "one.kernel"], in: folder.url).exitCode == 0)
    let one = try sums("one.kernel")
    let two = try sums("--kernel", "gaussian3", "--kernel", "laplacian")
    #expect(one.shape == two.shape)
    #expect(mismatch(one.values, two.values, absolute: 1e-6) == nil)
  }
}
