import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Published cases of ONNX operators")
struct ConformanceTests {
  static let folder = SharedFiles.folder.appendingPathComponent("conformance/onnx")

  @Test(
    "Every case in one dimension gives the published answer", .enabled(if: SharedFiles.exist),
    arguments: OperatorCase.all(in: folder.appendingPathComponent("1d")))
  func oneDimension(item: OperatorCase) throws { try item.expectAnswer() }

  @Test(
    "Every case in two dimensions gives the published answer", .enabled(if: SharedFiles.exist),
    arguments: OperatorCase.all(in: folder.appendingPathComponent("2d")))
  func twoDimensions(item: OperatorCase) throws { try item.expectAnswer() }

  @Test("No published case is left out", .enabled(if: SharedFiles.exist))
  func allCases() {
    #expect(OperatorCase.all(in: Self.folder.appendingPathComponent("1d")).count >= 8)
    #expect(OperatorCase.all(in: Self.folder.appendingPathComponent("2d")).count >= 35)
  }
}
