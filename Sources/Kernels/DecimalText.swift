/// Numbers as text.
enum DecimalText {
  /// The shortest decimal that reads back as the same `Double`, integers without a point.
  static func shortest(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    if value == value.rounded(), abs(value) < 0x1p53 { return String(Int(value)) }
    return "\(value)"
  }

  /// A value rounded to `decimals` digits behind the point; for magnitudes below 10¹⁵ / 10^decimals.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard decimals > 0 else { return String(Int(value.rounded())) }
    var power = 1
    for _ in 0..<decimals { power *= 10 }
    let scaled = Int((abs(value) * Double(power)).rounded())
    let fraction = String(scaled % power)
    let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
    return (value < 0 && scaled != 0 ? "-" : "") + "\(scaled / power).\(zeros)\(fraction)"
  }
}
