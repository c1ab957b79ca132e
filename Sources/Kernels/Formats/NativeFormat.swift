import Tensors

/// The native kernel file: `key: value` lines and rows of numbers; the grammar stands in `kernels/README.md`.
struct NativeFormat {
  /// The keys of a file, in the order in which they are written.
  enum Key: String, CaseIterable {
    case name, description, source, channels, anchor, divisor, bias, normalize, op, border, map

    /// Whether the key may also stand at the head of one output of a bank.
    var isOfOutput: Bool { [.name, .divisor, .bias, .normalize].contains(self) }
  }

  /// What the keys at one place say.
  private struct Head {
    var name: String?
    var divisor: Number?
    var bias: Double?
    var normalization: ScaledTaps.Normalization?
    var seen: [Key: TextPosition] = [:]
  }

  /// The rows between two `---` lines.
  private struct Plane {
    var numbers: [Number] = []
    var width = 0
    var height = 0
  }

  private var scanner: TextScanner
  private var head = Head()
  private var description: String?
  private var source: String?
  private var operation: Kernel.Operation?
  private var border: KernelAdvice?
  private var map: KernelAdvice?
  private var anchor: (place: KernelBank.Anchor, position: TextPosition)?
  private var channels: [Int] = [0]
  private var outputs: [BankDraft.Output] = []
  /// The planes of the output being read, in the order of the file.
  private var planes: [Plane] = []
  /// The extents that the first plane set for all.
  private var extents: (width: Int, height: Int)?

  /// Reads a whole file; `name` serves where the file has no `name:`.
  static func parse(_ bytes: [UInt8], file: String, name: String) throws(KernelError) -> Kernel {
    var parser = NativeFormat(scanner: try TextScanner(bytes, file: file))
    return try parser.file(name: name)
  }

  private init(scanner: TextScanner) {
    self.scanner = scanner
  }

  // MARK: - The file

  private mutating func file(name: String) throws(KernelError) -> Kernel {
    // The keys before the first row or `---` are the file's; a `---` right after them opens the first kernel.
    try keys(into: \.head, ofOutput: false)
    var output = Head()
    if separator() { try keys(&output, ofOutput: true) }
    while true {
      let start = scanner.position
      let plane = try rows()
      guard plane.height > 0 else {
        throw scanner.error("found \(scanner.next), expected a row of numbers", at: scanner.position)
      }
      try check(plane, at: start)
      planes.append(plane)
      if planes.count == channels.count { finishOutput(output) }
      guard separator() else { break }
      if planes.isEmpty {
        output = Head()
        try keys(&output, ofOutput: true)
      } else {
        try noKeys()
      }
    }
    guard planes.isEmpty else {
      throw scanner.error(
        "found \(planes.count) of the \(channels.count) planes of kernel \(outputs.count + 1), expected a line “---” and the next plane"
      )
    }
    return try kernel(name: name)
  }

  private mutating func finishOutput(_ own: Head) {
    var ordered: [Number] = []
    for channel in channels.indices {
      guard let place = channels.firstIndex(of: channel) else { continue }
      ordered += planes[place].numbers
    }
    outputs.append(
      BankDraft.Output(
        numbers: ordered, divisor: own.divisor ?? head.divisor ?? Number(1), bias: own.bias ?? head.bias ?? 0,
        normalization: own.normalization ?? head.normalization ?? .none, name: own.name))
    planes = []
  }

  private func kernel(name: String) throws(KernelError) -> Kernel {
    guard let extents else { throw scanner.error("found no rows of numbers") }
    if let anchor, anchor.place.x >= extents.width || anchor.place.y >= extents.height {
      throw scanner.error(
        "the anchor \(anchor.place.x) \(anchor.place.y) is outside the kernel of \(extents.width)×\(extents.height) taps",
        at: anchor.position)
    }
    let draft = BankDraft(
      height: extents.height, width: extents.width, inputCount: channels.count, anchor: anchor?.place, outputs: outputs)
    let name = head.name ?? name
    let (bank, outputNames, notes) = try draft.finished(name: name, file: scanner.file)
    return Kernel(
      name: name, description: description, source: source, bank: bank, operation: operation, border: border, map: map,
      outputNames: outputNames, notes: notes)
  }

  // MARK: - Rows

  /// Reads rows up to a `---` line or the end.
  private mutating func rows() throws(KernelError) -> Plane {
    var plane = Plane()
    while true {
      skipEmptyLines()
      guard scanner.peek != nil, !isSeparator() else { return plane }
      if let word = keyWord() {
        throw scanner.error("found the key “\(word)” after a row of numbers, expected keys before the rows")
      }
      repeat {
        try row(into: &plane)
        skipBlanksAndComment()
      } while scanner.peek != UInt8(ascii: "\n") && scanner.peek != nil
    }
  }

