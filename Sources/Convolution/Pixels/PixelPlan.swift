public import Tensors

/// How a convolution goes from stored pixels to stored pixels of the same format, where nothing else is done to them.
///
/// Sums are rounded as soon as they are made. That leaves room for integers: sums of bytes are exact, or rounded as if they were. All
/// channels of a pixel are filtered alike, so they stay side by side. The pixels are those that a `StripConvolution` of the same plan and
/// `SamplePacking` give, but where the exact sum lies within `ConvolutionPlan.toleratedError` of a tie.
public struct PixelPlan: Sendable {
  /// What sums are computed in.
  public enum Arithmetic: String, Hashable, Sendable {
    /// 32-bit integers over 16-bit weights.
    case integer
    /// 32-bit floating point.
    case single
    /// 64-bit floating point.
    case double

    /// The arithmetic as a report names it.
    public var text: String {
      switch self {
      case .integer: "32-bit integers"
      case .single: "32-bit"
      case .double: "64-bit"
      }
    }
  }

  /// The algorithm that runs.
  public let algorithm: Algorithm
  /// What it computes in.
  public let arithmetic: Arithmetic
  /// Why, in words.
  public let reason: String
  /// The bytes that are held at most, beside the rows that are handed in and out.
  public let workingByteCount: Int
  /// The inner loops that run.
  public let instructionSet: InstructionSet

  let strips: StripPlan
  let execution: Execution

  /// What runs.
  enum Execution: Sendable {
    case bytes(ByteSums, windowsShareRows: Bool)
    case fourier(FourierTiles)
    case rows(WeightedRows)
    case box(BoxSums)
  }

  /// Plans the way of pixels; `nil` where a plan's samples are no pixels of the format, its bank is more than one plain kernel, or its algorithm
  /// is one that works on sums alone.
  public init?(_ plan: ConvolutionPlan, format: PixelFormat) {
    let known = plan.known
    guard
      plan.bank.isDepthwise, plan.bank.outputCount == 1, known.isInteger,
      known.input.channelCount == format.channelCount, known.fullRange == Double(format.depth.maximum)
    else { return nil }
    let pixels = known.interleaved
    guard let choice = Choice(plan.askedAlgorithm, pixels, depth: format.depth, on: plan.instructionSet)
    else { return nil }
    let channels = format.channelCount
    guard let memory = choice.memory(pixels) else { return nil }
    strips = StripPlan(
      input: StageShape(channelCount: 1, height: known.input.height, width: known.input.width * channels),
      output: StageShape(
        channelCount: 1, height: plan.geometry.output.height, width: plan.geometry.output.width * channels),
      memory: memory, borderConstant: known.borderConstant)
    (algorithm, arithmetic, execution) = (choice.algorithm, choice.arithmetic, choice.execution)
    reason = (plan.askedAlgorithm == .auto ? "" : "\(plan.askedAlgorithm.rawValue) was asked for: ") + choice.reason
    workingByteCount = memory.byteCount + choice.tableByteCount
    instructionSet = plan.instructionSet
  }
}

extension CandidateInput {
  /// The same convolution of an image whose channels stand side by side: one channel, each column as many samples.
  var interleaved: CandidateInput {
    var known = self
    known.interleave = input.channelCount
    known.input = StageShape(channelCount: 1, height: input.height, width: input.width)
    return known
  }
}

extension WeightedRows.Filter {
  /// Finds integers for all sums, or for none.
  fileprivate mutating func countInBytes(_ known: CandidateInput) {
    guard known.areWhole, (0...255).contains(known.borderConstant) else { return }
    let filters = sums.compactMap { sum in
      ByteFilter(
        sum, columns: columns,
        analysis: RoundingAnalysis(
          sum, tapsPerGroup: tapsPerGroup, sampleBound: known.sampleBound, samplesAreWhole: known.areWhole))
    }
    bytes = filters.count == sums.count ? filters : nil
  }
}

/// The algorithm that a pixel plan settles on.
private struct Choice {
  let algorithm: Algorithm
  let arithmetic: PixelPlan.Arithmetic
  let execution: PixelPlan.Execution
  private(set) var reason: String
  let cost: Double
  /// The candidate behind it, whose ring of rows it needs; `nil` for bytes.
  private let candidate: Candidate?

  init?(_ algorithm: Algorithm, _ known: CandidateInput, depth: SampleDepth, on level: InstructionSet) {
    switch algorithm {
    case .fft:
      if let fourier = Self.fourier(known, depth: depth) {
        self = fourier
      } else {
        guard var direct = Choice(.direct, known, depth: depth, on: level) else { return nil }
        direct.reason = "tiles are of bytes, for windows that stand side by side and lie in one; " + direct.reason
        self = direct
      }
    case .auto:
      let choices = [Algorithm.direct, .separable, .box, .fft].compactMap {
        Choice($0, known, depth: depth, on: level)
      }
      guard let best = choices.min(by: { $0.cost < $1.cost }) else { return nil }
      self = best
    case .direct:
      // Integers pass over every tap between the first and the last; where most are 0 the others alone cost less.
      let direct = Choice(Candidate.direct(known), known, depth: depth)
      let bytes = Self.bytes(known, depth: depth, on: level)
      self = bytes.map { $0.cost <= direct.cost ? $0 : direct } ?? direct
    case .separable, .box:
      guard let candidate = try? Candidate.chosen(algorithm, known, precision: nil) else { return nil }
      self.init(candidate, known, depth: depth)
    case .reference, .im2col, .winograd: return nil
    }
  }

