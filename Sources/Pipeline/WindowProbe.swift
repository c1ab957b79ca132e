import Convolution
import Tensors

/// Keeps, of all rows that go into one operator of a job and come out of it, the samples under one window and the one result, and what
/// the operators after it make of that.
final class WindowProbe {
  /// The place of the operator among those of the job.
  let stage: Int
  /// The input rows and columns under the window's taps, ascending, each once.
  private let rows: [Int], columns: [Int]
  /// The place of the result.
  private let x: Int, y: Int
  private var inputRow = 0
  private var outputRow = 0
  private var finalRow = 0
  /// The input samples, `rows × channels × columns`.
  private var samples: [Double] = []
  private var channelCount = 0
  /// The results, one a channel, in stored units; empty until they were seen.
  private(set) var results: [Double] = []
  /// What comes out of the last operator, one a channel, in stored units; empty until it was seen.
  private(set) var finals: [Double] = []

  /// Looks for the output sample at column `x`, row `y` of a stage and the input samples `rows × columns` that it depends on.
  init(stage: Int, x: Int, y: Int, rows: some Sequence<Int>, columns: some Sequence<Int>) {
    self.stage = stage
    (self.x, self.y) = (x, y)
    self.rows = Set(rows).sorted()
    self.columns = Set(columns).sorted()
  }

  /// Keeps what it looks for of the next input rows.
  func see<Scalar: EngineScalar>(input: PlanarRows<Scalar>) {
    channelCount = input.channelCount
    for row in rows where (inputRow..<inputRow + input.rowCount).contains(row) {
      for channel in 0..<input.channelCount {
        let run = input.run(row: row - inputRow, channel: channel)
        samples.append(contentsOf: columns.lazy.map { Double(run[run.startIndex + $0]) })
      }
    }
    inputRow += input.rowCount
  }

  /// Keeps what it looks for of the next output rows.
  func see<Scalar: EngineScalar>(output: PlanarRows<Scalar>) {
    if let samples = samples(of: output, from: outputRow) { results = samples }
    outputRow += output.rowCount
  }

  /// Keeps what it looks for of the next rows that come out of the last operator.
  func see<Scalar: EngineScalar>(final: PlanarRows<Scalar>) {
    if let samples = samples(of: final, from: finalRow) { finals = samples }
    finalRow += final.rowCount
  }

  /// The samples of the place looked for, one a channel, where it is among rows that begin with `first`.
  private func samples<Scalar: EngineScalar>(of rows: PlanarRows<Scalar>, from first: Int) -> [Double]? {
    guard (first..<first + rows.rowCount).contains(y) else { return nil }
    return (0..<rows.channelCount).map { channel in
      let run = rows.run(row: y - first, channel: channel)
      return Double(run[run.startIndex + x])
    }
  }

  /// The input samples of one channel by row and column of the input; traps outside what was looked for.
  func plane(_ channel: Int) -> (_ row: Int, _ column: Int) -> Double {
    let rowPlaces = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let columnPlaces = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    return { [samples, channelCount, width = columns.count] row, column in
      guard let row = rowPlaces[row], let column = columnPlaces[column] else {
        preconditionFailure("the sample at \(column), \(row) was not looked for")
      }
      return samples[(row * channelCount + channel) * width + column]
    }
  }
}
