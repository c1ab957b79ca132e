/// Where two arrays differ by more than a tolerance, in words, or `nil` where they agree.
///
/// Elements agree when `|found − expected| ≤ absolute + relative · |expected|`. Every element is compared; NaN agrees with NaN alone,
/// and an infinity with itself alone.
public func mismatch<Scalar: BinaryFloatingPoint>(
  _ found: [Scalar], _ expected: [Scalar], absolute: Double = 0, relative: Double = 0
) -> String? {
  guard found.count == expected.count else { return "\(found.count) elements, expected \(expected.count)" }
  var differing = 0
  var first: String?
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let (a, b) = (Double(a), Double(b))
    let agree = a == b || (a.isNaN && b.isNaN) || (abs(a - b) <= absolute + relative * abs(b) && b.isFinite)
    if !agree {
      differing += 1
      first = first ?? "element \(index) is \(a), expected \(b)"
    }
  }
  return first.map { "\($0); \(differing) of \(found.count) differ" }
}
