import Foundation
import TestSupport
import Testing

/// A scripted visit of the page that `plan --html` writes.
@Suite(
  "The page of a plan", .serialized,
  .enabled(if: Browser.isInstalled, "Chromium and its driver are not installed"))
struct PlanPageTests {
  let pages: PageCase

  init() throws { pages = try PageCase() }

  /// How many cells of a kind are drawn.
  private func count(_ kind: String, _ browser: Browser) async throws -> Int {
    try await browser.value("document.querySelectorAll('.cell\(kind)').length")
  }

  @Test("draws every sample, padding and output of a small plan, and slides the window")
  func slides() async throws {
    try await Browser.run { browser in
      try await browser.prefer(["prefers-reduced-motion": "reduce"])
      try await browser.open(
        try pages.make(["plan", "box3", "7x5", "--stride", "2", "--dilation", "2", "--padding", "1,2"]))
      // 5 + 2 rows and 7 + 4 columns; windows of 5 at a step of 2.
      #expect(try await count(".sample", browser) == 35)
      #expect(try await count(".padding", browser) == 7 * 11 - 35)
      #expect(try await count(".output", browser) == 2 * 4)
      #expect(try await count(".tap", browser) == 9)
      #expect(try await count(".padding.tap", browser) == 5)
      #expect(try await browser.value("page.timer === null || page.timer === undefined"))
      try await browser.press(.right, .down, on: "#stage")
      let text: String = try await browser.value("document.getElementById('where').textContent")
      #expect(text == "Output 1,1: rows 1 to 5, columns 0 to 4; 3 of 9 taps lie in the padding")
      #expect(try await count(".done", browser) == 5)
      try await browser.click("#play")
      try await browser.wait(until: "page.step !== 5")
      let formulas: [String] = try await browser.value(
        "[...document.querySelectorAll('.formula')].map((one) => one.textContent)")
      #expect(formulas == ["⌊(5 + 2 − 5) / 2⌋ + 1 = 2", "⌊(7 + 4 − 5) / 2⌋ + 1 = 4"])
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("shows the lecture's signal, a chain, and of a large input the edges")
  func drawsOthers() async throws {
    try await Browser.run { browser in
      try await browser.open(try pages.make(["plan", "1 1 1 1 1 1", "13", "--stride", "5"]))
      #expect(try await count(".sample", browser) == 13)
      #expect(try await count(".padding", browser) == 3)
      #expect(try await count(".output", browser) == 3)
      try await browser.open(
        try pages.make(["plan", "--kernel", "gaussian3", "--kernel", "edge", "640x480x3", "--pool", "max:2"]))
      let text: String = try await browser.value("document.getElementById('shortened').textContent")
      #expect(text.hasPrefix("Shortened: "))
      // The first and the last window are among those that are drawn.
      #expect(
        try await browser.value("[page.slide.at(0), page.slide.at(page.slide.count - 1)]") == [[0, 0], [479, 639]])
      try await browser.click("label:last-of-type input[name=operator] + span")
      try await browser.resize(width: 390)
      #expect(
        try await browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0)
      #expect(try await browser.complaints() == [])
    }
  }
}
