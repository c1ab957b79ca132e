import TestSupport
import Testing

@Suite("The tolerance helper")
struct MismatchTests {
  @Test func agreesWithinTheTolerance() {
    #expect(mismatch([1.0, 2.0], [1.0, 2.0]) == nil)
    #expect(mismatch([1.001], [1.0], absolute: 0.002) == nil)
    #expect(mismatch([101.0], [100.0], relative: 0.01) == nil)
  }

  @Test func namesTheFirstElementThatDiffersAndCountsThemAll() {
    #expect(mismatch([1.0, 2.5, 9], [1.0, 2, 3]) == "element 1 is 2.5, expected 2.0; 2 of 3 differ")
  }

  @Test func differentCountsNeverAgree() {
    #expect(mismatch([Float](), [1]) == "0 elements, expected 1")
  }

  @Test func nanAndInfinityAgreeWithThemselvesAlone() {
    #expect(mismatch([Double.nan, .infinity], [.nan, .infinity]) == nil)
    #expect(mismatch([1.0], [.nan], absolute: 1e9) != nil)
    #expect(mismatch([Double.nan], [1], absolute: 1e9) != nil)
    #expect(mismatch([1.0], [.infinity], absolute: 1, relative: 1) != nil)
    #expect(mismatch([Double.infinity], [-.infinity]) != nil)
  }
}
