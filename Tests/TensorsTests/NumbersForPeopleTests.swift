import Tensors
import Testing

@Suite struct NumbersForPeopleTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0000000000000002, "1"), (88, "88"), (2.7759354166666665, "2.77594"), (-0.5, "-0.5"),
    (0.0009713819631281114, "0.000971382"), (1e-7, "1e-07"), (1.0 / 3, "0.333333"), (99_999.96, "100000"),
    (99_999.94, "99999.9"), (1_234_567, "1234567"), (1_234_567.8, "1234568"), (1e9, "1000000000"), (1e300, "1e+300"),
    (.infinity, "inf"), (.nan, "nan"),
  ])
  func sixDigitsAreEnough(_ value: Double, _ text: String) {
    #expect(value.forPeople == text)
  }

  @Test func oneHasNoPlural() {
    #expect([0, 1, 2].map { $0.counted("row") } == ["0 rows", "1 row", "2 rows"])
  }
}
