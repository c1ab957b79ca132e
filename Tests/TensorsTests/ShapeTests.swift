import Tensors
import Testing

@Suite("A shape")
struct ShapeTests {
  @Test func countsItsElements() throws {
    #expect(try Shape([3, 480, 640]).elementCount == 921_600)
    #expect(try Shape([]).elementCount == 1)
    #expect(try Shape([4, 0, 7]).elementCount == 0)
  }

  @Test func isPrintedWithItsExtents() throws {
    #expect(try Shape([3, 480, 640]).description == "3×480×640")
    #expect(try Shape([]).description == "scalar")
  }

  @Test func refusesNegativeExtentsAndCountsBeyondTheMachine() {
    #expect(throws: ShapeError.negativeExtent([2, -1])) { try Shape([2, -1]) }
    #expect(throws: ShapeError.tooManyElements([1 << 40, 1 << 40])) { try Shape([1 << 40, 1 << 40]) }
  }
}
