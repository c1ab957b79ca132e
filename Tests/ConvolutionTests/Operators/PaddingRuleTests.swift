import Convolution
import Tensors
import Testing

@Suite("The SAME rule")
struct PaddingRuleTests {
  /// The least padding with which `outputs` whole windows fit, found by laying them.
  private func leastPadding(n: Int, k: Int, s: Int, d: Int, outputs: Int) -> Int {
    (0...).first { padding in
      (0..<outputs).reversed().allSatisfy { window in
        (0..<k).reversed().allSatisfy { window * s + $0 * d < n + padding }
      }
    } ?? -1
  }

  @Test("Outputs are ⌈n/s⌉ with the least padding, halved, the odd sample after or before", arguments: 1...40)
  func closedForm(n: Int) throws {
    for k in 1...9 {
      for s in 1...6 {
        for d in 1...3 {
          let outputs = (0..<n).filter { $0 % s == 0 }.count
          let padding = leastPadding(n: n, k: k, s: s, d: d, outputs: outputs)
          for (rule, before) in [(AutoPadding.sameUpper, padding / 2), (.sameLower, (padding + 1) / 2)] {
            let windows = try SlidingWindows(
              input: Shape([1, 1, n]), kernel: [k],
              window: WindowParameters(spatialRank: 1, strides: [s], dilations: [d], autoPad: rule))
            let axis = windows.geometry.horizontal
            #expect(axis.output == outputs && axis.before == before && axis.after == padding - before)
          }
        }
      }
    }
  }
}
