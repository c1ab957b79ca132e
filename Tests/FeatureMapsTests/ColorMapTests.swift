import FeatureMaps
import Testing

@Suite struct ColorMapTests {
  private func triples(_ map: ColorMap, at values: [Double]) -> [[UInt8]] {
    values.map { map.color(at: $0) }.map { [$0.red, $0.green, $0.blue] }
  }

  /// The FNV-1a digest (32 bit) of a palette's 768 bytes.
  private func digest(_ map: ColorMap) -> UInt32 {
    map.palette.flatMap { [$0.red, $0.green, $0.blue] }.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  @Test func theTablesAreThoseOfMatplotlib() {
    let places = [0, 64.0 / 255, 128.0 / 255, 192.0 / 255, 1]
    #expect(
      triples(.viridis, at: places) == [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]])
    #expect(
      triples(.magma, at: places) == [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]])
    #expect(
      triples(.turbo, at: places) == [[48, 18, 59], [40, 188, 235], [164, 252, 60], [251, 126, 33], [122, 4, 3]])
    #expect(digest(.viridis) == 0x0566_43BB)
    #expect(digest(.magma) == 0xEC4B_847E)
    #expect(digest(.turbo) == 0x2AA9_B486)
  }

  @Test func divergingIsTheCoolWarmMapOfThePaper() {
    // The colours printed in Moreland's table at 0, 0.25, 0.5, 0.75 and 1.
    #expect(
      triples(.diverging, at: [0, 0.25, 0.5, 0.75, 1])
        == [[59, 76, 192], [141, 176, 254], [221, 221, 221], [244, 154, 123], [180, 4, 38]])
  }

  @Test func greyIsTheValue() {
    #expect(triples(.grey, at: [0, 0.2, 0.5, 1]) == [[0, 0, 0], [51, 51, 51], [128, 128, 128], [255, 255, 255]])
  }

  @Test(arguments: ColorMap.allCases)
  func valuesOutsideTakeTheColourOfTheNearerEnd(map: ColorMap) {
    #expect(map.color(at: -7) == map.color(at: 0))
    #expect(map.color(at: .infinity) == map.color(at: 1))
    #expect(map.color(at: .nan) == map.color(at: 0))
    #expect(map.palette.count == 256)
    #expect(map.palette[51] == map.color(at: 0.2))
  }

  @Test(arguments: [ColorMap.grey, .viridis, .magma])
  func lightnessNeverFalls(map: ColorMap) {
    let luma = map.palette.map { 299 * Int($0.red) + 587 * Int($0.green) + 114 * Int($0.blue) }
    // Rounding the channels to 8 bits may cost one step.
    #expect(zip(luma, luma.dropFirst()).allSatisfy { $1 >= $0 - 1000 })
  }

  @Test func namesAreTheCommandLines() {
    #expect(ColorMap.allCases.map(\.rawValue) == ["grey", "diverging", "viridis", "magma", "turbo"])
  }
}
