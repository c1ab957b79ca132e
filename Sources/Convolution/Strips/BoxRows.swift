import Tensors

/// The box path: rows enter as sums of their neighbours, and running sums of rows give the outputs.
///
/// The unsafe code relies on what `RowWindows` says of its pointers, and on this: `sums` holds `phaseCount` rows of the output's shape, and
/// each of its runs, cut into pieces, is written by one thread at a time.
@safe
final class BoxRows<Scalar: EngineScalar> {
  private let windows: RowWindows<Scalar>
  private let operations: EngineOperations<Scalar>
  private let box: BoxSums
  private let output: StageShape
  private let tapRows: [Int]
  private let channelStride: Int
  private let sums: UnsafeMutablePointer<Scalar>
  private let (weight, divisor, bias): (Scalar, Scalar, Scalar)

  /// The columns that are summed at a time: the sums of the rows of a batch then stay in a core's cache.
  private static var pieceWidth: Int { 2048 }

  init(plan: StripPlan, sums box: BoxSums, operations: EngineOperations<Scalar>, threadCount: Int) {
    (self.box, self.operations) = (box, operations)
    output = plan.output
    tapRows = plan.memory.schedule.tapRows
    channelStride = plan.memory.channelStride
    weight = Scalar(box.sum.taps.first?.weight ?? 0)
    (divisor, bias) = (Scalar(box.sum.divisor), Scalar(box.sum.bias))
    let count = box.phaseCount * output.channelCount * output.width
    unsafe sums = .allocate(capacity: count)
    unsafe sums.initialize(repeating: 0, count: count)
    let constants = Array(
      repeating: plan.borderConstant * Double(box.tapColumns.count), count: plan.input.channelCount)
    windows = RowWindows(
      input: plan.input, output: plan.output, memory: plan.memory, constant: plan.borderConstant,
      constantRuns: plan.memory.schedule.usesConstant ? constants : nil,
      filter: Self.filter(box, operations), operations: operations,
      threadCount: threadCount)
  }

  deinit { unsafe sums.deallocate() }

  /// The sums of neighbours in a row, as a ring takes them.
  private static func filter(_ box: BoxSums, _ operations: EngineOperations<Scalar>) -> RowFilter<Scalar> {
    if let step = box.step {
      return unsafe RowFilter(columns: box.columns, runCount: 1) { laid, run, _, count in
        unsafe operations.windowSums(run, count, laid, box.tapColumns.count, step)
      }
    }
    let ones = PlannedSum(taps: box.tapColumns.map { .init(channel: 0, tapRow: 0, column: $0, weight: 1) })
    let sum = WeightedRuns<Scalar>(ones, tapsPerGroup: .max) { box.columns.offsets[$0.column] }
    return unsafe RowFilter(columns: box.columns, runCount: 1) { laid, run, _, count in
      unsafe withUnsafePointer(to: UnsafePointer(laid)) { unsafe sum.correlate($0, run, count: count, operations) }
    }
  }

  /// Takes the next rows and returns every output row that they make computable.
  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    unsafe windows.push(rows, bandHeight: 32, pieceWidth: Self.pieceWidth, compute: compute)
  }

  /// The same from pixels to pixels.
  func push(_ rows: PixelRows) -> PixelRows {
    unsafe windows.push(rows, bandHeight: 32, pieceWidth: Self.pieceWidth, compute: compute)
  }

  /// What is known of the sums that left as pixels.
  var statistics: SumStatistics { windows.statistics }

  /// Brings the running sums of some columns from output row to output row, and writes them.
  private func compute(_ band: RowWindows<Scalar>.Band) {
    let (channel, columns) = unsafe (band.channel, band.columns)
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: 2 * tapRows.count) { pointers in
      guard let first = pointers.baseAddress else { return }
      let offset = channel * channelStride + columns.lowerBound
      for (place, row) in unsafe band.outputs.enumerated() {
        let phase = row % box.phaseCount
        let state = unsafe sums + (phase * output.channelCount + channel) * output.width + columns.lowerBound
        // The first window of a phase, and one that shares no row with the last, is summed from nothing.
        let isFresh = row < box.phaseCount || box.shift >= tapRows.count
        if isFresh { unsafe state.update(repeating: 0, count: columns.count) }
        let entering = isFresh ? tapRows[...] : tapRows.suffix(box.shift)
        let leaving = isFresh ? [] : tapRows.prefix(box.shift)
        unsafe point(first, at: entering, ofWindow: row, offset)
        unsafe point(first + tapRows.count, at: leaving, ofWindow: row - box.phaseCount, offset)
        unsafe operations.slide(
          band.run + place * band.rowStride, state, columns.count, UnsafePointer(first), entering.count,
          UnsafePointer(first + tapRows.count), leaving.count, weight, divisor, bias)
      }
    }
  }

  /// Points at the samples under some rows of a window, which are held.
  private func point(
    _ pointers: UnsafeMutablePointer<UnsafePointer<Scalar>>, at tapRows: ArraySlice<Int>, ofWindow window: Int,
    _ offset: Int
  ) {
    for (index, tapRow) in tapRows.enumerated() {
      guard let row = unsafe windows.row(output: window, tapRow: tapRow) else { preconditionFailure("rows are held") }
      unsafe (pointers + index).initialize(to: row + offset)
    }
  }
}
