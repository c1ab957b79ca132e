import Foundation
import TestSupport
import Testing

@testable import FeatureMaps

@Suite("Pictures in the terminal")
struct TerminalGraphicsTests {
  static let terminals: [([String: String], sixel: Bool, TerminalGraphics?)] = [
    (["TERM": "xterm-kitty"], false, .kitty),
    (["TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"], false, .kitty),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"], false, .kitty),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "NO_COLOR": "1"], false, .inlineImages),
    (["TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"], false, .inlineImages),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], true, .inlineImages),
    (["TERM": "foot"], true, .sixel),
    (["TERM": "tmux-256color", "TMUX": "/tmp/tmux", "KITTY_WINDOW_ID": "1"], true, .sixel),
    (["TERM": "tmux-256color", "TMUX": "/tmp/tmux", "KITTY_WINDOW_ID": "1"], false, .halfBlocks(trueColor: false)),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], false, .halfBlocks(trueColor: true)),
    (["TERM": "xterm-direct"], false, .halfBlocks(trueColor: true)),
    (["TERM": "linux"], false, .halfBlocks(trueColor: false)),
    (["TERM": "xterm", "NO_COLOR": "1"], false, nil),
    (["TERM": "dumb"], true, nil),
    ([:], true, nil),
  ]

  @Test("go by what variables and the terminal's answer tell", arguments: terminals)
  func detection(environment: [String: String], sixel: Bool, expected: TerminalGraphics?) {
    #expect(TerminalGraphics.detected(environment: environment, answersSixel: { sixel }) == expected)
  }

  @Test("ask the terminal only where variables do not tell")
  func asksLate() {
    for name in ["xterm-kitty", "dumb"] {
      _ = TerminalGraphics.detected(environment: ["TERM": name]) {
        Issue.record("\(name) was asked")
        return false
      }
    }
  }

  @Test("take attribute 4 of an answer for sixels, and nothing else")
  func answers() {
    for (answer, expected) in [
      ("\u{1B}[?62;4;22c", true), ("\u{1B}[?63;1;2;4c", true), ("typed\u{1B}[?1;4c", true),
      ("\u{1B}[?62;22c", false), ("\u{1B}[?4c", false), ("\u{1B}[?62;14;44c", false), ("", false),
      ("\u{1B}[?62;4", false),
    ] {
      #expect(TerminalGraphics.saysSixel(answer: answer.utf8) == expected, "\(answer)")
    }
  }

  @Test("fit the window, and are not enlarged")
  func sizes() {
    let size = TerminalSize(columns: 100, rows: 42, pixelWidth: 1000, pixelHeight: 840)
    #expect(size.fitted(width: 3000, height: 1000, .kitty) == (1000, 333))
    #expect(size.fitted(width: 1000, height: 4000, .sixel) == (200, 800))
    #expect(size.fitted(width: 300, height: 200, .inlineImages) == (300, 200))
    #expect(size.fitted(width: 300, height: 200, .halfBlocks(trueColor: true)) == (100, 66))
    #expect(size.fitted(width: 100_000, height: 1, .kitty) == (1000, 1))
    #expect(TerminalSize(columns: 80, rows: 24).fitted(width: 6400, height: 64, .sixel) == (640, 6))
  }

  @Test("in half blocks of 24 bits are the pixels themselves")
  func trueColor() {
    let canvas = Self.picture(width: 5, height: 3)
    let lines = canvas.halfBlocks(trueColor: true).split(separator: "\n")
    #expect(lines.count == 2)
    for (line, text) in lines.enumerated() {
      let codes = text.matches(of: #/\[38;2;(\d+);(\d+);(\d+);(?:48;2;(\d+);(\d+);(\d+)|49)m▀/#).map(\.output)
      #expect(codes.count == 5)
      for (x, code) in codes.enumerated() {
        let upper = canvas[x, 2 * line]
        #expect([code.1, code.2, code.3].map { UInt8($0) } == [upper.red, upper.green, upper.blue])
        guard line == 0 else {
          #expect(code.4 == nil)
          continue
        }
        let lower = canvas[x, 1]
        #expect([code.4, code.5, code.6].map { $0.flatMap { UInt8($0) } } == [lower.red, lower.green, lower.blue])
      }
      #expect(text.hasSuffix("\u{1B}[0m"))
    }
  }

  @Test("in half blocks of 256 colours have the means of the picture")
  func indexedColor() {
    let color = Canvas.Color(red: 200, green: 120, blue: 40)
    let canvas = Canvas(width: 40, height: 40, paper: color)
    let codes = canvas.halfBlocks(trueColor: false).matches(of: #/\[38;5;(\d+);48;5;(\d+)m(▀+)/#)
    var sums = [0.0, 0, 0]
    for code in codes {
      for index in [code.output.1, code.output.2].compactMap({ Int($0) }) {
        for (channel, value) in XtermPalette.color(index).channels.enumerated() {
          sums[channel] += value * Double(code.output.3.count)
        }
      }
    }
    #expect(mismatch(sums.map { $0 / 1600 }, color.channels, absolute: 6) == nil)
  }

  @Test("of xterm's palette come back as they went in")
  func palette() {
    for index in 16...255 {
      #expect(XtermPalette.color(XtermPalette.index(nearestTo: XtermPalette.color(index))) == XtermPalette.color(index))
    }
  }

  @Test("in sixels are the picture, dithered")
  func sixels() throws {
    for (width, height) in [(1, 1), (7, 6), (40, 13)] {
      let picture = Self.picture(width: width, height: height)
      let decoded = try #require(Self.decodedSixels(picture.sixels()))
      #expect(decoded.width == width && decoded.height == height)
      let indices = picture.dithered(nearest: SixelPalette.index, color: SixelPalette.color)
      for (place, index) in indices.enumerated() {
        let (found, wanted) = (decoded[place % width, place / width].channels, SixelPalette.color(index).channels)
        // The format counts in percent.
        #expect(mismatch(found, wanted, absolute: 1.5) == nil)
      }
    }
  }

  @Test("keep the mean of what is dithered")
  func dithering() {
    let canvas = Canvas(width: 64, height: 64, paper: Canvas.Color(red: 20, green: 131, blue: 202))
    let colors = canvas.dithered(nearest: SixelPalette.index, color: SixelPalette.color).map {
      SixelPalette.color($0).channels
    }
    for (channel, wanted) in [20.0, 131, 202].enumerated() {
      #expect(abs(colors.reduce(0) { $0 + $1[channel] } / 4096 - wanted) < 1.5)
    }
  }

  @Test("for kitty come in chunks of 4096, of which the last says so")
  func kitty() throws {
    let png = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let text = InlinePicture.kitty(png: png)
    let chunks = text.matches(of: #/\x1b_G([^;]*);([^\x1b]*)\x1b\\/#).map(\.output)
    #expect(chunks.count == 4 && text.hasPrefix("\u{1B}_Ga=T,f=100,q=2,m=1;"))
    #expect(chunks.map { $0.1.hasSuffix("m=1") } == [true, true, true, false])
    #expect(chunks.allSatisfy { $0.2.count <= 4096 && $0.2.count % 4 == 0 })
    #expect(Data(base64Encoded: chunks.map { String($0.2) }.joined()) == Data(png))
  }

  @Test("for iTerm2 tell their size in bytes and pixels")
  func inlineImages() throws {
    let text = InlinePicture.inlineImage(png: [1, 2, 3, 4], width: 320)
    #expect(text == "\u{1B}]1337;File=inline=1;size=4;width=320px:AQIDBA==\u{7}\n")
  }

  static func picture(width: Int, height: Int) -> Canvas {
    var generator = SeededGenerator(seed: 2)
    return Canvas(
      width: width, height: height,
      colors: (0..<width * height).map { _ in
        Canvas.Color(channels: generator.array(count: 3, in: 0...255))
      })
  }

  /// The picture that a terminal makes of sixels; `nil` where they are none.
  static func decodedSixels(_ bytes: [UInt8]) -> Canvas? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let head = text.firstMatch(of: #/^\x1bP0;1q"1;1;(\d+);(\d+)/#), text.hasSuffix("\u{1B}\\"),
      let width = Int(head.output.1), let height = Int(head.output.2)
    else { return nil }
    var canvas = Canvas(width: width, height: height)
    var palette: [Int: Canvas.Color] = [:]
    var (index, x, y) = (0, 0, 0)
    let body = text[head.range.upperBound...].dropLast(2)
    for token in body.matches(of: #/#(\d+)(?:;2;(\d+);(\d+);(\d+))?|(?:!(\d+))?([?-~])|([$-])/#).map(\.output) {
      if let number = token.1.flatMap({ Int($0) }) {
        index = number
        let percent = [token.2, token.3, token.4].compactMap { $0.flatMap { Double($0) } }
        if percent.count == 3 { palette[index] = Canvas.Color(channels: percent.map { $0 * 2.55 }) }
      } else if let end = token.7 {
        x = 0
        if end == "-" { y += 6 }
      } else if let bits = token.6?.utf8.first.map({ $0 - 63 }), let color = palette[index] {
        for _ in 0..<(token.5.flatMap { Int($0) } ?? 1) {
          for row in 0..<6 where bits >> UInt8(row) & 1 == 1 {
            // A pixel beyond the picture would be a mistake; the canvas would cut it off.
            guard x < width, y + row < height else { return nil }
            canvas[x, y + row] = color
          }
          x += 1
        }
      }
    }
    return canvas
  }
}
