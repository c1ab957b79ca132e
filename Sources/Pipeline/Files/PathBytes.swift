/// File names as strings, byte for byte.
///
/// Names are bytes to the system, a `String` holds Unicode. A name in UTF-8 is its own string. Where a name is no UTF-8, each byte
/// `b` that belongs to no character stands in the string as the scalar U+10FF00 + b, of the last private-use plane; so do the bytes of
/// a scalar of that range which a name holds in UTF-8. Every name thus becomes a string of its own and comes back unchanged.
public enum PathBytes {
  private static let base: UInt32 = 0x10FF00
  private static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// A name from its bytes.
  public static func string(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var scalars = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var position = 0
    func escape(_ count: Int) {
      scalars.append(contentsOf: bytes[position..<position + count].compactMap { Unicode.Scalar(base + UInt32($0)) })
      position += count
    }
    while true {
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: return String(scalars)
      case .error(let length): escape(length)
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if escapes.contains(scalar.value) {
          escape(encoded.count)
        } else {
          scalars.append(scalar)
          position += encoded.count
        }
      }
    }
  }

  /// The bytes of a name; the inverse of `string`.
  public static func bytes(_ path: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in path.unicodeScalars {
      if escapes.contains(scalar.value) {
        bytes.append(UInt8(scalar.value - base))
      } else {
        bytes.append(contentsOf: scalar.utf8)
      }
    }
    return bytes
  }

  /// A text with names in it as people should read it: a byte that is no UTF-8 as `\xFF`.
  public static func readable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { escapes.contains($0.value) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if escapes.contains(scalar.value) {
        result.append(contentsOf: "\\x\(String(scalar.value - base, radix: 16, uppercase: true))".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}

/// Paths taken apart, and looked at.
enum FilePath {
  /// The folder of a path: what stands before its last `/`, or `.`.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name of a path: what stands after its last `/`.
  static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Whether a path has a folder in it.
  ///
  /// A `/` before a combining mark is a byte of its own to the system, and part of a longer character to a `String`.
  static func hasFolder(_ path: String) -> Bool { path.utf8.contains(UInt8(ascii: "/")) }

  /// Whether a path begins at the root.
  static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Whether a name begins with a dot.
  static func isHidden(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: ".") }

  /// A name in a folder; an empty folder is the working one.
  static func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : "\(folder)/\(name)"
  }

  /// The names of a path, those that say nothing (`.` and double slashes) left out; the first is empty where the path begins with `/`.
  static func parts(of path: String) -> [String] {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
    return isAbsolute(path) ? [""] + parts : parts
  }

  /// Refuses what no file can be called.
  ///
  /// - Throws: `JobError` of the kind given.
  static func check(_ path: String, kind: JobError.Kind) throws(JobError) {
    if path.isEmpty {
      throw JobError(
        kind, code: "path.empty",
        "the name of the \(kind == .noInput ? "input" : "output") is empty; expected a file's, or - for a standard stream"
      )
    }
    if path.utf8.contains(0) {
      throw JobError(kind, code: "path.zero", path: path, "holds a zero byte; no file is called so")
    }
  }
}
