import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Published cases of ONNX operators")
struct OperatorsConformanceTests {
  static let folder = SharedFiles.folder.appendingPathComponent("conformance/onnx")

  /// Expects the answer of every algorithm to be the one on file: maxima and indices exactly, sums to 2e-5 of each element.
  static func expectEqual(_ item: OperatorCase) throws {
    let expected = try item.expected()
    let isMaximum = try item.name().contains("MaxPool")
    for algorithm in TensorAlgorithm.allCases {
      let found = try item.answer(by: algorithm)
      #expect(found.output.shape == expected.output.shape, "\(item) by \(algorithm)")
      let difference = mismatch(
        found.output.elements, expected.output.elements, absolute: isMaximum ? 0 : 1e-6, relative: isMaximum ? 0 : 2e-5)
      #expect(difference == nil, "\(item) by \(algorithm)")
      if let indices = expected.indices { #expect(found.indices == indices, "\(item) by \(algorithm)") }
    }
  }

  @Test(
    "Every case in one dimension gives the published answer", .enabled(if: SharedFiles.exist),
    arguments: OperatorCase.all(in: folder.appendingPathComponent("1d")))
  func oneDimension(item: OperatorCase) throws { try Self.expectEqual(item) }

  @Test(
    "Every case in two dimensions gives the published answer", .enabled(if: SharedFiles.exist),
    arguments: OperatorCase.all(in: folder.appendingPathComponent("2d")))
  func twoDimensions(item: OperatorCase) throws { try Self.expectEqual(item) }

  @Test("No published case is left out", .enabled(if: SharedFiles.exist))
  func allCases() {
    #expect(OperatorCase.all(in: Self.folder.appendingPathComponent("1d")).count >= 8)
    #expect(OperatorCase.all(in: Self.folder.appendingPathComponent("2d")).count >= 35)
  }
}
