import Foundation
import Tensors
import TestSupport
import Testing

/// A scripted visit of the page that `explain --html` writes.
@Suite(
  "The page of an explanation", .serialized,
  .enabled(if: Browser.isInstalled, "Chromium and its driver are not installed"))
struct ExplanationPageTests {
  let pages: PageCase

  init() throws { pages = try PageCase() }

  /// What is explained, on which pixels.
  struct Case: Sendable {
    let kernels: [String]
    let format: PixelFormat
    let options: [String]
  }

  static let cases = [
    Case(kernels: ["sobel-x"], format: PixelFormat(.rgb), options: ["--map", "signed"]),
    Case(
      kernels: ["laplacian"], format: PixelFormat(.grey),
      options: ["--stride", "2", "--dilation", "2", "--border", "reflect101", "--map", "minmax"]),
    Case(kernels: ["gaussian:1.4"], format: PixelFormat(.rgb, hasAlpha: true), options: ["--border", "constant:0.25"]),
    Case(kernels: ["laplacian"], format: PixelFormat(.rgb, hasAlpha: true), options: ["--map", "abs"]),
    Case(
      kernels: ["1 2 0 -1; 0 1/2 1 0"], format: PixelFormat(.rgb, hasAlpha: true),
      options: ["--alpha", "filter", "--padding", "same-lower"]),
    Case(kernels: ["unsharp"], format: PixelFormat(.rgb, depth: .sixteen), options: ["--linear"]),
    Case(
      kernels: ["sharpen"], format: PixelFormat(.rgb, depth: .sixteen),
      options: ["--linear", "--channels", "luma", "--map", "percentile:2"]),
    Case(
      kernels: ["--kernel", "gaussian3", "--kernel", "sobel-x"], format: PixelFormat(.rgb),
      options: ["--stride", "2", "--dilation", "2", "--activation", "relu", "--pool", "max:3/2,same"]),
    Case(
      kernels: ["--kernel", "gaussian3", "--kernel", "sobel-x"], format: PixelFormat(.grey, hasAlpha: true),
      options: ["--activation", "tanh", "--pool", "average:3/2,same"]),
    Case(kernels: ["compass"], format: PixelFormat(.grey), options: ["--map", "abs", "--border", "wrap"]),
    Case(
      kernels: ["channels: R G B\nbias: 1/4\ndivisor: 3\n1 2\n---\n-1 0\n---\n1/2 1/4"], format: PixelFormat(.rgb),
      options: ["--border", "symmetric", "--activation", "abs", "--activation", "sigmoid"]),
    Case(
      kernels: ["sobel-y"], format: PixelFormat(.rgb),
      options: ["--padding", "3,0,1,2", "--op", "convolve", "--channels", "G"]),
  ]