  /// Reads one row, which ends with its line, at a comment, or at `;`.
  private mutating func row(into plane: inout Plane) throws(KernelError) {
    var count = 0
    var end = scanner.position
    while true {
      let start = scanner.position
      if plane.height > 0, count == plane.width {
        throw scanner.error(
          "row has more than \(count.counted("number")), the rows above have \(plane.width)")
      }
      let number = try scanner.number()
      try limit(count + 1, "numbers in a row", at: start)
      plane.numbers.append(number)
      count += 1
      end = scanner.position
      scanner.skipBlanks()
      if scanner.skip(",") {
        scanner.skipBlanks()
        continue
      }
      let next = scanner.peek
      if next == nil || next == UInt8(ascii: "\n") || next == UInt8(ascii: "#") { break }
      if scanner.skip(";") { break }
    }
    if plane.height == 0 { plane.width = count }
    guard count == plane.width else {
      throw scanner.error(
        "row has \(count.counted("number")), the rows above have \(plane.width)", at: end)
    }
    plane.height += 1
    try limit(plane.height, "rows", at: end)
    guard plane.numbers.count * channels.count * (outputs.count + 1) <= Kernel.largestTapCount else {
      throw scanner.error("more than \(Kernel.largestTapCount) numbers in all", at: end, code: "kernel.limit")
    }
  }

  private func limit(_ count: Int, _ what: String, at place: TextPosition) throws(KernelError) {
    guard count <= Kernel.largestSide else {
      throw scanner.error("more than \(Kernel.largestSide) \(what)", at: place, code: "kernel.limit")
    }
  }

  private mutating func check(_ plane: Plane, at start: TextPosition) throws(KernelError) {
    guard let first = extents else {
      extents = (plane.width, plane.height)
      return
    }
    guard first == (plane.width, plane.height) else {
      throw scanner.error(
        "these rows make \(plane.width)×\(plane.height) numbers, the first kernel has \(first.width)×\(first.height)",
        at: start)
    }
  }

  // MARK: - Lines

  /// Whether the line at the place is `---`.
  private func isSeparator() -> Bool {
    var ahead = scanner
    for _ in 0..<3 where !ahead.skip("-") { return false }
    _ = ahead.take { $0 == UInt8(ascii: "-") }
    ahead.skipBlanks()
    return ahead.peek == nil || ahead.peek == UInt8(ascii: "\n") || ahead.peek == UInt8(ascii: "#")
  }

  /// Steps over a `---` line; `false` where there is none.
  private mutating func separator() -> Bool {
    skipEmptyLines()
    guard isSeparator() else { return false }
    _ = scanner.take { $0 == UInt8(ascii: "-") }
    skipEmptyLines()
    return true
  }

  /// Steps over blank lines and comment lines, up to the first character of another line.
  private mutating func skipEmptyLines() {
    repeat { skipBlanksAndComment() } while scanner.skip("\n")
  }

  private mutating func skipBlanksAndComment() {
    scanner.skipBlanks()
    if scanner.peek == UInt8(ascii: "#") { _ = scanner.takeLine() }
  }

