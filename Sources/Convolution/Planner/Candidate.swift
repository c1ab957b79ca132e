import Tensors

/// One way of computing a convolution, with what it costs and how far it errs: the planner chooses among them.
struct Candidate: Sendable {
  /// What runs.
  enum Execution: Sendable {
    case reference
    case rows(WeightedRows)
    case box(BoxSums)
  }

  let algorithm: Algorithm
  let execution: Execution
  /// How far a result of `Float` sums may lie from the exact one, in units of a sample.
  let errorBound: Double
  /// Whether `Float` results, rounded to whole numbers, are the exact results rounded, ties included.
  let roundsExactly: Bool
  /// What is worth saying of the kernel, in words.
  var finding: String
  /// Steps for each output sample, as `CostModel` counts them, in `Float`.
  let cost: Double

  /// Whether 32-bit sums serve.
  var servesInSinglePrecision: Bool { roundsExactly || errorBound < ConvolutionPlan.toleratedError }

  /// The steps for each output sample in the type asked for, or in the one that serves.
  func cost(in precision: Precision?) -> Double {
    if precision == .single && errorBound == .infinity { return .infinity }
    let precision = precision ?? (servesInSinglePrecision ? .single : .double)
    return precision == .single ? cost : 2 * cost
  }
}

extension Candidate {
  /// The algorithm that is asked for or, where none is, the one that costs least.
  ///
  /// - Throws: why the one asked for cannot compute the convolution.
  static func chosen(
    _ algorithm: Algorithm, _ known: CandidateInput, precision: Precision?
  ) throws(Unsuitability) -> Candidate {
    switch algorithm {
    case .reference: return reference(known)
    case .direct, .im2col, .winograd: return direct(known)
    case .fft:
      var direct = direct(known)
      direct.finding = "transforms are for bytes that become bytes, sums are made tap by tap; " + direct.finding
      return direct
    case .separable: return try separable(known)
    case .box: return try box(known)
    case .auto:
      var best = direct(known)
      for other in [Algorithm.separable, .box] {
        guard let candidate = try? chosen(other, known, precision: precision) else { continue }
        if candidate.cost(in: precision) < best.cost(in: precision) { best = candidate }
      }
      return best
    }
  }

  /// The formula itself, with the rounding of the direct path.
  private static func reference(_ known: CandidateInput) -> Candidate {
    let direct = direct(known)
    return Candidate(
      algorithm: .reference, execution: .reference, errorBound: direct.errorBound, roundsExactly: direct.roundsExactly,
      finding: "the formula itself was asked for; it holds the whole image", cost: .infinity)
  }

  /// The ring of rows that the candidate needs; `nil` where its bytes are more than can be counted.
  func memory(_ known: CandidateInput, scalarByteCount: Int) -> RingMemory? {
    var columns = ColumnLayout(width: known.input.width)
    var runCount = known.input.channelCount
    var (retention, groupSize) = (0, 1)
    switch execution {
    case .reference: break
    case .rows(let rows):
      (columns, runCount) = (rows.columns, rows.runCount)
      if rows.tapsPerHalfGroup != nil, scalarByteCount == 4 {
        groupSize = RingMemory.groupSize(columns, runCount: runCount, scalarByteCount: scalarByteCount)
      }
    case .box(let box): (columns, retention) = (known.filteredColumns, box.phaseCount)
    }
    return RingMemory(
      schedule: RowSchedule(
        axis: known.geometry.vertical, tapRows: known.used.rows, border: known.border, retention: retention,
        groupSize: groupSize),
      columns: columns, runCount: runCount, scalarByteCount: scalarByteCount,
      sumRowCount: retention)
  }
}

/// Why an algorithm cannot compute a convolution, in words.
struct Unsuitability: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

/// What every candidate is made of: a checked convolution and what is known of its samples.
struct CandidateInput: Sendable {
  var input: StageShape
  let bank: KernelBank
  let geometry: ConvolutionGeometry
  let border: Border
  let fullRange: Double
  let borderConstant: Double
  /// Whether every sample is a whole number, and so finite.
  let isInteger: Bool
  /// The largest magnitude of a sample, the border's constant among them.
  let sampleBound: Double
  /// The rows and columns of the bank that hold a tap other than 0.
  let used: UsedTaps
  /// How many channels stand side by side in each run, as those of a pixel do; 1 where every channel has runs of its own.
  var interleave = 1

  /// The layout of runs that `tapColumns` need.
  func columns(_ tapColumns: [Int]) -> ColumnLayout {
    ColumnLayout(axis: geometry.horizontal, tapColumns: tapColumns, border: border, interleave: interleave)
  }

  /// The layout of runs that are filtered already.
  var filteredColumns: ColumnLayout { ColumnLayout(width: geometry.horizontal.output * interleave) }

  /// Whether every sample, the border's constant among them, is a whole number.
  var areWhole: Bool { isInteger && borderConstant == borderConstant.rounded() }

  /// Whether each window begins one row below the one before, and takes rows one after another.
  var windowsFollowRowByRow: Bool { geometry.vertical.stride == 1 && geometry.vertical.dilation == 1 }

  /// Whether windows follow one another row by row and every row of them counts, so that a row lies in several.
  var rowsAreShared: Bool { windowsFollowRowByRow && used.rows.last == used.rows[0] + used.rows.count - 1 }

  /// The rows that count and, where windows share rows, those between them.
  var spannedRows: [Int] { windowsFollowRowByRow ? Array(used.rows[0]...used.rows[used.rows.count - 1]) : used.rows }
}

/// The rows and columns of a bank that hold a tap other than 0 in some kernel and channel; at least one of each.
struct UsedTaps: Sendable {
  let rows: [Int]
  let columns: [Int]

  init(_ bank: KernelBank) {
    var rows = [Bool](repeating: false, count: bank.height)
    var columns = [Bool](repeating: false, count: bank.width)
    for (index, tap) in bank.taps.enumerated() where tap != 0 {
      columns[index % bank.width] = true
      rows[index / bank.width % bank.height] = true
    }
    let used = (rows.indices.filter { rows[$0] }, columns.indices.filter { columns[$0] })
    self.rows = used.0.isEmpty ? [0] : used.0
    self.columns = used.1.isEmpty ? [0] : used.1
  }
}
