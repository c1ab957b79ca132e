import Testing

@testable import FeatureMaps

@Suite struct BitmapFontTests {
  let font = BitmapFont.standard

  @Test func hasPrintableASCIIAndWhatNumbersAndShapesNeed() {
    let ascii = (32...126).compactMap { Unicode.Scalar($0).map(Character.init) }
    #expect(ascii.count == 95)
    #expect(font.characters.isSuperset(of: ascii + "×−·…σ°±≤≥→÷Σ²∞"))
  }

  @Test func drawsNoTwoCharactersAlike() {
    let characters = font.characters.sorted()
    #expect(Set(characters.map { font.glyph($0) }).count == characters.count)
  }

  @Test func drawsEveryCharacterButTheBlankInsideItsLine() {
    for character in font.characters {
      let glyph = font.glyph(character)
      #expect(glyph.ink.contains(true) == (character != " "), "\(character)")
      #expect(glyph.ink.count % glyph.width == 0)
      #expect(glyph.top + glyph.ink.count / glyph.width <= BitmapFont.height, "\(character)")
    }
  }

  @Test func drawsWhatItLacksAsAQuestionMark() {
    #expect(font.glyph("é") == font.glyph("?"))
    #expect(font.glyph("漢") == font.glyph("?"))
  }

  @Test func givesFiguresOneWidth() {
    #expect(Set("0123456789".map { font.glyph($0).width }) == [5])
  }

  @Test func measuresFromTheFirstInkToTheLast() {
    #expect(font.width(of: "") == 0)
    #expect(font.width(of: "1") == 5)
    #expect(font.width(of: "−1") == 5 + 2 + 5)
    #expect(font.width(of: "−1", weight: .bold) == 5 + 3 + 5 + 1)
  }

  @Test func shortensTextInTheMiddle() {
    #expect(font.fitting("gabor-135", width: 200) == "gabor-135")
    let short = font.fitting("a-very-long-name-of-a-kernel", width: 80)
    #expect(font.width(of: short) <= 80)
    #expect(short.hasPrefix("a-ve") && short.hasSuffix("el") && short.contains("…"))
    #expect(font.fitting("wide", width: 3) == "")
  }
}
