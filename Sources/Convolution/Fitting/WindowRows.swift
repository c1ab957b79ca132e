public import Tensors

/// The windows of one pair of images, as their rows come from the top: each gives an equation, and each goes into a table.
///
/// Samples are in stored units. A sample that is NaN is unknown: a target sample carries no equation then, nor does a window that reaches
/// over an unknown sample of the input. What is held does not grow with the height, unless the border wraps.
public final class WindowRows {
  /// The side of a block, in target samples.
  ///
  /// Blocks go to the parts of equations in turn, so that neighbours go to different ones where there are four parts or more.
  static let blockSide = 32

  private let problem: FittingProblem
  private let geometry: ConvolutionGeometry
  private let schedule: RowSchedule
  private let groupCount: Int
  private let partCount: Int
  private let firstPart: Int
  private let rowStep: Int
  private let use: (EquationTable, Int) -> Void
  private var tables: [EquationTable]

  /// For each column of an extended row, the column of the image it shows; `nil` where the border's constant stands.
  private let columns: [Int?]
  /// Rows of the input, extended on both sides, that windows still need.
  private var rows: [Int: ExtendedRow] = [:]
  private let constantRow: ExtendedRow
  private var arrived = 0
  /// Rows of the target that are not used yet, by their number.
  private var targets: [Int: PlanarRows<Double>] = [:]
  private var targetsArrived = 0
  private var done = 0

  /// A row of all channels with its border, and whether a sample in it is unknown.
  private struct ExtendedRow {
    let samples: [Double]
    let hasUnknown: Bool
  }

  /// Opens the windows of a pair whose equations are gathered; `pair` is its number, from 0.
  public convenience init(
    into equations: KernelEquations, geometry: ConvolutionGeometry, input: StageShape, pair: Int
  ) {
    self.init(
      problem: equations.problem, geometry: geometry, input: input, partCount: equations.parts.count, firstPart: pair,
      rowStep: equations.rowStep
    ) { equations.add($0, toPart: $1) }
  }

  /// Opens the windows of a pair whose residuals are counted.
  public convenience init(into residuals: ResidualTally, geometry: ConvolutionGeometry, input: StageShape) {
    self.init(
      problem: residuals.problem, geometry: geometry, input: input, partCount: 1, firstPart: 0,
      rowStep: residuals.rowStep
    ) { table, _ in residuals.add(table) }
  }

  private init(
    problem: FittingProblem, geometry: ConvolutionGeometry, input: StageShape, partCount: Int, firstPart: Int,
    rowStep: Int, use: @escaping (EquationTable, Int) -> Void
  ) {
    precondition(input.channelCount % problem.inputCount == 0, "channels come in groups of \(problem.inputCount)")
    precondition(input.extent == geometry.input, "windows lie on the input")
    self.problem = problem
    self.geometry = geometry
    self.partCount = partCount
    self.firstPart = firstPart
    self.rowStep = rowStep
    self.use = use
    groupCount = input.channelCount / problem.inputCount
    let border = problem.border ?? .edge
    schedule = RowSchedule(axis: geometry.vertical, tapRows: Array(0..<problem.kernel.height), border: border)
    let horizontal = geometry.horizontal
    columns = (-horizontal.before..<horizontal.input + horizontal.after).map {
      border.sourceIndex($0, extent: horizontal.input)
    }
    constantRow = ExtendedRow(
      samples: Array(repeating: problem.constant, count: input.channelCount * columns.count), hasUnknown: false)
    tables = Array(repeating: EquationTable(columnCount: problem.tapCount + 1 + problem.outputCount), count: partCount)
  }

  /// The rows of the target that can be used once `count` rows of the input have come.
  public func targetRows(afterInput count: Int) -> Int { schedule.computable(arrived: count, after: 0) }

  /// Takes the next rows of the input.
  public func push(input: PlanarRows<Double>) {
    for row in 0..<input.rowCount {
      if schedule.lastUse(of: arrived) >= 0 { rows[arrived] = extended(input, row) }
      arrived += 1
    }
    advance()
  }

  /// Takes the next rows of the target.
  public func push(target: PlanarRows<Double>) {
    precondition(
      target.channelCount == groupCount * problem.outputCount && target.width == geometry.output.width,
      "target rows of \(target.channelCount)×\(target.width) do not fit the windows")
    let length = target.channelCount * target.width
    for row in 0..<target.rowCount {
      targets[targetsArrived] = PlanarRows(
        channelCount: target.channelCount, width: target.width, rowCount: 1,
        samples: Array(target.samples[row * length..<(row + 1) * length]))
      targetsArrived += 1
    }
    advance()
  }

