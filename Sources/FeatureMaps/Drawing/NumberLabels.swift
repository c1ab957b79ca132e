import Tensors

extension Double {
  /// The number for a picture: three significant digits, whole numbers in full, with a true minus sign.
  var label: String {
    guard isFinite else { return isNaN ? "NaN" : self < 0 ? "−∞" : "∞" }
    let magnitude = abs(self)
    var rounded = magnitude
    if magnitude != magnitude.rounded() || magnitude >= 1e6 {
      var unit = 1.0
      while magnitude * unit < 99.95 && unit < 1e300 { unit *= 10 }
      rounded = (magnitude * unit).rounded() / unit
    }
    return (self < 0 && rounded > 0 ? "−" : "") + rounded.forPeople
  }

  /// The number as a place on a scale that reaches as far as `reach` from 0: what is less than a thousandth of that is 0.
  func label(reach: Double) -> String { (abs(self) < reach / 1000 ? 0 : self).label }

  /// A share as whole percent, `<1 %` where it is less and not 0.
  var percentLabel: String {
    let percent = (100 * self).rounded()
    return percent == 0 && self > 0 ? "<1 %" : "\(Int(percent)) %"
  }
}
