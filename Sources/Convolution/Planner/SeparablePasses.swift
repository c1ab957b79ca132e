import Tensors

/// A bank in two passes of one-dimensional sums: along rows, then down the columns of what that gives.
struct SeparablePasses {
  /// The sums along a row, every tap in row 0 and channel 0.
  private(set) var horizontal: [PlannedSum] = []
  /// One for each output: the sum down the columns, over the channels that its rows of `horizontal` give.
  private(set) var vertical: [Output] = []
  /// How many pairs of passes the kernel of the highest rank takes.
  var rank: Int { vertical.map(\.termCount).max() ?? 1 }
  /// Whether every row and column that counts has a tap in each sum.
  var isDense: Bool { vertical.allSatisfy { $0.sum.taps.count == height * $0.termCount } }

  private let known: CandidateInput
  private var height: Int { known.used.rows.count }

  /// What one output takes.
  struct Output {
    let sum: PlannedSum
    /// The rows of `horizontal` that it adds up.
    let firstTerm: Int
    let termCount: Int
    /// What the product of columns and rows leaves out of the taps, at most, over full windows of 1.
    let residue: Double
  }

  /// How far results lie from the exact ones.
  struct Rounding {
    var roundsExactly: Bool
    var errorBound: Double

    /// Whether 32 bits serve.
    var serves: Bool { roundsExactly || errorBound < ConvolutionPlan.toleratedError }
  }

  /// Takes the kernels of a bank apart.
  ///
  /// - Throws: why the bank does not allow it, in words.
  init(_ known: CandidateInput) throws(Unsuitability) {
    self.known = known
    let (bank, used) = (known.bank, known.used)
    guard bank.isDepthwise else { throw Unsuitability("the kernel sums over \(bank.inputCount) channels") }
    let (height, width) = (used.rows.count, used.columns.count)
    // More terms than this are dearer than the taps themselves. Between terms of higher rank there are products that cancel, which infinities do not.
    let maximumRank = known.isInteger ? max(1, min(8, height * width / (height + width))) : 1
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
        Output(
          sum: PlannedSum(
            taps: products, divisor: divisor * terms.scale, bias: bank.biases[output] * known.fullRange),
          firstTerm: horizontal.count, termCount: terms.terms.count, residue: terms.residue / abs(divisor)))
      for term in terms.terms {
        horizontal.append(
          PlannedSum(
            taps: zip(used.columns, term.row).map { .init(channel: 0, tapRow: 0, column: $0, weight: $1) }))
      }
    }
  }

  /// How far results lie from the exact ones when both passes sum in groups of so many taps.
  func rounding(tapsPerGroup groups: (first: Int, second: Int)) -> Rounding {
    rounding(first: groups.first) { output, bound, isExact in
      let second = RoundingAnalysis(
        output.sum, tapsPerGroup: groups.second, sampleBound: bound, samplesAreWhole: isExact)
      return (second.errorBound, isExact && second.roundsLikeExact)
    }
  }

  /// The same where columns are summed in halves.
  func rounding(tapsPerGroup first: Int, tapsPerHalfGroup: Int) -> Rounding {
    rounding(first: first) { output, bound, _ in
      let halves = ColumnHalves(output.sum, height: height)
      return (
        RoundingAnalysis.errorBound(halves, of: output.sum, tapsPerGroup: tapsPerHalfGroup, sampleBound: bound), false
      )
    }
  }

  private func rounding(
    first tapsPerGroup: Int, second: (Output, _ bound: Double, _ isExact: Bool) -> (error: Double, isExact: Bool)
  ) -> Rounding {
    let first = horizontal.map {
      RoundingAnalysis(
        $0, tapsPerGroup: tapsPerGroup, sampleBound: known.sampleBound, samplesAreWhole: known.areWhole)
    }
    var all = Rounding(roundsExactly: true, errorBound: 0)
    for output in vertical {
      let terms = output.firstTerm..<output.firstTerm + output.termCount
      let isExact = terms.allSatisfy { first[$0].isExact }
      let bound = terms.reduce(0) { max($0, horizontal[$1].magnitude) } * known.sampleBound
      let firstError = terms.reduce(0) { max($0, first[$1].errorBound) }
      let found = second(output, bound + firstError, isExact)
      let inherited = firstError * output.sum.magnitude / abs(output.sum.divisor)
      all.errorBound = max(all.errorBound, found.error + inherited + output.residue * known.sampleBound)
      if !(found.isExact && output.residue == 0) { all.roundsExactly = false }
    }
    return all
  }
}
