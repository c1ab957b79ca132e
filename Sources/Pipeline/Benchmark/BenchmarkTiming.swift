/// How long something took: the fastest and the middle of several runs.
public struct BenchmarkTiming: Sendable, Equatable {
  /// The fastest run, in milliseconds.
  public let minimum: Double
  /// The run in the middle, in milliseconds.
  public let median: Double

  /// Creates a timing from milliseconds; traps where there are none.
  public init(milliseconds: [Double]) {
    let sorted = milliseconds.sorted()
    precondition(!sorted.isEmpty, "a timing is of at least one run")
    minimum = sorted[0]
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Times `body` `runs` times, after one run that is not counted.
  static func measure(runs: Int, _ body: () throws(JobError) -> Void) throws(JobError) -> BenchmarkTiming {
    let clock = ContinuousClock()
    try body()
    var milliseconds: [Double] = []
    for _ in 0..<max(runs, 1) {
      let start = clock.now
      try body()
      let elapsed = start.duration(to: clock.now).components
      milliseconds.append(Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) * 1e-15)
    }
    return BenchmarkTiming(milliseconds: milliseconds)
  }
}

extension Double {
  /// The number to `places` decimals.
  func rounded(places: Int) -> Double {
    var unit = 1.0
    for _ in 0..<places { unit *= 10 }
    return (self * unit).rounded() / unit
  }
}
