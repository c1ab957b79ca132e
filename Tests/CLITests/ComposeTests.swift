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
    let run = try Tool.run(["apply"] + arguments + ["in.png", "out.npy", "--padding", "valid"], in: folder.url)
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