  private init(
    algorithm: Algorithm, arithmetic: PixelPlan.Arithmetic, execution: PixelPlan.Execution, reason: String,
    cost: Double, candidate: Candidate?
  ) {
    (self.algorithm, self.arithmetic, self.execution) = (algorithm, arithmetic, execution)
    (self.reason, self.cost, self.candidate) = (reason, cost, candidate)
  }

  private init(_ candidate: Candidate, _ known: CandidateInput, depth: SampleDepth) {
    let execution: PixelPlan.Execution
    switch candidate.execution {
    case .rows(var rows):
      if depth == .eight, candidate.servesInSinglePrecision { rows.filter?.countInBytes(known) }
      execution = .rows(rows)
    case .box(let box): execution = .box(box)
    case .reference: preconditionFailure("the reference works on sums")
    }
    self.init(
      algorithm: candidate.algorithm, arithmetic: candidate.servesInSinglePrecision ? .single : .double,
      execution: execution, reason: candidate.finding + "; " + ConvolutionPlan.precisionReason(asked: nil, candidate),
      cost: candidate.cost(in: nil), candidate: candidate)
  }

  /// Sums of bytes in integers; `nil` where the samples are no bytes or the weights do not allow it.
  private static func bytes(_ known: CandidateInput, depth: SampleDepth, on level: InstructionSet) -> Choice? {
    guard depth == .eight, known.areWhole, (0...255).contains(known.borderConstant) else { return nil }
    let sum = PlannedSum(bank: known.bank, output: 0, tapRows: known.spannedRows, fullRange: known.fullRange)
    guard let sums = ByteSums(sum, rowCount: known.spannedRows.count, columns: known.columns(known.used.columns))
    else { return nil }
    let exactness =
      sums.isExact
      ? "32-bit integer sums are exact"
      : sums.doubt > 0
        ? "32-bit integer sums of 16-bit weights, those near a tie once more with what the weights lost"
        : "32-bit integer sums of 16-bit weights err by at most \(sums.remainingError.forPeople)"
    return Choice(
      algorithm: .direct, arithmetic: .integer,
      execution: .bytes(sums, windowsShareRows: known.windowsFollowRowByRow),
      reason: "\(sum.taps.count) of \(known.bank.taps.count) taps are not 0; \(exactness)",
      cost: CostModel.bytes(
        rowCount: sums.rowCount, columnCount: known.used.columns.count, doubt: Double(sums.doubt) / sums.unit,
        hasVectors: level != .scalar),
      candidate: nil)
  }

  /// Tiles of bytes by Fourier transforms; `nil` where the samples are no bytes or the windows do not stand side by side.
  private static func fourier(_ known: CandidateInput, depth: SampleDepth) -> Choice? {
    guard depth == .eight, known.areWhole, (0...255).contains(known.borderConstant), let tiles = FourierTiles(known)
    else { return nil }
    return Choice(
      algorithm: .fft, arithmetic: .double, execution: .fourier(tiles),
      reason: "a kernel that reaches over \(tiles.reach.height)×\(tiles.reach.width) samples; "
        + "64-bit transforms of tiles of \(tiles.extent.height)×\(tiles.extent.width) err by at most "
        + tiles.errorBound.forPeople,
      cost: tiles.cost, candidate: nil)
  }

  /// The ring of rows; `nil` where its bytes are more than can be counted.
  func memory(_ known: CandidateInput) -> RingMemory? {
    let (columns, groupSize): (ColumnLayout, Int)
    switch execution {
    case .bytes(let sums, _): (columns, groupSize) = (sums.columns, 1)
    case .fourier(let tiles): (columns, groupSize) = (tiles.columns, tiles.step.height)
    case .rows, .box: return candidate?.memory(known, scalarByteCount: arithmetic == .single ? 4 : 8)
    }
    return RingMemory(
      schedule: RowSchedule(
        axis: known.geometry.vertical, tapRows: known.spannedRows, border: known.border, groupSize: groupSize),
      columns: columns, runCount: 1, scalarByteCount: 1)
  }

  /// The bytes held beside the ring of rows; scratch is that of one thread.
  var tableByteCount: Int {
    switch execution {
    case .fourier(let tiles): tiles.byteCount
    case .bytes(let sums, _): ByteRows.scratchByteCount(sums)
    case .rows, .box: 0
    }
  }
}
