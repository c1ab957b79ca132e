import Foundation
import Tensors
import TestSupport
import Testing

/// Pages made by the built binary, and what a test asks of them.
struct PageCase {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes an image as `in.png`.
  func write(_ image: TestImage) throws { try image.writePNG(to: folder.file("in.png")) }

  /// Runs `explain` of `in.png`, writing `page.html`.
  func explain(_ arguments: [String], at place: (Int, Int), sourceLocation: SourceLocation = #_sourceLocation) throws
    -> URL
  {
    try make(["explain"] + arguments + ["in.png", "--at", "\(place.0),\(place.1)"], sourceLocation: sourceLocation)
  }

  /// Runs a command, writing `page.html`.
  func make(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> URL {
    let run = try Tool.run(arguments + ["--html", "page.html"], in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)", sourceLocation: sourceLocation)
    return folder.file("page.html")
  }

  /// The explanation that the program prints for the command line that the page shows.
  func explanationShown(_ browser: Browser) async throws -> JSONValue {
    try await browser.wait(until: "!page.isBusy")
    let command: String = try await browser.value(
      "page.showPlace().then(() => document.getElementById('command-explain').textContent)")
    let run = try Shell.run(command + " --json", in: folder.url)
    #expect(run.exitCode == 0, "\(command): \(run.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: run.output)
  }

  /// The page's own explanation of the sample it shows.
  func explanationChosen(_ browser: Browser) async throws -> JSONValue {
    try await browser.wait(until: "!page.isBusy")
    return try await browser.value("page.explain(page.x, page.y)")
  }
}

/// Any value of JSON.
enum JSONValue: Decodable, Sendable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case record([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .record(try value.decode([String: JSONValue].self))
    }
  }

  subscript(key: String) -> JSONValue {
    if case .record(let members) = self { members[key] ?? .null } else { .null }
  }

  /// Where another value lacks what this one has, or has it otherwise; `nil` where all is the same.
  ///
  /// Numbers may differ by 10⁻⁶ of theirs.
  func difference(from other: JSONValue, at path: String = "") -> String? {
    switch (self, other) {
    case (.null, .null): return nil
    case (.truth(let a), .truth(let b)) where a == b: return nil
    case (.text(let a), .text(let b)) where a == b: return nil
    case (.number(let a), .number(let b)) where abs(a - b) <= 1e-6 * max(1, abs(a)): return nil
    case (.list(let a), .list(let b)) where a.count == b.count:
      return a.indices.lazy.compactMap { a[$0].difference(from: b[$0], at: "\(path)[\($0)]") }.first
    case (.record(let a), .record):
      return a.keys.sorted().lazy.compactMap { a[$0]?.difference(from: other[$0], at: "\(path).\($0)") }.first
    default: return "\(path): \(self) is not \(other)"
    }
  }
}
