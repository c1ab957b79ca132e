/// What algorithms cost, in steps for each output sample: one step is one multiply-add of the direct path in `Float`.
///
/// The constants are estimates of loads and arithmetic, those of transforms fitted to measurements; they only have to order the algorithms rightly.
/// `imgconv bench conv` times every algorithm that a kernel allows, the chosen one first.
enum CostModel {
  /// The rest of the work on a sample: taking it into the ring, writing the result.
  private static let sample = 6.0
  /// One multiply-add of a sweep, which loads a row once for several output rows.
  private static let sweepTap = 0.7
  /// What a filtered row costs beside its taps, for each sample: it is laid out, then written.
  private static let pass = 4.0

  /// The direct path.
  static func direct(tapsPerOutput: Double, sweeps: Bool) -> Double {
    sample + tapsPerOutput * (sweeps ? sweepTap : 1)
  }

  /// The separable path; `rowsPerOutput` are the rows that are filtered for each row of output.
  static func separable(rank: Int, columnTaps: Int, rowTaps: Int, rowsPerOutput: Double, sweeps: Bool) -> Double {
    sample + Double(rank) * (rowsPerOutput * (pass + Double(rowTaps)) + Double(columnTaps) * (sweeps ? sweepTap : 1))
  }

  /// The work on a byte beside its taps.
  private static let byte = 3.0
  /// A pair of products of bytes.
  private static let bytePair = 0.6

  /// The direct path over bytes; `hasDoubt` where some sums are made twice.
  static func bytes(rowCount: Int, columnCount: Int, hasDoubt: Bool) -> Double {
    byte + Double(rowCount / 2 + 1) * Double(columnCount) * bytePair * (hasDoubt ? 1.4 : 1)
  }

  /// Tiles by Fourier transforms: for each output sample, the complex numbers that are transformed there and back, in tiles of two to the
  /// power of `doublingCount`.
  ///
  /// Fitted, with the work on bytes, to the fastest runs of `imgconv bench conv --size 2820x1586 --threads 1 --kernel random:K` with
  /// `--algorithm direct` and `fft` for odd K from 5 to 31, and of tiles from 2¹⁰ to 2¹⁸ numbers: a step took 0.015 ns with AVX-512 (v4) and 0.027 ns with
  /// AVX2 (v3) on an AMD Zen 5 server. Both cross between 13×13 and 15×15. Plain C (`scalar`), whose sums of pairs are slow, crosses near 5×5,
  /// which this does not follow. Tiles of 2¹⁸ numbers leave a core's second cache.
  static func fourier(numbersPerOutput: Double, doublingCount: Int) -> Double {
    let number = 100 + 15 * Double(max(doublingCount - 12, 0)) + 40 * Double(max(doublingCount - 17, 0))
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
