/// A place in a text: lines and columns from 1, columns in characters (Unicode scalars).
struct TextPosition: Hashable {
  var line = 1
  var column = 1
}

/// Walks over the bytes of a UTF-8 text and knows its line and column.
///
/// `\n`, `\r\n` and `\r` each end a line and are seen as one `\n`. A byte order mark is skipped.
struct TextScanner {
  let file: String
  private let bytes: [UInt8]
  private var index = 0
  private(set) var position = TextPosition()

  /// Checks that the text is UTF-8, so that every later step can rely on it.
  init(_ bytes: [UInt8], file: String) throws(KernelError) {
    self.file = file
    self.bytes = bytes
    if let valid = Self.firstInvalidByte(in: bytes) {
      while index < valid { advance() }
      throw error("byte 0x\(String(bytes[valid], radix: 16)) is not UTF-8 text")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The byte at the place, with every line ending as `\n`; `nil` at the end.
  var peek: UInt8? {
    guard index < bytes.count else { return nil }
    return bytes[index] == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : bytes[index]
  }

  /// Goes one byte on, or over a whole line ending.
  mutating func advance() {
    guard let byte = peek else { return }
    if byte == UInt8(ascii: "\n") {
      if bytes[index] == UInt8(ascii: "\r"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") {
        index += 1
      }
      position = TextPosition(line: position.line + 1, column: 1)
    } else if index + 1 == bytes.count || bytes[index + 1] & 0xC0 != 0x80 {
      position.column += 1
    }
    index += 1
  }

  /// Steps over `byte` if it is next.
  mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: byte) else { return false }
    advance()
    return true
  }

  /// Steps over blanks and tabs.
  mutating func skipBlanks() {
    while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
  }

  /// Steps over blanks, tabs and line ends.
  mutating func skipSpace() {
    while let byte = peek, Self.isSpace(byte) { advance() }
  }

  /// Takes the bytes for which `belongs` holds.
  mutating func take(while belongs: (UInt8) -> Bool) -> [UInt8] {
    let start = index
    while let byte = peek, belongs(byte) { advance() }
    return Array(bytes[start..<index])
  }

  /// Takes the rest of the line, without the blanks at its end.
  mutating func takeLine() -> String {
    var line = take { $0 != UInt8(ascii: "\n") }
    while let last = line.last, Self.isSpace(last) { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// Takes a number: everything up to a blank, a line end or one of `,;()[]{}:#"`.
  mutating func number(expected: String = "a number") throws(KernelError) -> Number {
    let start = position
    return try number(takeWord(), at: start, expected: expected)
  }

  /// Takes a number without `/`, which only the native format has for fractions.
  mutating func decimal(expected: String = "a number") throws(KernelError) -> Number {
    let start = position
    let word = takeWord()
    guard !word.contains(UInt8(ascii: "/")) else {
      throw error("found “\(String(decoding: word, as: UTF8.self))”, expected \(expected) without “/”", at: start)
    }
    return try number(word, at: start, expected: expected)
  }

  /// Takes everything up to a blank, a line end or one of `,;()[]{}:#"`.
  mutating func takeWord() -> [UInt8] {
    take { !Self.isSpace($0) && !Self.isPunctuation($0) }
  }

  /// Reads a word that was taken at `start`.
  func number(
    _ word: [UInt8], at start: TextPosition, expected: String = "a number"
  ) throws(KernelError) -> Number {
    guard !word.isEmpty else { throw error("found \(next), expected \(expected)", at: start) }
    do {
      return try Number(word)
    } catch {
      throw self.error(error.message(String(decoding: word, as: UTF8.self)), at: start)
    }
  }

  /// What stands at the place, in words for an error.
  var next: String {
    guard let byte = peek else { return "the end" }
    if byte == UInt8(ascii: "\n") { return "the end of the line" }
    var copy = self
    let start = copy.index
    repeat { copy.advance() } while copy.index < bytes.count && bytes[copy.index] & 0xC0 == 0x80
    return "“\(String(decoding: bytes[start..<copy.index], as: UTF8.self))”"
  }

  /// Refuses what follows the end of a kernel: only blanks and line ends may.
  mutating func expectEnd(after what: String) throws(KernelError) {
    skipSpace()
    guard peek == nil else { throw error("found \(next) after \(what), expected the end") }
  }

  /// Refuses a count of taps on one side, or in all, above the limits.
  func checkSize(width: Int, height: Int, total: Int, at place: TextPosition) throws(KernelError) {
    guard width <= Kernel.largestSide, height <= Kernel.largestSide, total <= Kernel.largestTapCount else {
      throw error(
        "\(width)×\(height) taps, \(total) in all, expected at most \(Kernel.largestSide) a side and \(Kernel.largestTapCount) in all",
        at: place, code: "kernel.limit")
    }
  }

  /// An error at a place, by default the present one.
  func error(_ message: String, at place: TextPosition? = nil, code: String = "kernel.syntax") -> KernelError {
    let place = place ?? position
    return KernelError(file: file, line: place.line, column: place.column, code: code, message: message)
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "#"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  /// The index of the first byte that is no part of UTF-8 text, or of a NUL.
  private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    if let nul = bytes.firstIndex(of: 0) {
      return firstInvalidByte(in: Array(bytes[..<nul])) ?? nul
    }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var index = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): index += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return index
      }
    }
  }
}
