import Tensors
import Testing

@Suite("A kernel bank")
struct KernelBankTests {
  @Test func keepsTapsAndDivisorsApart() {
    let box = KernelBank(rows: [[1, 1, 1], [1, 1, 1], [1, 1, 1]], divisor: 9)
    #expect(box.tap(output: 0, input: 0, row: 1, column: 1) == 1)
    #expect(box.weight(output: 0, input: 0, row: 1, column: 1) == 1.0 / 9)
    #expect(box.sum(output: 0) == 1)
  }

  @Test func isOutputMajor() {
    let bank = KernelBank(
      outputCount: 2, inputCount: 3, height: 1, width: 2, taps: (0..<12).map(Double.init), divisors: [1, 2],
      biases: [0, 0.5])
    #expect(bank.tap(output: 1, input: 2, row: 0, column: 1) == 11)
    #expect(bank.kernel(1).taps == [6, 7, 8, 9, 10, 11])
    #expect(bank.kernel(1).divisors == [2] && bank.kernel(1).biases == [0.5])
    #expect(bank.sum(output: 1) == 25.5)
    #expect(!bank.isDepthwise)
  }

  @Test func isFlippedPlaneByPlaneWithItsAnchor() {
    let bank = KernelBank(
      inputCount: 2, height: 2, width: 2, taps: [1, 2, 3, 4, 5, 6, 7, 8], anchor: .init(x: 0, y: 1))
    #expect(bank.flipped.taps == [4, 3, 2, 1, 8, 7, 6, 5])
    #expect(bank.flipped.anchor == .init(x: 1, y: 0))
    #expect(bank.flipped.flipped == bank)
  }

  @Test("keeps the centre of an odd kernel, and moves that of an even one, when flipped")
  func movesTheCentreOfEvenKernels() {
    #expect(KernelBank(rows: [[1, 2, 3]]).flipped.anchor == nil)
    // The centre of two taps is the first; after the turn it is the second.
    #expect(KernelBank(rows: [[1, 2]]).flipped.anchor == .init(x: 1, y: 0))
  }

  @Test func trapsOnNumbersThatAreNone() async {
    await #expect(processExitsWith: .failure) { _ = KernelBank(rows: [[.nan]]) }
    await #expect(processExitsWith: .failure) { _ = KernelBank(rows: [[1]], divisor: 0) }
    await #expect(processExitsWith: .failure) { _ = KernelBank(rows: [[1, 2], [3]]) }
  }
}
