import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

/// Recorded by `OperatorGoldens/record.py`, which names the programs that answered.
@Suite("Operators against ONNX Runtime and JAX")
struct OperatorGoldenTests {
  static let folder = SharedFiles.packageFolder.appendingPathComponent("Tests/ConvolutionTests/OperatorGoldens")
  static let gradients = OperatorCase.all(in: folder).filter { $0.description.hasPrefix("gradient_") }
  static let operators = OperatorCase.all(in: folder).filter { !$0.description.hasPrefix("gradient_") }

  @Test("Every recorded operator gives the recorded answer", arguments: operators)
  func recordedOperator(item: OperatorCase) throws { try item.expectAnswer() }

  @Test("Every recorded gradient is the recorded one", arguments: gradients)
  func recordedGradient(item: OperatorCase) throws {
    for algorithm in [Algorithm.direct, .im2col] {
      for (name, found) in try item.gradients(by: algorithm) {
        let expected = try NPYFixture(item.folder.appendingPathComponent("\(name).npy")).tensor
        #expect(found.shape == expected.shape, "\(name) of \(item) by \(algorithm)")
        let difference = mismatch(found.elements, expected.elements, absolute: 2e-6, relative: 2e-5)
        #expect(difference == nil, "\(name) of \(item) by \(algorithm)")
      }
    }
  }

  @Test("No recorded case is left out")
  func allCases() {
    #expect(Self.operators.count == 30)
    #expect(Self.gradients.count == 6)
  }
}
