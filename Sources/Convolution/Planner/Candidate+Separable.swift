extension Candidate {
  /// Two passes of one-dimensional sums: along each row as it enters, then down the filtered rows.
  ///
  /// A kernel of a low rank takes as many pairs of passes, which are added up. Rows outside the image are filtered like those they repeat;
  /// a row of the border's constant gives the constant times the sum of the taps.
  ///
  /// - Throws: why the bank does not allow it, in words.
  static func separable(_ known: CandidateInput) throws(Unsuitability) -> Candidate {
    let passes = try SeparablePasses(known)
    let (rank, isDense) = (passes.rank, passes.isDense)
    let (height, width) = (known.used.rows.count, known.used.columns.count)

    // Sums of groups, as those of one row of a sweep: groups are of whole terms where there are several.
    var groups = (first: Int.max, second: Int.max)
    var rounding = passes.rounding(tapsPerGroup: groups)
    // The larger groups are, the less is added to totals: the largest that serve are taken.
    for size in [64, 48, 32, groupedTaps] where !rounding.serves {
      groups = (groupedTaps, rank == 1 ? size : height)
      rounding = passes.rounding(tapsPerGroup: groups)
    }
    var tapsPerHalfGroup: Int?
    // Differences of numbers are taken, which infinities do not have.
    if rank == 1, height >= CostModel.leastHalvedHeight, known.isInteger, known.rowsAreShared, !rounding.roundsExactly {
      let half = (height + 1) / 2
      for size in [half, 64, 48, 32, groupedTaps] where tapsPerHalfGroup == nil && size <= half {
        let halved = passes.rounding(tapsPerGroup: groups.first, tapsPerHalfGroup: size)
        if halved.serves { (tapsPerHalfGroup, rounding) = (size, halved) }
      }
    }

    let sweeps = known.rowsAreShared && height >= 3 && (isDense || (known.isInteger && groups.second == .max))
    let runCount = passes.horizontal.count
    let rows = WeightedRows(
      sums: (0..<known.input.channelCount).flatMap { channel in
        passes.vertical.map {
          WeightedRows.ChannelSum(
            sum: $0.sum, firstRun: channel * runCount + $0.firstTerm, runCount: $0.termCount)
        }
      },
      columns: known.filteredColumns,
      runCount: known.input.channelCount * runCount, tapsPerGroup: groups.second,
      tapsPerHalfGroup: tapsPerHalfGroup, sweeps: sweeps, sweepsInGroups: isDense,
      filter: WeightedRows.Filter(
        sums: passes.horizontal, columns: known.columns(known.used.columns), tapsPerGroup: groups.first))
    let rowsPerOutput = Double(known.geometry.vertical.input) / Double(known.geometry.vertical.output)
    return Candidate(
      algorithm: .separable, execution: .rows(rows), errorBound: rounding.errorBound,
      roundsExactly: rounding.roundsExactly,
      finding: (rank == 1 ? "" : "\(rank) pairs of ") + "a column of \(height) and a row of \(width) taps"
        + (tapsPerHalfGroup == nil ? "" : ", two output rows of the column in three sums of half its length"),
      cost: CostModel.separable(
        rank: rank, columnTaps: height, rowTaps: width, rowsPerOutput: rowsPerOutput, sweeps: sweeps,
        halves: tapsPerHalfGroup != nil))
  }
}
