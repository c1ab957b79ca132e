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
    var target = target
    while target.rowCount > 0 {
      targets[targetsArrived] = target.removeFirst(1)
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
      for column in inside {
        guard outputs.allSatisfy({ !$0[$0.startIndex + column].isNaN }) else { continue }
        if hasUnknown, reachesUnknown(tapRows, group: group, column: column) { continue }
        let block = window / Self.blockSide * 2 + column / Self.blockSide
        addEquation(tapRows, group: group, column: column, outputs, part: (firstPart + block) % partCount)
      }
    }
  }

  private func addEquation(
    _ tapRows: [ExtendedRow], group: Int, column: Int, _ outputs: [ArraySlice<Double>], part: Int
  ) {
    if tables[part].isFull { handOver(part) }
    tables[part].appendRow()
    var place = 0
    forEachSample(tapRows, group: group, column: column) { sample in
      tables[part][place] = sample
      place += 1
    }
    tables[part][place] = 1
    for output in outputs {
      place += 1
      tables[part][place] = output[output.startIndex + column]
    }
  }

  private func reachesUnknown(_ tapRows: [ExtendedRow], group: Int, column: Int) -> Bool {
    var isUnknown = false
    forEachSample(tapRows, group: group, column: column) { isUnknown = isUnknown || $0.isNaN }
    return isUnknown
  }

  /// Calls `body` with the samples of a window, in `I×kh×kw` order.
  private func forEachSample(_ tapRows: [ExtendedRow], group: Int, column: Int, _ body: (Double) -> Void) {
    let (stride, dilation) = (problem.stride.width, problem.dilation.width)
    for channel in group * problem.inputCount..<(group + 1) * problem.inputCount {
      let start = channel * columns.count + column * stride
      for row in tapRows {
        for tap in 0..<problem.kernel.width { body(row.samples[start + tap * dilation]) }
      }
    }
  }

  private func handOver(_ part: Int) {
    guard tables[part].rowCount > 0 else { return }
    use(tables[part], part)
    tables[part].removeAll()
  }
}
