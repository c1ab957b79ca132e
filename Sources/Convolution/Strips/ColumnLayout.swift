/// How the samples of one channel of one row lie in the ring, so that every tap reads consecutive samples.
///
/// A tap at column `b` meets input columns `j·stride + b·dilation − before` for output columns `j`: every `stride`-th column from
/// `b·dilation − before`. Taps whose columns leave the same remainder share one *segment*, in which those columns stand side by
/// side, border included; so neither strides nor edges reach the inner loop. Taps that are further apart than the output is wide
/// get segments of their own, so that a layout never holds more than one output width a tap column.
struct ColumnLayout: Sendable {
  /// The columns with a tap, ascending.
  let tapColumns: [Int]
  /// Where a tap column's first sample lies in the run; meaningless for columns without a tap.
  let offsets: [Int]
  /// The samples of a run.
  let length: Int
  /// How far beyond an output's own place in the run its taps reach.
  var reach: Int { tapColumns.reduce(0) { max($0, offsets[$1]) } }
  /// How the run is filled from a row, in ascending order.
  let pieces: [Piece]

  /// A part of a run.
  enum Piece: Sendable {
    /// Consecutive samples of the row.
    case copy(to: Int, from: Int, count: Int)
    /// Samples at these columns of the row; -1 for the border's constant.
    case gather(to: Int, columns: [Int32])

    /// The samples of the run that it fills.
    var range: Range<Int> {
      switch self {
      case .copy(let to, _, let count): to..<to + count
      case .gather(let to, let columns): to..<to + columns.count
      }
    }

    /// The piece where each column is `count` samples side by side.
    func interleaved(_ count: Int) -> Piece {
      switch self {
      case .copy(let to, let from, let length): .copy(to: to * count, from: from * count, count: length * count)
      case .gather(let to, let columns):
        .gather(
          to: to * count,
          columns: columns.flatMap { column in
            (0..<Int32(count)).map { column < 0 ? -1 : column * Int32(count) + $0 }
          })
      }
    }
  }

  /// Where the run's samples `range` stand in a row one after another; `nil` where they do not.
  func source(of range: Range<Int>) -> Int? {
    for case .copy(let to, let from, let count) in pieces
    where to <= range.lowerBound && range.upperBound <= to + count {
      return from + range.lowerBound - to
    }
    return nil
  }

  /// Lays a part of a row out, the run's samples `range`: `copy(to, from, count)` takes over consecutive samples, `sample` a single one.
  ///
  /// Unsafe here: `run` is where the first sample of the range goes and holds all of it, the row has the samples of the axis that was laid out.
  func lay<Stored, Laid>(
    _ range: Range<Int>, in run: UnsafeMutablePointer<Laid>, from row: UnsafePointer<Stored>, constant: Laid,
    copy: (UnsafeMutablePointer<Laid>, UnsafePointer<Stored>, Int) -> Void, sample: (Stored) -> Laid
  ) {
    for piece in pieces {
      let places = piece.range.clamped(to: range)
      guard !places.isEmpty else { continue }
      let to = unsafe run + places.lowerBound - range.lowerBound
      let skipped = places.lowerBound - piece.range.lowerBound
      switch piece {
      case .copy(_, let from, _): unsafe copy(to, row + from + skipped, places.count)
      case .gather(_, let columns):
        for place in 0..<places.count {
          let column = columns[skipped + place]
          unsafe to[place] = column < 0 ? constant : sample(row[Int(column)])
        }
      }
    }
  }

  /// Lays out a row of `width` samples as it is.
  init(width: Int) {
    tapColumns = [0]
    offsets = [0]
    length = width
    pieces = [.copy(to: 0, from: 0, count: width)]
  }

  /// Lays out the columns that `tapColumns`, ascending, need.
  ///
  /// With an `interleave` of more than 1 each column is as many samples side by side, those of all channels of a pixel.
  init(axis: AxisGeometry, tapColumns: [Int], border: Border, interleave: Int = 1) {
    let (stride, count) = (axis.stride, axis.output)
    // Sorted by remainder, then by place: neighbours overlap, or nothing does.
    let places = tapColumns.map { (column: $0, place: $0 * axis.dilation) }
      .sorted { ($0.place % stride, $0.place) < ($1.place % stride, $1.place) }

    var offsets = [Int](repeating: 0, count: axis.kernel)
    var pieces: [Piece] = []
    var length = 0
    var segment: (place: Int, offset: Int)?

    func finish() {
      guard let (place, offset) = segment else { return }
      Self.fill(&pieces, offset: offset, count: length - offset, start: place - axis.before, axis: axis, border: border)
    }
    for (column, place) in places {
      if let (first, offset) = segment, first % stride == place % stride,
        offset + (place - first) / stride <= length
      {
        offsets[column] = offset + (place - first) / stride
      } else {
        finish()
        segment = (place, length)
        offsets[column] = length
      }
      length = offsets[column] + count
    }
    finish()
    self.tapColumns = tapColumns
    self.offsets = offsets.map { $0 * interleave }
    self.length = length * interleave
    self.pieces = interleave == 1 ? pieces : pieces.map { $0.interleaved(interleave) }
  }

  /// Adds the pieces of one segment: `count` columns from `start`, a stride apart.
  private static func fill(
    _ pieces: inout [Piece], offset: Int, count: Int, start: Int, axis: AxisGeometry, border: Border
  ) {
    func gather(_ range: Range<Int>) {
      guard !range.isEmpty else { return }
      let columns = range.map { index in
        Int32(border.sourceIndex(start + index * axis.stride, extent: axis.input) ?? -1)
      }
      pieces.append(.gather(to: offset + range.lowerBound, columns: columns))
    }
    guard axis.stride == 1 else { return gather(0..<count) }
    let inside = min(max(-start, 0), count)
    let end = max(inside, min(axis.input - start, count))
    gather(0..<inside)
    if inside < end { pieces.append(.copy(to: offset + inside, from: start + inside, count: end - inside)) }
    gather(end..<count)
  }
}
