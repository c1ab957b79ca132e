/// What algorithms cost, in steps for each output sample: one step is one multiply-add of the direct path in `Float`.
///
/// The constants are estimates of loads and arithmetic, not fitted to measurements; they only have to order the algorithms rightly.
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

  /// What a running sum costs down the columns, for each sample.
  private static let runningSum = 2.0
  /// What each doubling of a sum along a row costs.
  private static let doubling = 1.5

  /// The box path.
  static func box(rowTaps: Int, rowsPerOutput: Double) -> Double {
    sample + runningSum + rowsPerOutput * (pass + doubling * Double(Int.bitWidth - rowTaps.leadingZeroBitCount))
  }
}
