/// Shrinks a plane of values to fewer rows and columns, each the mean of the area it stands for; rows come in one by one.
///
/// A value that lies in two areas counts in each by its share. Where more rows or columns are asked for than there are, or areas lie
/// outside the plane, the nearest value is taken. Memory is two rows and the result.
public struct AreaAverage: Sendable {
  /// The part of a plane's axis that an area covers, with the share of each value in it; shares add up to 1.
  struct Span: Hashable, Sendable {
    let first: Int
    let shares: [Float]

    var last: Int { first + shares.count - 1 }
  }

  /// Where on an axis the areas lie: `count` of them, each `step` long, the first from `start` on.
  public struct Axis: Hashable, Sendable {
    let spans: [Span]

    /// How many areas there are.
    public var count: Int { spans.count }

    /// Lays areas on an axis of `length` values, by default edge to edge over all of it.
    ///
    /// Traps unless there are values and areas.
    public init(count: Int, of length: Int, start: Double = 0, step: Double? = nil) {
      precondition(count >= 1 && length >= 1, "\(count) areas on \(length) values")
      let step = step ?? Double(length) / Double(count)
      spans = (0..<count).map { index in
        let low = start + Double(index) * step
        return Self.span(from: low, to: low + step, of: length)
      }
    }

    private static func span(from low: Double, to high: Double, of length: Int) -> Span {
      let (begin, end) = (max(low, 0), min(high, Double(length)))
      let first = Int(begin.rounded(.down))
      // What is no longer than a value, or outside, takes the nearest.
      guard high - low > 1, end - begin > 1e-9 else {
        return Span(first: min(max(Int(((low + high) / 2).rounded(.down)), 0), length - 1), shares: [1])
      }
      let last = min(Int(end.rounded(.up)), length) - 1
      let shares = (first...last).map { min(end, Double($0) + 1) - max(begin, Double($0)) }
      return Span(first: first, shares: shares.map { Float($0 / (end - begin)) })
    }
  }

  private let rows: [Span]
  private let columns: [Span]
  private var nextRow = 0
  private var pending: [[Float]] = []
  /// The finished rows, one after another, that were not taken yet.
  private var finished: [Float] = []
  private var finishedCount = 0

  /// Creates the reduction of a plane.
  public init(rows: Axis, columns: Axis) {
    self.rows = rows.spans
    self.columns = columns.spans
  }

  /// Adds the next row of the plane.
  public mutating func add(_ row: some RandomAccessCollection<Float>) {
    defer { nextRow += 1 }
    guard finishedCount < rows.count, rows[finishedCount].first <= nextRow else { return }
    let values = Array(row)
    let means = columns.map { span in
      var sum: Float = 0
      for (index, share) in span.shares.enumerated() { sum += share * values[span.first + index] }
      return sum
    }
    var open = 0
    while finishedCount + open < rows.count, rows[finishedCount + open].first <= nextRow {
      if open == pending.count { pending.append(Array(repeating: 0, count: means.count)) }
      let span = rows[finishedCount + open]
      let share = span.shares[nextRow - span.first]
      for column in means.indices { pending[open][column] += share * means[column] }
      if span.last == nextRow {
        finished += pending.removeFirst()
        finishedCount += 1
      } else {
        open += 1
      }
    }
  }

  /// The rows that are finished and were not taken yet, one after another.
  public mutating func take() -> [Float] {
    defer { finished = [] }
    return finished
  }
}

/// Shrinks a feature map so that what is strong in it stays visible: each value becomes the root mean square of its area, with the sign
/// of the mean.
///
/// The mean alone would not do: edges and textures have both signs, and cancel.
public struct MapShrinking: Sendable {
  private var means: AreaAverage
  private var squares: AreaAverage

  /// Creates the reduction of a map.
  public init(rows: AreaAverage.Axis, columns: AreaAverage.Axis) {
    means = AreaAverage(rows: rows, columns: columns)
    squares = means
  }

  /// Adds the next row of the map.
  public mutating func add(_ row: [Float]) {
    means.add(row)
    squares.add(row.map { $0 * $0 })
  }

  /// The rows that are finished and were not taken yet, one after another.
  public mutating func take() -> [Float] {
    zip(means.take(), squares.take()).map { mean, square in
      let magnitude = square.squareRoot()
      return mean < 0 ? -magnitude : magnitude
    }
  }
}
