// How messages and tables write numbers; what programs read has them in full.

extension Double {
  /// The number in at most six significant digits, and whole numbers in full, without a point where there is nothing behind it.
  ///
  /// As in `88`, `2.77594`, `0.00097138` and `1e-07`.
  public var forPeople: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    var (scaled, places) = (self, 0)
    while Swift.abs(scaled) < 99_999.95 && places < 330 {
      scaled *= 10
      places += 1
    }
    let digits = scaled.rounded()
    guard places > 0 else { return Swift.abs(digits) < 0x1p53 ? "\(Int(digits))" : "\(self)" }
    let value = Double("\(Int(digits))e-\(places)") ?? self
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

extension Int {
  /// The number with the noun counted, which takes an `s` unless it is one: `1 row`, `2 rows`.
  public func counted(_ noun: String) -> String {
    "\(self) \(noun)\(self == 1 ? "" : "s")"
  }
}
