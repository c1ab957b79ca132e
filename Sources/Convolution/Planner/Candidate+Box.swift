import Tensors

/// A box: one weight, and running sums of whole samples.
struct BoxSums: Sendable {
  /// One tap, the weight of all, with divisor and bias.
  let sum: PlannedSum
  /// How a row is laid out for the sums along it.
  let columns: ColumnLayout
  /// The columns of the kernel that count.
  let tapColumns: [Int]
  /// The distance between the taps of a row in their layout; `nil` where they do not stand evenly.
  let step: Int?
  /// The running sums of each column: one for each remainder that the windows' rows leave, where they are dilated.
  let phaseCount: Int
  /// The tap rows that a window loses, and gains, to become the next of its phase.
  let shift: Int
}

extension Candidate {
  /// Running sums: along each row as it enters, by doubling, then down the columns, where one row enters and one leaves.
  ///
  /// - Throws: why the bank or the samples do not allow it, in words.
  static func box(_ known: CandidateInput) throws(Unsuitability) -> Candidate {
    let (bank, used) = (known.bank, known.used)
    guard bank.isDepthwise && bank.outputCount == 1 else {
      throw Unsuitability(
        "running sums are of one kernel over one channel, not of \(bank.outputCount)×\(bank.inputCount)")
    }
    let (height, width) = (used.rows.count, used.columns.count)
    let first = bank.tap(output: 0, input: 0, row: used.rows[0], column: used.columns[0])
    let isFull =
      used.rows[height - 1] - used.rows[0] == height - 1 && used.columns[width - 1] - used.columns[0] == width - 1
      && used.rows.allSatisfy { row in
        used.columns.allSatisfy { bank.tap(output: 0, input: 0, row: row, column: $0) == first }
      }
    guard isFull else { throw Unsuitability("the kernel's taps are not all equal") }
    guard known.areWhole else { throw Unsuitability("running sums are exact for whole samples alone") }
    let largest = Double(height) * Double(width) * known.sampleBound
    guard largest < 0x1p53 else { throw Unsuitability("sums to \(largest) are not exact in 64 bits") }

    let columns = known.columns(used.columns)
    let offsets = used.columns.map { columns.offsets[$0] }
    let step = width > 1 ? offsets[1] - offsets[0] : 1
    let isEven = offsets.indices.allSatisfy { offsets[$0] == $0 * step } && step > 0
    let vertical = known.geometry.vertical
    let divisor = greatestCommonDivisor(vertical.stride, vertical.dilation)
    let sum = PlannedSum(
      taps: [.init(channel: 0, tapRow: 0, column: 0, weight: first)], divisor: bank.divisors[0],
      bias: bank.biases[0] * known.fullRange)
    let analysis = RoundingAnalysis(sum, tapsPerGroup: .max, sampleBound: largest, samplesAreWhole: true)
    // Beyond 2²⁴ running sums of 32 bits would drift.
    let fits = largest < 0x1p24
    return Candidate(
      algorithm: .box,
      execution: .box(
        BoxSums(
          sum: sum, columns: columns, tapColumns: used.columns, step: isEven ? step : nil,
          phaseCount: vertical.dilation / divisor, shift: vertical.stride / divisor)),
      errorBound: fits ? analysis.errorBound : .infinity, roundsExactly: fits && analysis.roundsLikeExact,
      finding: "all \(height)×\(width) taps are equal",
      cost: CostModel.box(rowTaps: width, rowsPerOutput: Double(vertical.input) / Double(vertical.output)))
  }
}
