import Tensors

extension Candidate {
  /// Two passes of one-dimensional sums: along each row as it enters, then down the filtered rows.
  ///
  /// A kernel of a low rank takes as many pairs of passes, which are added up. Rows outside the image are filtered like those they repeat;
  /// a row of the border's constant gives the constant times the sum of the taps.
  ///
  /// - Throws: why the bank does not allow it, in words.
  static func separable(_ known: CandidateInput) throws(Unsuitability) -> Candidate {
    let (bank, used) = (known.bank, known.used)
    guard bank.isDepthwise else { throw Unsuitability("the kernel sums over \(bank.inputCount) channels") }
    let (height, width) = (used.rows.count, used.columns.count)
    // More terms than this are dearer than the taps themselves. Between terms of higher rank there are products that cancel, which infinities do not.
    let maximumRank = known.isInteger ? max(1, min(8, height * width / (height + width))) : 1
    var horizontal: [PlannedSum] = []
    var vertical: [(sum: PlannedSum, firstTerm: Int, termCount: Int)] = []
    var residues: [Double] = []
    for output in 0..<bank.outputCount {
      let taps = used.rows.flatMap { row in
        used.columns.map { bank.tap(output: output, input: 0, row: row, column: $0) }
      }
      let isEmpty = taps.allSatisfy { $0 == 0 }
      guard
        let terms = SeparableTerms(
          taps: isEmpty ? taps.map { _ in 1 } : taps, rowCount: height, columnCount: width, maximumRank: maximumRank)
      else {
        let which = bank.outputCount > 1 ? "kernel \(output + 1)" : "the kernel"
        throw Unsuitability(
          maximumRank == 1
            ? "\(which) is no product of a column and a row" : "\(which) has a rank above \(maximumRank)")
      }
      let divisor = bank.divisors[output]
      let products = terms.terms.enumerated().flatMap { term, factors in
        factors.column.enumerated().map {
          PlannedSum.Tap(channel: term, tapRow: $0.offset, column: 0, weight: isEmpty ? 0 : $0.element)
        }
      }
      vertical.append(
        (
          PlannedSum(taps: products, divisor: divisor * terms.scale, bias: bank.biases[output] * known.fullRange),
          horizontal.count, terms.terms.count
        ))
      residues.append(terms.residue / abs(divisor))
      for term in terms.terms {
        horizontal.append(
          PlannedSum(
            taps: zip(used.columns, term.row).map { .init(channel: 0, tapRow: 0, column: $0, weight: $1) }))
      }
    }
    let rank = vertical.map(\.termCount).max() ?? 1

    // Sums of groups, as those of one row of a sweep: groups are of whole terms where there are several.
    let isDense = vertical.allSatisfy { $0.sum.taps.count == height * $0.termCount }
    func analysed(_ groups: (first: Int, second: Int)) -> (roundsExactly: Bool, errorBound: Double) {
      let first = horizontal.map {
        RoundingAnalysis(
          $0, tapsPerGroup: groups.first, sampleBound: known.sampleBound, samplesAreWhole: known.areWhole)
      }
      var roundsExactly = true
      var errorBound = 0.0
      for (index, output) in vertical.enumerated() {
        let terms = output.firstTerm..<output.firstTerm + output.termCount
        let firstIsExact = terms.allSatisfy { first[$0].isExact }
        let bound = terms.reduce(0) { max($0, horizontal[$1].magnitude) } * known.sampleBound
        let firstError = terms.reduce(0) { max($0, first[$1].errorBound) }
        let second = RoundingAnalysis(
          output.sum, tapsPerGroup: groups.second, sampleBound: bound + firstError, samplesAreWhole: firstIsExact)
        let inherited = (firstError * output.sum.magnitude / abs(output.sum.divisor))
        errorBound = max(errorBound, second.errorBound + inherited + residues[index] * known.sampleBound)
        if !(firstIsExact && residues[index] == 0 && second.roundsLikeExact) { roundsExactly = false }
      }
      return (roundsExactly, errorBound)
    }
    var groups = (first: Int.max, second: Int.max)
    var (roundsExactly, errorBound) = analysed(groups)
    // The larger groups are, the less is added to totals: the largest that serve are taken.
    for size in [64, 48, 32, groupedTaps] where !roundsExactly && errorBound >= ConvolutionPlan.toleratedError {
      groups = (groupedTaps, rank == 1 ? size : height)
      (roundsExactly, errorBound) = analysed(groups)
    }

    let sweeps = known.rowsAreShared && height >= 3 && (isDense || (known.isInteger && groups.second == .max))
    let rows = WeightedRows(
      sums: (0..<known.input.channelCount).flatMap { channel in
        vertical.map {
          WeightedRows.ChannelSum(
            sum: $0.sum, firstRun: channel * horizontal.count + $0.firstTerm, runCount: $0.termCount)
        }
      },
      columns: known.filteredColumns,
      runCount: known.input.channelCount * horizontal.count, tapsPerGroup: groups.second, sweeps: sweeps,
      sweepsInGroups: isDense,
      filter: WeightedRows.Filter(
        sums: horizontal,
        columns: known.columns(used.columns),
        tapsPerGroup: groups.first))
    let rowsPerOutput = Double(known.geometry.vertical.input) / Double(known.geometry.vertical.output)
    return Candidate(
      algorithm: .separable, execution: .rows(rows), errorBound: errorBound, roundsExactly: roundsExactly,
      finding: rank == 1
        ? "a column of \(height) and a row of \(width) taps"
        : "\(rank) pairs of a column of \(height) and a row of \(width) taps",
      cost: CostModel.separable(
        rank: rank, columnTaps: height, rowTaps: width, rowsPerOutput: rowsPerOutput, sweeps: sweeps))
  }
}
