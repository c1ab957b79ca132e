import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

/// Functions of single samples.
@Suite struct ActivationTests {
  private func applied(_ activation: Activation, _ samples: [Double], fullRange: Double = 1) -> [Double] {
    var rows = PlanarRows<Double>(channelCount: 1, width: samples.count, rowCount: 1, samples: samples)
    activation.apply(to: &rows, fullRange: fullRange)
    return rows.samples
  }

  @Test func `the values are those of the formulas`() {
    #expect(applied(.relu, [-2, 0, 3]) == [0, 0, 3])
    #expect(applied(.abs, [-2, 0, 3]) == [2, 0, 3])
    #expect(
      mismatch(applied(.sigmoid, [-1, 0, 1]), [0.2689414213699951, 0.5, 0.7310585786300049], absolute: 1e-15) == nil)
    #expect(
      mismatch(applied(.tanh, [-1, 0, 1]), [-0.7615941559557649, 0, 0.7615941559557649], absolute: 1e-15) == nil)
  }

  @Test func `curves are taken in full ranges`() {
    #expect(applied(.sigmoid, [0], fullRange: 255) == [127.5])
    #expect(mismatch(applied(.tanh, [255], fullRange: 255), [255 * tanh(1.0)], absolute: 1e-12) == nil)
    #expect(applied(.relu, [-3, 200], fullRange: 255) == [0, 200])
  }

  @Test func `extremes saturate and NaN stays`() {
    #expect(applied(.sigmoid, [-1e9, 1e9]) == [0, 1])
    #expect(applied(.tanh, [-1e9, 1e9]) == [-1, 1])
    for activation in Activation.allCases { #expect(applied(activation, [.nan])[0].isNaN, "\(activation)") }
  }

  @Test func `32-bit rows are treated alike`() {
    var rows = PlanarRows<Float>(channelCount: 2, width: 1, rowCount: 1, samples: [-1, 2])
    Activation.relu.apply(to: &rows, fullRange: 1)
    #expect(rows.samples == [0, 2])
  }
}
