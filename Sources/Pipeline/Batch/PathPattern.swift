/// A pattern of paths: `*`, `?` and `[…]` within a name, `**` for folders in any depth.
///
/// Names that begin with a dot are matched by a dot alone, as in a shell.
struct PathPattern {
  /// The pattern as written.
  let text: String
  /// The folder that the first part with a wildcard lies in; empty for the working folder.
  private let base: String
  private let parts: ArraySlice<String>

  /// A pattern; `nil` where the text has no wildcard.
  init?(_ text: String) {
    let all = FilePath.parts(of: text)
    guard let first = all.firstIndex(where: { Self.hasWildcard($0) }) else { return nil }
    self.text = text
    base = all[..<first] == [""] ? "/" : all[..<first].joined(separator: "/")
    parts = all[first...]
  }

  /// What matches, in the order of names.
  func matches() -> [String] {
    Self.matches(parts, in: base)
  }

  /// Where a match lies below the part of the pattern that has no wildcard.
  func place(of match: String) -> String {
    let rest = match.utf8.dropFirst(base.utf8.count)
    return String(Substring(base.isEmpty ? rest : rest.drop { $0 == UInt8(ascii: "/") }))
  }

  private static func hasWildcard(_ part: String) -> Bool {
    part.utf8.contains { "*?[".utf8.contains($0) }
  }

  private static func matches(_ parts: ArraySlice<String>, in folder: String) -> [String] {
    guard let part = parts.first else { return [folder] }
    let rest = parts.dropFirst()
    guard hasWildcard(part) else {
      let path = FilePath.joined(folder, part)
      return (try? FileStatus(path: path)) == nil ? [] : matches(rest, in: path)
    }
    let names = (try? FileCalls.names(inFolder: folder.isEmpty ? "." : folder)) ?? []
    guard part == "**" else {
      return names.filter { FileCalls.name($0, matches: part) }.flatMap { name in
        let path = FilePath.joined(folder, name)
        return rest.isEmpty || (try? FileStatus(path: path))?.kind == .folder ? matches(rest, in: path) : []
      }
    }
    // Here, and in every folder below; links are not followed, which may lead in circles.
    if rest.isEmpty { return [folder] }
    let here = matches(rest, in: folder)
    let below = names.filter { !FilePath.isHidden($0) }.map { FilePath.joined(folder, $0) }
      .filter { (try? FileStatus(path: $0))?.kind == .folder && FileCalls.target(ofLink: $0) == nil }
    return here + below.flatMap { matches(parts, in: $0) }
  }
}