  /// Hands over what is left in the tables; traps unless all rows have come.
  public func finish() {
    precondition(done == geometry.output.height, "\(done) of \(geometry.output.height) rows of windows have come")
    for part in tables.indices { handOver(part) }
  }

  private func extended(_ input: PlanarRows<Double>, _ row: Int) -> ExtendedRow {
    var samples: [Double] = []
    samples.reserveCapacity(constantRow.samples.count)
    for channel in 0..<input.channelCount {
      let run = input.run(row: row, channel: channel)
      for column in columns { samples.append(column.map { run[run.startIndex + $0] } ?? problem.constant) }
    }
    return ExtendedRow(samples: samples, hasUnknown: samples.contains { $0.isNaN })
  }

  /// Makes the equations of every row of windows that is complete, and forgets what no other needs.
  private func advance() {
    let ready = min(schedule.computable(arrived: arrived, after: done), targetsArrived)
    guard ready > done else { return }
    let inside = problem.windows(geometry.vertical)
    while done < ready {
      let target = targets.removeValue(forKey: done)
      if let target, done % rowStep == 0, inside.contains(done) { addEquations(of: done, target) }
      done += 1
    }
    rows = rows.filter { schedule.lastUse(of: $0.key) >= done }
  }

  private func addEquations(of window: Int, _ target: PlanarRows<Double>) {
    let tapRows = (0..<problem.kernel.height).map { tap -> ExtendedRow in
      guard let source = schedule.source(output: window, tapRow: tap) else { return constantRow }
      guard let row = rows[source] else { preconditionFailure("rows are kept as long as they are needed") }
      return row
    }
    let hasUnknown = tapRows.contains(where: \.hasUnknown)
    let inside = problem.windows(geometry.horizontal)
    for group in 0..<groupCount {
      let outputs = (0..<problem.outputCount).map { target.run(row: 0, channel: group * problem.outputCount + $0) }
      var start = inside.lowerBound
      while start < inside.upperBound {
        let end = min((start / Self.blockSide + 1) * Self.blockSide, inside.upperBound)
        let known = (start..<end).filter { column in
          outputs.allSatisfy { !$0[$0.startIndex + column].isNaN }
            && !(hasUnknown && reachesUnknown(tapRows, group: group, column: column))
        }
        let block = window / Self.blockSide * 2 + start / Self.blockSide
        addEquations(tapRows, group: group, columns: known, outputs, part: (firstPart + block) % partCount)
        start = end
      }
    }
  }

  /// Fills rows of a part's table, column by column, with the windows at some columns, at most a block's.
  private func addEquations(
    _ tapRows: [ExtendedRow], group: Int, columns: [Int], _ outputs: [ArraySlice<Double>], part: Int
  ) {
    guard !columns.isEmpty else { return }
    if tables[part].room < columns.count { handOver(part) }
    tables[part].appendRows(columns.count)
    var place = 0
    let starts = columns.map { $0 * problem.stride.width }
    forEachTap(group: group) { row, offset in
      tables[part].fill(column: place, tapRows[row].samples, at: starts, offset: offset)
      place += 1
    }
    tables[part].fill(column: place, with: 1)
    for output in outputs {
      place += 1
      tables[part].fill(column: place, Array(output), at: columns, offset: 0)
    }
  }

  private func reachesUnknown(_ tapRows: [ExtendedRow], group: Int, column: Int) -> Bool {
    var isUnknown = false
    forEachTap(group: group) { row, offset in
      isUnknown = isUnknown || tapRows[row].samples[offset + column * problem.stride.width].isNaN
    }
    return isUnknown
  }

  /// Calls `body` with the tap row and the place in it of each sample under the first window, in `I×kh×kw` order.
  private func forEachTap(group: Int, _ body: (_ row: Int, _ offset: Int) -> Void) {
    for channel in group * problem.inputCount..<(group + 1) * problem.inputCount {
      for row in 0..<problem.kernel.height {
        for tap in 0..<problem.kernel.width { body(row, channel * columns.count + tap * problem.dilation.width) }
      }
    }
  }

  private func handOver(_ part: Int) {
    guard tables[part].rowCount > 0 else { return }
    use(tables[part], part)
    tables[part].removeAll()
  }
}