  @Test("computes every number that explain --json prints, in corners and inside")
  func equalsExplain() async throws {
    try await Browser.run { browser in
      for one in Self.cases {
        try pages.write(TestImage(one.format, width: 23, height: 19))
        try await browser.open(try pages.explain(one.kernels + one.options, at: (0, 0)))
        let shape: [Int] = try await browser.value("page.explain(0, 0).then((found) => found.outputShape)")
        for (x, y) in [(0, 0), (shape[2] - 1, shape[1] - 1), (shape[2] - 1, 0), (shape[2] / 2, shape[1] / 2)] {
          let shown: JSONValue = try await browser.value("page.explain(\(x), \(y))")
          let run = try Tool.run(
            ["explain"] + one.kernels + one.options + ["in.png", "--at", "\(x),\(y)", "--json"], in: pages.folder.url)
          let printed = try JSONDecoder().decode(JSONValue.self, from: run.output)
          let difference = shown.difference(from: printed)
          #expect(difference == nil, "\(one.kernels) \(one.options) at \(x),\(y): \(difference ?? "")")
        }
      }
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("opens with the sample asked for, and follows the mouse, clicks and keys")
  func follows() async throws {
    try pages.write(TestImage(PixelFormat(.rgb), width: 40, height: 30))
    try await Browser.run { browser in
      try await browser.open(try pages.explain(["sobel-x", "--map", "signed"], at: (0, 20)))
      func place() async throws -> [Int] { try await browser.value("[page.x, page.y]") }
      #expect(try await place() == [0, 20])
      // What is written in the tables is what was printed.
      let products: [Double] = try await browser.value(
        "[...document.querySelectorAll('#tables table:last-of-type td[data-value]')].map((cell) => Number(cell.dataset.value))"
      )
      let sum: Double = try await browser.value("Number(document.querySelector('.steps .value').dataset.value)")
      #expect(products.count == 9 && products.reduce(0, +) == sum)
      let stored: String = try await browser.value("document.querySelector('.steps .last .value').dataset.value")
      guard case .list(let channels) = try await pages.explanationShown(browser)["channels"],
        case .number(let printed) = channels[0]["stored"]
      else {
        Issue.record("explain prints channels")
        return
      }
      #expect(stored == "\(Int(printed))")

      try await browser.press(.right, .right, .down, on: "#map")
      #expect(try await place() == [2, 21])
      try await browser.press(.end, .up, on: "#map")
      #expect(try await place() == [39, 20])
      try await browser.wait(
        until: "document.getElementById('live').textContent.startsWith('Column 39, row 20, R: sum ')")
      // A sample is held until it is let go; then the mouse leads.
      try await browser.point(at: (0.5, 0.5), in: "#map")
      #expect(try await place() == [39, 20])
      try await browser.press(.escape, on: "#map")
      try await browser.point(at: (0.26, 0.11), in: "#map")
      #expect(try await place() == [10, 3])
      try await browser.point(at: (0.76, 0.51), in: "#photo", clicks: true)
      #expect(try await place() == [30, 15])
      try await browser.point(at: (0.1, 0.1), in: "#photo")
      #expect(try await place() == [30, 15])
      try await browser.replace(with: "7\u{E007}", in: "#column")
      #expect(try await place() == [7, 15])
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("computes what is edited, and shows the command that gives it")
  func edits() async throws {
    try pages.write(TestImage(PixelFormat(.rgb), width: 40, height: 30))
    try await Browser.run { browser in
      try await browser.open(try pages.explain(["sobel-x", "--map", "signed"], at: (8, 20)))
      func expectReproduced(_ what: String) async throws {
        let shown = try await pages.explanationChosen(browser)
        let difference = shown.difference(from: try await pages.explanationShown(browser))
        #expect(difference == nil, "\(what): \(difference ?? "")")
      }
      func field(_ label: String) async throws -> String {
        let found: Bool = try await browser.value(
          """
          (() => { const field = [...document.querySelectorAll("#editor .field")].find((one) => one.textContent.startsWith("\(label)"));
            document.querySelectorAll(".found").forEach((one) => one.classList.remove("found"));
            field.querySelector("input, select").classList.add("found"); return true; })()
          """)
        #expect(found)
        return ".found"
      }
      try await browser.replace(with: "-3", in: ".kernel tr:first-child td:first-child input")
      try await expectReproduced("a number")
      for (label, text) in [
        ("Stride", "2,3"), ("Dilation", "2"), ("Padding", "3,0,1,2"), ("Divisor", "3"), ("Bias", "1/4"), ("Rows", "4"),
        ("Columns", "2"),
      ] {
        try await browser.replace(with: text, in: try await field(label))
        try await expectReproduced(label)
      }
      for (label, text) in [("Border", "constant"), ("Border", "wrap")] {
        try await browser.type(text, into: try await field(label))
        try await expectReproduced(text)
      }
      for step in ["relu", "max", "average"] {
        try await browser.type(step, into: ".followers select")
        try await expectReproduced(step)
      }
      // What cannot be read, or does not fit, is said, and changes nothing.
      try await browser.click("#reset")
      try await expectReproduced("undone")
      try await browser.replace(with: "wide", in: try await field("Padding"))
      #expect(try await browser.value("document.querySelectorAll('[aria-invalid]').length") == 1)
      try await browser.replace(with: "valid", in: try await field("Padding"))
      try await browser.replace(with: "99", in: try await field("Dilation"))
      try await browser.wait(
        until: "document.getElementById('fault').textContent.includes('no window of 199 fits on 30')")
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("goes from a layer to the one before it, and shows the receptive field on the photograph")
  func layers() async throws {
    try pages.write(TestImage(PixelFormat(.grey), width: 40, height: 30))
    try await Browser.run { browser in
      try await browser.open(
        try pages.explain(["--kernel", "gaussian3", "--kernel", "sobel-x", "--pool", "max:2"], at: (4, 5)))
      #expect(try await browser.value("page.level") == 3)
      let text: String = try await browser.value("document.getElementById('field-text').textContent")
      #expect(text == "Receptive field 6×6, columns 6 to 11, rows 8 to 13")
      try await browser.click("#tables td button")
      try await browser.wait(until: "page.level === 2 && !page.isBusy")
      #expect(try await browser.value("[page.x, page.y]") == [8, 10])
      try await browser.click("input[name=layer][value='1'] + span")
      try await browser.wait(until: "page.level === 1 && !page.isBusy")
      #expect(try await browser.value("[page.x, page.y]") == [8, 10])
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("holds a part of a large image, in the image's own coordinates")
  func holdsAPart() async throws {
    try pages.write(TestImage(PixelFormat(.rgb), width: 1400, height: 800))
    try await Browser.run { browser in
      try await browser.open(try pages.explain(["gaussian5"], at: (1390, 3)))
      let (part, known): ([Int], [Int]) = try await (
        browser.value("[page.model.crop.x, page.model.crop.y, page.model.crop.width, page.model.crop.height]"),
        browser.value("[...page.network.shape(1).columns, ...page.network.shape(1).rows]")
      )
      #expect(part == [90, 0, 1310, 800])
      // Windows that reach beyond the part are not known.
      #expect(known == [92, 1400, 0, 800])
      #expect(try await browser.value("document.getElementById('overview').hidden") == false)
      for (x, y) in [(1399, 0), (92, 799)] {
        let shown: JSONValue = try await browser.value("page.explain(\(x), \(y))")
        let run = try Tool.run(["explain", "gaussian5", "in.png", "--at", "\(x),\(y)", "--json"], in: pages.folder.url)
        let difference = shown.difference(from: try JSONDecoder().decode(JSONValue.self, from: run.output))
        #expect(difference == nil, "\(difference ?? "")")
      }
      try await browser.open(try pages.explain(["gaussian5", "--crop", "100,50,64x48"], at: (110, 60)))
      #expect(try await browser.value("page.network.shape(1).columns") == [102, 162])
    }
  }

  @Test("follows the system's theme until one is chosen, fits a telephone, and names all its controls")
  func looks() async throws {
    try pages.write(TestImage(PixelFormat(.rgb), width: 40, height: 30))
    try await Browser.run { browser in
      func paper() async throws -> String {
        try await browser.value("getComputedStyle(document.documentElement).backgroundColor")
      }
      try await browser.prefer(["prefers-color-scheme": "dark"])
      try await browser.open(try pages.explain(["compass"], at: (8, 20)))
      let dark = try await paper()
      try await browser.click("input[name=theme][value=light] + span")
      let light = try await paper()
      #expect(dark == "rgb(22, 24, 27)" && light == "rgb(252, 251, 249)")
      #expect(try await browser.value("document.querySelectorAll('.film').length") == 8)
      for width in [390, 1024, 1440] {
        try await browser.resize(width: width)
        #expect(
          try await browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0)
      }
      let nameless: [String] = try await browser.value(
        """
        [...document.querySelectorAll("button, input, select, textarea, canvas, [tabindex]")].filter((one) =>
          !(one.labels?.length || one.textContent.trim() || one.closest("[aria-hidden]") || ["aria-label", "aria-labelledby"].some((name) => one.hasAttribute(name))))
          .map((one) => one.outerHTML)
        """)
      #expect(nameless == [])
      #expect(try await browser.value("document.querySelectorAll('#tables table:not(:has(caption))').length") == 0)
      #expect(
        try await browser.value(
          "performance.getEntriesByType('resource').filter((one) => !one.name.startsWith('data:')).length") == 0)
      #expect(try await browser.complaints() == [])
    }
  }
}
