import Tensors

/// What stands before the numbers of a `.npy` file: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
///
/// Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
struct NPYHeader {
  /// How an element is stored.
  enum Kind: Character {
    case float = "f"
    case signed = "i"
    case unsigned = "u"
    case boolean = "b"
  }

  let kind: Kind
  let byteCount: Int
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: Shape

  /// Reads the header from a stream, whose next bytes are the numbers then.
  init(from stream: borrowing InputStream) throws(CodecError) {
    let start = try stream.read(8)
    guard ImageFormat.detect(firstBytes: start) == .npy, start.count == 8 else {
      throw CodecError(.npyCorrupt, "it does not begin with 93 4e 55 4d 50 59, the mark of a .npy file, and a version")
    }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw CodecError(.npyCorrupt, "its version is \(start[6]).\(start[7]); expected 1.0, 2.0 or 3.0")
    }
    let lengthBytes = try stream.read(start[6] == 1 ? 2 : 4)
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= 1 << 16 else {
      throw CodecError(.npyCorrupt, "its header is \(length) bytes long; expected at most 65536")
    }
    let text = try stream.read(length)
    guard text.count == length else {
      throw CodecError(.npyTruncated, "the file ends inside its header, after \(text.count) of \(length) bytes")
    }
    try self.init(dictionary: String(decoding: text, as: UTF8.self))
  }

  /// Reads the Python dictionary.
  init(dictionary: String) throws(CodecError) {
    var scanner = LiteralScanner(dictionary)
    var type: String?
    var order: Bool?
    var extents: [Int]?
    guard scanner.skip("{") else { throw scanner.unexpected("{") }
    while !scanner.skip("}") {
      let key = try scanner.string()
      guard scanner.skip(":") else { throw scanner.unexpected(":") }
      switch key {
      case "descr": type = try scanner.type()
      case "fortran_order": order = try scanner.boolean()
      case "shape": extents = try scanner.tuple()
      default: throw CodecError(.npyCorrupt, "its header has the unknown key '\(key)'")
      }
      guard scanner.skip(",") || scanner.isNext("}") else { throw scanner.unexpected(", or }") }
    }
    guard let type, let order, let extents else {
      throw CodecError(.npyCorrupt, "its header lacks 'descr', 'fortran_order' or 'shape'")
    }
    isFortranOrder = order
    do { shape = try Shape(extents) } catch { throw CodecError(.npyCorrupt, "\(error)") }
    (kind, byteCount, isBigEndian) = try NPYHeader.element(type)
  }

  /// Takes a type such as `<f4` apart.
  private static func element(_ type: String) throws(CodecError) -> (Kind, Int, Bool) {
    let characters = Array(type)
    if characters.count == 3, let kind = Kind(rawValue: characters[1]), let byteCount = characters[2].wholeNumberValue,
      "<>=|".contains(characters[0])
    {
      let allowed: [Int] =
        switch kind {
        case .float: [2, 4, 8]
        case .signed, .unsigned: [1, 2, 4, 8]
        case .boolean: [1]
        }
      if allowed.contains(byteCount) { return (kind, byteCount, characters[0] == ">") }
    }
    throw CodecError(
      .npyType,
      "its elements are of type '\(type)'; expected f2 f4 f8, i1 i2 i4 i8, u1 u2 u4 u8 or b1 in either byte order")
  }
}

/// Reads the few Python literals that a header is made of.
private struct LiteralScanner {
  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  private mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  mutating func isNext(_ character: Character) -> Bool {
    skipBlanks()
    return position < characters.count && characters[position] == character
  }

  mutating func skip(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  func unexpected(_ expected: String) -> CodecError {
    let found = position < characters.count ? "'\(characters[position])'" : "the end"
    return CodecError(.npyCorrupt, "its header has \(found) at character \(position + 1); expected \(expected)")
  }

  mutating func string() throws(CodecError) -> String {
    skipBlanks()
    guard position < characters.count, characters[position] == "'" || characters[position] == "\"" else {
      throw unexpected("a string")
    }
    let quote = characters[position]
    guard let end = characters[(position + 1)...].firstIndex(of: quote) else { throw unexpected("a string that ends") }
    defer { position = end + 1 }
    return String(characters[position + 1..<end])
  }

  /// An element's type; a list describes a structure, which is no number.
  mutating func type() throws(CodecError) -> String {
    guard !isNext("[") else { throw CodecError(.npyType, "its elements are structures; expected numbers") }
    return try string()
  }

  private mutating func word() -> String {
    skipBlanks()
    let rest = characters[position...].prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    position += rest.count
    return String(rest)
  }

  mutating func boolean() throws(CodecError) -> Bool {
    switch word() {
    case "True": return true
    case "False": return false
    default: throw unexpected("True or False")
    }
  }

  mutating func tuple() throws(CodecError) -> [Int] {
    guard skip("(") else { throw unexpected("(") }
    var numbers: [Int] = []
    while !skip(")") {
      guard let number = Int(word()), number >= 0 else { throw unexpected("an extent") }
      numbers.append(number)
      guard skip(",") || isNext(")") else { throw unexpected(", or )") }
    }
    return numbers
  }
}
