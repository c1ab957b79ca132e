/// When the rows of an input can be forgotten, and when the rows of an output can be computed.
///
/// Output row `i` needs input rows `source(i, t)` for every tap row `t`. It is computable when the last of them has arrived and
/// the outputs before it are done; an input row is kept until the last output that needs it is done. Most borders so keep
/// about as many rows as the kernel spans; one that wraps at the top needs the last rows for the first output, and keeps all.
struct RowSchedule: Sendable {
  /// The vertical windows.
  let axis: AxisGeometry
  /// The rows of a window that count, ascending, at least one.
  let tapRows: [Int]
  private let border: Border
  /// For each input row, the last output row that it is kept for; -1 where none does.
  private let lastUses: [Int32]
  /// For each output row, the input rows that must have arrived: one more than the last one needed by it or those before it.
  private let arrivals: [Int32]
  /// The most input rows kept at a time, when rows come one by one and outputs are computed as soon as they can be.
  let capacity: Int
  /// The input rows that any output needs.
  let usedRowCount: Int
  /// The output rows that are computed together.
  let groupSize: Int
  /// Whether some window row holds the border's constant.
  let usesConstant: Bool

  /// Follows the rows of a whole image once: a step for each output row and tap row.
  ///
  /// Rows are kept for `retention` more outputs than need them. Outputs are computed in groups of `groupSize`, when the last of a group can be.
  init(axis: AxisGeometry, tapRows: [Int], border: Border, retention: Int = 0, groupSize: Int = 1) {
    self.axis = axis
    self.tapRows = tapRows
    self.border = border
    self.groupSize = groupSize

    var lastUses = [Int32](repeating: -1, count: axis.input)
    var arrivals: [Int32] = []
    arrivals.reserveCapacity(axis.output)
    var arrival: Int32 = 0
    var usesConstant = false
    for output in 0..<axis.output {
      let start = axis.start(ofWindow: output)
      for row in tapRows {
        guard let source = border.sourceIndex(start + row * axis.dilation, extent: axis.input) else {
          usesConstant = true
          continue
        }
        lastUses[source] = Int32(min(output + retention, axis.output - 1))
        arrival = max(arrival, Int32(source) + 1)
      }
      arrivals.append(arrival)
    }
    for first in stride(from: 0, to: axis.output, by: groupSize) where groupSize > 1 {
      let last = min(first + groupSize, axis.output) - 1
      for output in first..<last { arrivals[output] = arrivals[last] }
    }

    var released = [Int32](repeating: 0, count: axis.output)
    for use in lastUses where use >= 0 { released[Int(use)] += 1 }
    var (held, peak, used, output) = (0, 0, 0, 0)
    for row in 0..<axis.input {
      if lastUses[row] >= 0 {
        held += 1
        used += 1
      }
      peak = max(peak, held)
      while output < axis.output && arrivals[output] <= row + 1 {
        held -= Int(released[output])
        output += 1
      }
    }
    self.lastUses = lastUses
    self.arrivals = arrivals
    self.capacity = peak
    self.usedRowCount = used
    self.usesConstant = usesConstant
  }

  /// The input row under a tap row of an output's window; `nil` where the border's constant stands.
  func source(output: Int, tapRow: Int) -> Int? {
    border.sourceIndex(axis.start(ofWindow: output) + tapRow * axis.dilation, extent: axis.input)
  }

  /// The last output row that needs an input row; -1 where none does.
  func lastUse(of row: Int) -> Int { Int(lastUses[row]) }

  /// The output rows that are computable when `arrived` input rows have come, given that the first `done` are.
  func computable(arrived: Int, after done: Int) -> Int {
    var end = done
    while end < arrivals.count && Int(arrivals[end]) <= arrived { end += 1 }
    return end
  }

  /// The bytes of the tables.
  var byteCount: Int { 4 * (lastUses.count + arrivals.count) }
}
