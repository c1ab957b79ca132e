import Tensors

/// What one kernel of a bank adds up: its taps that are not 0, what their sum is divided by, and what is added then.
struct PlannedSum: Sendable {
  /// One product of the sum.
  struct Tap: Sendable {
    /// The channel, counted from the first one that the sum reaches.
    let channel: Int
    /// The place of its row among the rows of the window that count.
    let tapRow: Int
    /// Its column in the kernel.
    let column: Int
    /// What the sample is multiplied with.
    let weight: Double
  }

  /// The products, in the order they are added in.
  let taps: [Tap]
  /// 1 where the division is part of the weights.
  let divisor: Double
  /// In units of a sample.
  let bias: Double
  /// What the taps were divided by to give the weights: a power of two, at least 1.
  let grain: Double

  /// A sum of taps before their division.
  ///
  /// A divisor that is a power of two goes into the weights, which loses no bit; any other is kept, so that a sum of whole numbers
  /// is rounded once, when it is divided. Taps of 0 are left out.
  init(taps: [Tap], divisor: Double = 1, bias: Double = 0) {
    let taps = taps.filter { $0.weight != 0 }
    let isPowerOfTwo = divisor.significand == 1 && (-100...100).contains(divisor.exponent)
    let scale = 1 / divisor
    self.taps =
      isPowerOfTwo
      ? taps.map { Tap(channel: $0.channel, tapRow: $0.tapRow, column: $0.column, weight: $0.weight * scale) } : taps
    self.divisor = isPowerOfTwo ? 1 : divisor
    self.grain = isPowerOfTwo ? max(abs(divisor), 1) : 1
    self.bias = bias
  }

  /// Takes a kernel of a bank apart, in the bank's order; `tapRows` are the kernel rows that count.
  init(bank: KernelBank, output: Int, tapRows: [Int], fullRange: Double) {
    var taps: [Tap] = []
    for channel in 0..<bank.inputCount {
      for (place, row) in tapRows.enumerated() {
        for column in 0..<bank.width {
          let tap = bank.tap(output: output, input: channel, row: row, column: column)
          taps.append(Tap(channel: channel, tapRow: place, column: column, weight: tap))
        }
      }
    }
    self.init(taps: taps, divisor: bank.divisors[output], bias: bank.biases[output] * fullRange)
  }

  /// The sum of the weights' magnitudes.
  var magnitude: Double { taps.reduce(0) { $0 + abs($1.weight) } }
}
