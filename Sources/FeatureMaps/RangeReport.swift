/// What a range mapping took away, in one line for the person at the terminal.
public enum RangeReport {
  /// The line for a mapping over values with these statistics, or `nil` when nothing was lost unasked.
  ///
  /// As in `range -3.02...2.97, 31 % below 0, 4 % above 1 clipped; try --map signed`. `clamp`, `abs`, `signed` and `LO:HI` can
  /// lose what was not asked for; `minmax` loses nothing, and `percentile:P` clips what it was told to. NaN and infinities are always told.
  /// Traps when the mapping is `LO:HI` and the statistics were not created for its window.
  public static func line(for mapping: RangeMapping, statistics: ValueStatistics) -> String? {
    guard let low = statistics.minimum, let high = statistics.maximum else {
      return statistics.count == 0 ? nil : "no value of \(statistics.count) is finite"
    }
    var losses: [String] = []
    var advice = "minmax"
    let percent = { (count: Int) in self.percent(count, of: statistics.count) }
    switch mapping {
    case .clamp:
      if statistics.belowZeroCount > 0 {
        losses.append("\(percent(statistics.belowZeroCount)) below 0")
        advice = "signed"
      }
      if statistics.aboveOneCount > 0 { losses.append("\(percent(statistics.aboveOneCount)) above 1") }
    case .abs, .signed:
      let beyond = statistics.belowMinusOneCount + statistics.aboveOneCount
      if beyond > 0 { losses.append("\(percent(beyond)) beyond -1...1") }
    case .range(let first, let second):
      precondition(statistics.window == mapping.window, "\(mapping) needs statistics of its own window")
      let (bottom, top) = (min(first, second), max(first, second))
      if statistics.belowWindowCount > 0 {
        losses.append("\(percent(statistics.belowWindowCount)) below \(short(bottom))")
      }
      if statistics.aboveWindowCount > 0 {
        losses.append("\(percent(statistics.aboveWindowCount)) above \(short(top))")
      }
    case .minmax, .percentile:
      break
    }
    guard !losses.isEmpty || statistics.nonFiniteCount > 0 else { return nil }
    var line = "range \(short(low))...\(short(high))"
    if statistics.nonFiniteCount > 0 { line += ", \(percent(statistics.nonFiniteCount)) not finite" }
    if !losses.isEmpty { line += ", \(losses.joined(separator: ", ")) clipped; try --map \(advice)" }
    return line
  }

  /// A share in whole percent; `<1 %` where that would be 0, `>99 %` where it would be 100 and is not all.
  private static func percent(_ count: Int, of total: Int) -> String {
    let share = (100 * Double(count) / Double(total)).rounded()
    if share == 0 { return "<1 %" }
    return share == 100 && count < total ? ">99 %" : "\(Int(share)) %"
  }

  /// A number to two decimals, or to two digits where it is smaller than 0.1.
  private static func short(_ value: Double) -> String {
    var unit = 100.0
    while value != 0 && Swift.abs(value) * unit < 9.5 && unit < 1e15 { unit *= 10 }
    let rounded = (value * unit).rounded() / unit
    guard let whole = Int(exactly: rounded) else { return "\(rounded)" }
    return "\(whole)"
  }
}
