import Convolution
import Testing

/// Which inner loops run.
@Suite struct InstructionSetTests {
  @Test func `the detected level runs, and so does plain C`() throws {
    #expect(InstructionSet.available.first == .scalar)
    #expect(InstructionSet.available.contains(.detected))
    #expect(InstructionSet.available.contains(try InstructionSet.selected()))
  }

  @Test func `a level is forced by its name`() throws {
    for level in InstructionSet.available { #expect(try InstructionSet(forced: level.rawValue) == level) }
    #expect(try InstructionSet(forced: "") == .detected)
  }

  @Test func `a name that is none, or not of this machine, is refused with those that are`() {
    #expect(throws: InstructionSetError.unknown("avx9")) { try InstructionSet(forced: "avx9") }
    #expect(InstructionSetError.unknown("avx9").description.contains("IMGCONV_ISA is `avx9`; expected one of scalar"))
    for level in InstructionSet.allCases where !InstructionSet.available.contains(level) {
      #expect(throws: InstructionSetError.unavailable(level)) { try InstructionSet(forced: level.rawValue) }
    }
  }
}
