import Convolution
import Testing

/// What stands behind the edge, and what it is called.
@Suite struct BorderTests {
  /// The letters of `abcd` at positions -9…12, `v` for the constant.
  private func written(_ border: Border, over row: String = "abcd") -> String {
    let letters = Array(row)
    return String((-9...12).map { border.sourceIndex($0, extent: letters.count).map { letters[$0] } ?? "v" })
  }

  @Test func `each border repeats its rule at any distance`() {
    #expect(written(.edge) == "aaaaaaaaaabcdddddddddd")
    #expect(written(.zero) == "vvvvvvvvvabcdvvvvvvvvv")
    #expect(written(.reflect101) == "dcbabcdcbabcdcbabcdcba")
    #expect(written(.symmetric) == "aabcddcbaabcddcbaabcdd")
    #expect(written(.wrap) == "dabcdabcdabcdabcdabcda")
  }

  @Test func `a single sample stands everywhere`() {
    for border in [Border.edge, .reflect101, .symmetric, .wrap] {
      #expect(written(border, over: "a") == String(repeating: "a", count: 22))
    }
  }

  @Test func `plain names and those of other tools are understood`() throws {
    let expected: [(String, Border)] = [
      ("edge", .edge), ("zero", .constant(0)), ("reflect101", .reflect101), ("symmetric", .symmetric), ("wrap", .wrap),
      ("constant:0.5", .constant(0.5)), ("constant:128/255", .constant(128.0 / 255)), ("constant:50%", .constant(0.5)),
      ("cv:reflect", .symmetric), ("np:symmetric", .symmetric), ("scipy:reflect", .symmetric),
      ("cv:reflect101", .reflect101), ("np:reflect", .reflect101), ("torch:reflect", .reflect101),
      ("scipy:mirror", .reflect101), ("cv:replicate", .edge), ("np:edge", .edge), ("scipy:nearest", .edge),
      ("torch:circular", .wrap), ("scipy:grid-wrap", .wrap), ("torch:zeros", .constant(0)),
    ]
    for (name, border) in expected { #expect(try Border(name: name) == border, "\(name)") }
    for name in Border.names { #expect(throws: Never.self, "\(name)") { try Border(name: name) } }
  }

  @Test func `a border is described by a name that is read back`() throws {
    for border in [Border.edge, .zero, .constant(0.25), .reflect101, .symmetric, .wrap] {
      #expect(try Border(name: border.description) == border)
    }
  }

  @Test(arguments: ["reflect", "mirror"]) func `a name that tools disagree on is refused with what each means`(
    name: String
  ) {
    #expect(throws: BorderNameError.ambiguous(name)) { try Border(name: name) }
    let message = BorderNameError.ambiguous(name).description
    #expect(message.contains("scipy:\(name)") && message.contains("reflect101") && message.contains("symmetric"))
  }

  @Test(arguments: ["", "Edge", "constant", "clamp", "cv:mirror"]) func `an unknown name is refused`(name: String) {
    #expect(throws: BorderNameError.unknown(name)) { try Border(name: name) }
    #expect(BorderNameError.unknown(name).description.contains("reflect101"))
  }

  @Test(arguments: ["", "x", "nan", "inf", "1/0", "%", "1/2/3", "1e999"]) func `a constant is a finite number`(
    text: String
  ) {
    #expect(throws: BorderNameError.badConstant(text)) { try Border(name: "constant:\(text)") }
  }
}