  /// The word before a colon, where the line at the place begins with a letter and has one.
  private func keyWord() -> String? {
    var ahead = scanner
    guard let first = ahead.peek, TextScanner.isLetter(first) else { return nil }
    let word = ahead.take { TextScanner.isLetter($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    ahead.skipBlanks()
    return ahead.peek == UInt8(ascii: ":") ? String(decoding: word, as: UTF8.self) : nil
  }
}

// MARK: - Keys

extension NativeFormat {
  private mutating func keys(into path: WritableKeyPath<NativeFormat, Head>, ofOutput: Bool) throws(KernelError) {
    var own = self[keyPath: path]
    try keys(&own, ofOutput: ofOutput)
    self[keyPath: path] = own
  }

  /// Refuses keys between the planes of one output.
  private mutating func noKeys() throws(KernelError) {
    guard let word = keyWord() else { return }
    throw scanner.error(
      "found the key “\(word)” between two planes, expected the keys of a kernel before its first plane")
  }

  /// Reads the key lines at the place.
  private mutating func keys(_ own: inout Head, ofOutput: Bool) throws(KernelError) {
    skipEmptyLines()
    while let word = keyWord() {
      let place = scanner.position
      let known = Key.allCases.filter { !ofOutput || $0.isOfOutput }
      guard let key = Key(rawValue: word), known.contains(key) else {
        let list = known.map(\.rawValue).joined(separator: ", ")
        let of =
          ofOutput && Key(rawValue: word) != nil
          ? "is a key of the whole file; a kernel of a bank has" : "is no key; known are"
        throw scanner.error("“\(word)” \(of) \(list)", at: place)
      }
      if let earlier = own.seen.updateValue(place, forKey: key) {
        throw scanner.error("the key “\(word)” stands in line \(earlier.line) already", at: place)
      }
      _ = scanner.take { $0 != UInt8(ascii: ":") }
      scanner.advance()
      scanner.skipBlanks()
      try value(of: key, into: &own)
      skipEmptyLines()
    }
  }

  private mutating func value(of key: Key, into own: inout Head) throws(KernelError) {
    switch key {
    case .name: own.name = try text(key)
    case .description: description = try text(key)
    case .source: source = try text(key)
    case .border: border = try advice(key)
    case .map: map = try advice(key)
    case .op: operation = try choice(key)
    case .normalize: own.normalization = try choice(key)
    case .bias: own.bias = try bias()
    case .divisor: own.divisor = try divisor()
    case .anchor: anchor = try anchorPlace()
    case .channels: channels = try channelOrder()
    }
    guard scanner.peek == nil || scanner.peek == UInt8(ascii: "\n") else {
      throw scanner.error("found \(scanner.next) after the value of “\(key)”, expected the end of the line")
    }
  }

  /// A text that runs to the end of its line, `#` included.
  private mutating func text(_ key: Key) throws(KernelError) -> String {
    let place = scanner.position
    let text = scanner.takeLine()
    guard !text.isEmpty else { throw scanner.error("“\(key)” has no value", at: place) }
    return text
  }

  /// One word; a comment may follow.
  private mutating func word(_ key: Key) throws(KernelError) -> String {
    let place = scanner.position
    let word = scanner.take { !TextScanner.isSpace($0) }
    guard !word.isEmpty else { throw scanner.error("“\(key)” has no value", at: place) }
    skipBlanksAndComment()
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func advice(_ key: Key) throws(KernelError) -> KernelAdvice {
    let place = scanner.position
    return KernelAdvice(try word(key), file: scanner.file, at: place)
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: Key
  ) throws(KernelError) -> Choice {
    let place = scanner.position
    let word = try word(key)
    guard let choice = Choice(rawValue: word) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw scanner.error("“\(key)” is “\(word)”, expected one of \(known)", at: place)
    }
    return choice
  }

  private mutating func divisor() throws(KernelError) -> Number {
    let place = scanner.position
    let number = try scanner.number()
    guard number.value != 0 else { throw scanner.error("the divisor is 0", at: place) }
    skipBlanksAndComment()
    return number
  }

  /// A fraction of full range: `0.5`, `128/255` or `50%`.
  private mutating func bias() throws(KernelError) -> Double {
    let place = scanner.position
    var word = scanner.take { !TextScanner.isSpace($0) && $0 != UInt8(ascii: "#") }
    guard !word.isEmpty else { throw scanner.error("found \(scanner.next), expected a number", at: place) }
    let isPercentage = word.last == UInt8(ascii: "%")
    let written = String(decoding: word, as: UTF8.self)
    if isPercentage { word.removeLast() }
    skipBlanksAndComment()
    do {
      let number = try Number(word)
      return isPercentage ? number.divided(by: Number(100)).value : number.value
    } catch {
      throw scanner.error(error.message(written), at: place)
    }
  }

  private mutating func anchorPlace() throws(KernelError) -> (KernelBank.Anchor, TextPosition) {
    let place = scanner.position
    let x = try count("the anchor's column", atLeast: 0)
    scanner.skipBlanks()
    if scanner.skip(",") { scanner.skipBlanks() }
    let y = try count("the anchor's row", atLeast: 0)
    skipBlanksAndComment()
    return (KernelBank.Anchor(x: x, y: y), place)
  }

  /// `R G B` in any order, with `A` or without, or the number of channels: for each plane of the file, its channel.
  private mutating func channelOrder() throws(KernelError) -> [Int] {
    let place = scanner.position
    if let byte = scanner.peek, !TextScanner.isLetter(byte) {
      let count = try count("a number of channels, or R G B", atLeast: 1)
      skipBlanksAndComment()
      return Array(0..<count)
    }
    var order: [Int] = []
    while let byte = scanner.peek, TextScanner.isLetter(byte) {
      let wordPlace = scanner.position
      let word = String(decoding: scanner.take { TextScanner.isLetter($0) }, as: UTF8.self)
      guard let channel = ["R", "G", "B", "A"].firstIndex(of: word), !order.contains(channel) else {
        throw scanner.error("found “\(word)”, expected each of R, G, B and perhaps A once", at: wordPlace)
      }
      order.append(channel)
      scanner.skipBlanks()
      if scanner.skip(",") { scanner.skipBlanks() }
    }
    skipBlanksAndComment()
    guard order.sorted() == Array(0..<order.count), order.count >= 3 else {
      throw scanner.error("found \(order.count.counted("channel")), expected R G B, R G B A or a number", at: place)
    }
    return order
  }

  private mutating func count(_ what: String, atLeast least: Int) throws(KernelError) -> Int {
    let place = scanner.position
    let number = try scanner.number(expected: what)
    guard let exact = number.exact, exact.denominator == 1, (least...Kernel.largestSide).contains(exact.numerator)
    else {
      throw scanner.error("\(what) is no whole number from \(least) to \(Kernel.largestSide)", at: place)
    }
    return exact.numerator
  }
}
