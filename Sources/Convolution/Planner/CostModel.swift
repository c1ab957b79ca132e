/// What algorithms cost, in steps for each output sample: one step is one multiply-add of the direct path in `Float`.
///
/// A step is about 0.015 ns a sample on one AVX-512 core of an AMD Zen 5 server, measured from pixels to pixels by `Benchmarks/crossovers.py`: 9×9 taps in
/// integers take 0.63 ns (here 0.52), 31×31 6.7 (6.4), columns and rows of 9, 41 and 161 taps 0.40, 0.87 and 2.6 (0.38, 1.0, 3.7), a box of 15×15
/// 0.45 (0.27). AVX2 takes one and a half to three times as long in the same order, plain C seven times as long, and 40 times for integer sums of bytes.
enum CostModel {
  /// The rest of the work on a sample: taking it into the ring, writing the result.
  private static let sample = 6.0
  /// One multiply-add of a sweep, which loads a row once for several output rows.
  private static let sweepTap = 0.7
  /// What a filtered row costs beside its taps, for each sample: it is laid out, then written.
  private static let pass = 4.0

  /// One multiply-add of a column that is taken in halves.
  private static let halvedTap = 0.45
  /// The shortest column that is taken in halves: the differences of rows cost as much as some taps.
  static let leastHalvedHeight = 32

  /// The direct path.
  static func direct(tapsPerOutput: Double, sweeps: Bool) -> Double {
    sample + tapsPerOutput * (sweeps ? sweepTap : 1)
  }

  /// The separable path; `rowsPerOutput` are the rows that are filtered for each row of output.
  static func separable(
    rank: Int, columnTaps: Int, rowTaps: Int, rowsPerOutput: Double, sweeps: Bool, halves: Bool
  ) -> Double {
    let tap = halves ? halvedTap : sweeps ? sweepTap : 1
    return sample + Double(rank) * (rowsPerOutput * (pass + Double(rowTaps)) + Double(columnTaps) * tap)
  }

  /// The work on a byte beside its taps.
  private static let byte = 3.0
  /// A pair of products of bytes.
  private static let bytePair = 0.6
  /// How much dearer than anything else integer sums of bytes become where there are no vectors.
  private static let plainPair = 5.0

  /// The direct path over bytes; `doubt` is how near to a tie, in samples, a sum is made twice.
  ///
  /// Such sums are made sixteen at a time: a share of 0.34 % of all, which kernels of 5×5 to 31×31 have, adds two fifths to the time.
  static func bytes(rowCount: Int, columnCount: Int, doubt: Double, hasVectors: Bool) -> Double {
    let pair = bytePair * (hasVectors ? 1 : plainPair)
    return byte + Double(rowCount / 2 + 1) * Double(columnCount) * pair * (1 + 120 * doubt)
  }

  /// Tiles by Fourier transforms: for each output sample, the complex numbers that are transformed there and back, in tiles of two to the
  /// power of `doublingCount`.
  ///
  /// Fitted, with the work on bytes, to the fastest runs of `imgconv bench conv --size 2820x1586 --kernel random:K` with
  /// `--algorithm direct` and `fft` for odd K from 5 to 31, and of tiles from 2¹⁰ to 2¹⁸ numbers: a step took 0.015 ns with AVX-512 (v4) and 0.027 ns with
  /// AVX2 (v3) on an AMD Zen 5 server. One thread crosses between 13×13 and 15×15; two, whose tiles of a row do not always share evenly, near 17×17, which is
  /// followed. Plain C (`scalar`), whose sums of pairs are slow, crosses near 7×7. Tiles of 2¹⁸ numbers leave a core's second cache.
  static func fourier(numbersPerOutput: Double, doublingCount: Int) -> Double {
    let number = 130 + 15 * Double(max(doublingCount - 12, 0)) + 40 * Double(max(doublingCount - 17, 0))
    return 2 * byte + numbersPerOutput * number
  }

  /// What a running sum costs down the columns, for each sample.
  private static let runningSum = 2.0
  /// What each doubling of a sum along a row costs.
  private static let doubling = 1.5

  /// The box path.
  static func box(rowTaps: Int, rowsPerOutput: Double) -> Double {
    sample + runningSum + rowsPerOutput * (pass + doubling * Double(Int.bitWidth - rowTaps.leadingZeroBitCount))
  }
}
