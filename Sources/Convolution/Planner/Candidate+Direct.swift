import Tensors

extension Candidate {
  /// The length of a group where no other suits better: errors grow with a sixteenth of the taps.
  static let groupedTaps = 16

  /// The weighted sum of rows, as the formula has it.
  static func direct(_ known: CandidateInput) -> Candidate {
    let (bank, used) = (known.bank, known.used)
    let sums = (0..<bank.outputCount).map {
      PlannedSum(bank: bank, output: $0, tapRows: used.rows, fullRange: known.fullRange)
    }
    func analysed(tapsPerGroup: Int) -> (roundsExactly: Bool, errorBound: Double) {
      let analyses = sums.map {
        RoundingAnalysis(
          $0, tapsPerGroup: tapsPerGroup, sampleBound: known.sampleBound, samplesAreWhole: known.areWhole)
      }
      return (analyses.allSatisfy(\.roundsLikeExact), analyses.map(\.errorBound).max() ?? 0)
    }
    // One group is the quickest; groups lose less. Those of a kernel without holes are its rows: their length is near the square root of the
    // number of taps, where the error is least, and a sweep can follow them.
    let density = used.rows.count * used.columns.count * bank.inputCount
    let isDense = sums.allSatisfy { $0.taps.count == density }
    let groupsAreRows = isDense && bank.inputCount == 1 && used.columns.count >= 4
    var tapsPerGroup = Int.max
    var (roundsExactly, errorBound) = analysed(tapsPerGroup: tapsPerGroup)
    if !roundsExactly && errorBound >= ConvolutionPlan.toleratedError {
      tapsPerGroup = groupsAreRows ? used.columns.count : groupedTaps
      (roundsExactly, errorBound) = analysed(tapsPerGroup: tapsPerGroup)
    }

    // A sweep pays where a row lies in several windows, and each has several taps in it (measured: from 4×4 on). Holes are
    // multiplied in a sweep; samples that are not finite must not meet them.
    let sweeps =
      known.rowsAreShared && used.rows.count >= 4 && used.columns.count >= 4
      && sums.allSatisfy { $0.taps.count == density || (known.isInteger && 2 * $0.taps.count >= density) }
    let tapCount = sums.reduce(0) { $0 + $1.taps.count }
    let firstChannels = bank.isDepthwise ? Array(0..<known.input.channelCount) : [0]
    let rows = WeightedRows(
      sums: firstChannels.flatMap { first in
        sums.map { WeightedRows.ChannelSum(sum: $0, firstRun: first, runCount: bank.inputCount) }
      },
      columns: known.columns(used.columns),
      runCount: known.input.channelCount, tapsPerGroup: tapsPerGroup, sweeps: sweeps,
      sweepsInGroups: groupsAreRows, filter: nil)
    return Candidate(
      algorithm: .direct, execution: .rows(rows), errorBound: errorBound, roundsExactly: roundsExactly,
      finding: "\(tapCount) of \(bank.taps.count) taps are not 0",
      cost: CostModel.direct(
        tapsPerOutput: sweeps ? Double(density) : Double(tapCount) / Double(bank.outputCount), sweeps: sweeps))
  }
}
