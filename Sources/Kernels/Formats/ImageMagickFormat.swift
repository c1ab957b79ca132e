import Tensors

/// ImageMagick's kernel strings: `3x3+X+Y: 1,2,3 …`, its built-in names with arguments, and lists joined by `;`.
///
/// The grid is read as ImageMagick prints it (`-define showkernel=1`). Its `Convolve` method turns the grid by 180° before use,
/// its `Correlate` does not; which of the two is wanted is not in the string, so the kernel states no operation.
struct ImageMagickFormat {
  /// A kernel on its way into a bank; holes are zeros.
  struct Grid: Equatable {
    var width: Int
    var height: Int
    var x: Int
    var y: Int
    var numbers: [Number]
  }

  /// What a geometry or an argument list asks to be made of one kernel.
  enum Expansion: UInt8 {
    /// `@`: every turn by 45°, clockwise.
    case cyclic = 0x40
    /// `>`: every turn by 90°, clockwise.
    case quarters = 0x3E
    /// `<`: 0°, 180°, 270° and 90°.
    case mirrored = 0x3C
  }

  private var scanner: TextScanner

  static func parse(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var parser = ImageMagickFormat(scanner: text)
    return try parser.list()
  }

  /// Reads kernels joined by `;` into a bank of one size.
  private mutating func list() throws(KernelError) -> BankDraft {
    var draft: BankDraft?
    var first: Grid?
    scanner.skipSpace()
    while scanner.peek != nil {
      let place = scanner.position
      for grid in try kernels() {
        if let first, (first.width, first.height, first.x, first.y) != (grid.width, grid.height, grid.x, grid.y) {
          throw scanner.error(
            "this kernel is \(grid.width)×\(grid.height)+\(grid.x)+\(grid.y), the first \(first.width)×\(first.height)+\(first.x)+\(first.y); expected one size",
            at: place)
        }
        first = first ?? grid
        var bank = draft ?? BankDraft(height: grid.height, width: grid.width, outputs: [])
        bank.outputs.append(.init(numbers: grid.numbers))
        try scanner.checkSize(
          width: grid.width, height: grid.height, total: bank.outputs.count * grid.numbers.count, at: place)
        draft = bank
      }
      scanner.skipSpace()
      guard scanner.peek == nil || scanner.skip(";") else {
        throw scanner.error("found \(scanner.next) after a kernel, expected “;” or the end")
      }
      scanner.skipSpace()
    }
    guard var draft, let first else { throw scanner.error("found no kernel") }
    if first.x != (first.width - 1) / 2 || first.y != (first.height - 1) / 2 {
      draft.anchor = KernelBank.Anchor(x: first.x, y: first.y)
    }
    return draft
  }

  /// Reads one kernel and what it expands to.
  private mutating func kernels() throws(KernelError) -> [Grid] {
    let place = scanner.position
    if let byte = scanner.peek, TextScanner.isLetter(byte) { return try named() }
    guard hasGeometry() else { return [try bareList()] }
    let (shape, expansion) = try geometry()
    let grid = try numbers(into: shape)
    return try expand(grid, expansion, at: place)
  }

  // MARK: - User-defined kernels

  private func hasGeometry() -> Bool {
    var ahead = scanner
    _ = ahead.take { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") }
    return ahead.peek == UInt8(ascii: ":")
  }

  /// `W`, `WxH` or `WxH+X+Y`, perhaps with `@`, `<` or `>`, up to the colon.
  private mutating func geometry() throws(KernelError) -> (shape: Grid, expansion: Expansion?) {
    let place = scanner.position
    let width = try extent("the width")
    let height = scanner.skip("x") ? try extent("the height") : width
    try scanner.checkSize(width: width, height: height, total: width * height, at: place)
    var shape = Grid(width: width, height: height, x: (width - 1) / 2, y: (height - 1) / 2, numbers: [])
    if scanner.skip("+") {
      let anchorPlace = scanner.position
      shape.x = try whole("the anchor's column")
      guard scanner.skip("+") else { throw scanner.error("found \(scanner.next), expected “+” and the anchor's row") }
      shape.y = try whole("the anchor's row")
      guard shape.x < width, shape.y < height else {
        throw scanner.error(
          "the anchor +\(shape.x)+\(shape.y) is outside the kernel of \(width)×\(height)", at: anchorPlace)
      }
    }
    let expansion = takeExpansion()
    scanner.skipBlanks()
    guard scanner.skip(":") else { throw scanner.error("found \(scanner.next), expected “:” after the geometry") }
    return (shape, expansion)
  }

  private mutating func numbers(into shape: Grid) throws(KernelError) -> Grid {
    var grid = shape
    let expected = shape.width * shape.height
    scanner.skipSpace()
    while grid.numbers.count < expected {
      guard scanner.peek != nil, scanner.peek != UInt8(ascii: ";") else {
        throw scanner.error(
          "found \(grid.numbers.count.counted("number")), the geometry says \(shape.width)×\(shape.height)")
      }
      grid.numbers.append(try numberOrHole())
      scanner.skipSpace()
      if grid.numbers.count < expected, scanner.skip(",") { scanner.skipSpace() }
    }
    guard scanner.peek == nil || scanner.peek == UInt8(ascii: ";") else {
      throw scanner.error(
        "found \(scanner.next) after \(expected.counted("number")), the geometry says \(shape.width)×\(shape.height)")
    }
    return grid
  }

  /// The form without geometry: an odd square of numbers.
  private mutating func bareList() throws(KernelError) -> Grid {
    var numbers: [Number] = []
    while scanner.peek != nil, scanner.peek != UInt8(ascii: ";") {
      numbers.append(try numberOrHole())
      scanner.skipSpace()
      if scanner.skip(",") {
        scanner.skipSpace()
        guard scanner.peek != nil else { throw scanner.error("found the end, expected a number") }
      }
    }
    let side = Int(Double(numbers.count).squareRoot())
    guard side * side == numbers.count, side % 2 == 1 else {
      throw scanner.error(
        "found \(numbers.count.counted("number")) without a geometry such as “3x3:”, expected an odd square of them")
    }
    return Grid(width: side, height: side, x: side / 2, y: side / 2, numbers: numbers)
  }

  /// A number, or a hole: `nan` or `-`.
  private mutating func numberOrHole() throws(KernelError) -> Number {
    let place = scanner.position
    let word = scanner.takeWord()
    if word == [UInt8(ascii: "-")] || word.map({ $0 | 0x20 }) == Array("nan".utf8) { return Number(0) }
    guard !word.contains(UInt8(ascii: "/")) else {
      throw scanner.error("found “\(String(decoding: word, as: UTF8.self))”, expected a number without “/”", at: place)
    }
    return try scanner.number(word, at: place)
  }

  private mutating func extent(_ what: String) throws(KernelError) -> Int {
    let place = scanner.position
    let extent = try whole(what)
    guard (1...Kernel.largestSide).contains(extent) else {
      throw scanner.error(
        "\(what) is \(extent), expected 1...\(Kernel.largestSide)", at: place,
        code: extent == 0 ? "kernel.syntax" : "kernel.limit")
    }
    return extent
  }

  private mutating func whole(_ what: String) throws(KernelError) -> Int {
    let place = scanner.position
    let digits = scanner.take { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw scanner.error("found \(scanner.next), expected \(what)", at: place)
    }
    return number
  }

  private mutating func takeExpansion() -> Expansion? {
    guard let byte = scanner.peek, let expansion = Expansion(rawValue: byte) else { return nil }
    scanner.advance()
    return expansion
  }

  // MARK: - Names

  private mutating func named() throws(KernelError) -> [Grid] {
    let place = scanner.position
    let word = String(decoding: scanner.take { TextScanner.isLetter($0) }, as: UTF8.self)
    guard let name = ImageMagickName(word) else {
      let known = ImageMagickName.allCases.map(\.description).joined(separator: ", ")
      throw scanner.error("“\(word)” is no ImageMagick kernel that can be read; known are \(known)", at: place)
    }
    scanner.skipBlanks()
    var arguments: [Double] = []
    if scanner.skip(":") || scanner.peek != UInt8(ascii: ";") {
      scanner.skipBlanks()
      while let byte = scanner.peek, byte != UInt8(ascii: ";"), !TextScanner.isSpace(byte),
        Expansion(rawValue: byte) == nil
      {
        arguments.append(try argument())
      }
    }
    let expansion = takeExpansion()
    let grid: Grid
    do {
      grid = try name.grid(arguments)
    } catch {
      throw scanner.error("\(name): \(error.message)", at: place, code: "kernel.parameter")
    }
    return try expand(grid, expansion, at: place)
  }

  /// A number of an argument list and the `x`, `,` or `/` behind it; a `+` or `-` begins the next number.
  private mutating func argument() throws(KernelError) -> Double {
    let place = scanner.position
    var last: UInt8?
    var isFirst = true
    let word = scanner.take { byte in
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      guard isFirst || !isSign || last.map({ $0 | 0x20 }) == UInt8(ascii: "e") else { return false }
      (isFirst, last) = (false, byte)
      return isSign || byte | 0x20 == UInt8(ascii: "e") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard !word.isEmpty else { throw scanner.error("found \(scanner.next), expected a number", at: place) }
    let value = try scanner.number(word, at: place).value
    _ = scanner.skip("x") || scanner.skip(",")
    return value
  }

  /// Whether text begins with a name of ImageMagick's, followed by its end, a colon, a blank, `;` or a rotation.
  static func isName(_ text: some Collection<UInt8>) -> Bool {
    let word = text.prefix { TextScanner.isLetter($0) }
    guard ImageMagickName(String(decoding: word, as: UTF8.self)) != nil else { return false }
    guard let next = text.dropFirst(word.count).first else { return true }
    return TextScanner.isSpace(next) || [UInt8(ascii: ":"), UInt8(ascii: ";")].contains(next)
      || Expansion(rawValue: next) != nil
  }

  /// Whether text begins with digits, perhaps `x`, `+`, `@`, `<`, `>` among them, and a colon.
  static func beginsWithGeometry(_ text: some Collection<UInt8>) -> Bool {
    guard let first = text.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    let rest = text.drop { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "x") || byte == UInt8(ascii: "+")
        || Expansion(rawValue: byte) != nil || byte == UInt8(ascii: " ")
    }
    return rest.first == UInt8(ascii: ":")
  }
}

// MARK: - Turning

extension ImageMagickFormat {
  private func expand(_ grid: Grid, _ expansion: Expansion?, at place: TextPosition) throws(KernelError) -> [Grid] {
    guard let expansion else { return [grid] }
    let isSquare = expansion == .cyclic ? grid.width == 3 && grid.height == 3 : grid.width == grid.height
    guard isSquare else {
      throw scanner.error(
        "a kernel of \(grid.width)×\(grid.height) cannot be turned in a bank, expected \(expansion == .cyclic ? "3×3" : "a square")",
        at: place)
    }
    if expansion == .mirrored {
      return [0, 180, 270, 90].map { grid.turned(degrees: $0) }
    }
    let step = expansion == .cyclic ? 45 : 90
    var grids = [grid]
    for angle in Swift.stride(from: step, to: 360, by: step) {
      let turned = grid.turned(degrees: Double(angle))
      if turned == grid { break }
      grids.append(turned)
    }
    return grids
  }
}

extension ImageMagickFormat.Grid {
  /// Turned clockwise by the nearest multiple of 45° (3×3) or 90° (rows, columns and squares), as ImageMagick turns it.
  func turned(degrees: Double) -> Self {
    var angle = degrees.truncatingRemainder(dividingBy: 360)
    if angle < 0 { angle += 360 }
    guard angle > 22.5, angle <= 337.5 else { return self }
    var grid = self
    let eighth = angle.truncatingRemainder(dividingBy: 90)
    if eighth > 22.5, eighth <= 67.5, width == 3, height == 3 {
      grid = grid.turnedBy45
      angle = (angle + 315).truncatingRemainder(dividingBy: 360)
    }
    let quarter = angle.truncatingRemainder(dividingBy: 180)
    if quarter > 45, quarter <= 135 {
      if grid.width == 1 || grid.height == 1 {
        // A row becomes a column with its first number on top: the same as a clockwise turn. A column is read from its foot.
        let isColumn = grid.width == 1
        grid = Self(width: grid.height, height: grid.width, x: grid.y, y: grid.x, numbers: grid.numbers)
        angle = (angle + (isColumn ? 90 : 270)).truncatingRemainder(dividingBy: 360)
      } else if grid.width == grid.height {
        grid = grid.turnedBy90
        angle = (angle + 270).truncatingRemainder(dividingBy: 360)
      }
    }
    if angle > 135, angle <= 225 {
      grid = Self(
        width: grid.width, height: grid.height, x: grid.width - 1 - grid.x, y: grid.height - 1 - grid.y,
        numbers: grid.numbers.reversed())
    }
    return grid
  }

  /// The eight outer numbers moved one place clockwise, and the anchor with them.
  private var turnedBy45: Self {
    let ring = [0, 1, 2, 5, 8, 7, 6, 3]
    var grid = self
    for (index, place) in ring.enumerated() { grid.numbers[ring[(index + 1) % 8]] = numbers[place] }
    if let index = ring.firstIndex(of: 3 * y + x) {
      let place = ring[(index + 1) % 8]
      (grid.x, grid.y) = (place % 3, place / 3)
    }
    return grid
  }

  private var turnedBy90: Self {
    var grid = self
    for row in 0..<height {
      for column in 0..<width {
        grid.numbers[row * width + column] = numbers[(width - 1 - column) * width + row]
      }
    }
    (grid.x, grid.y) = (width - 1 - y, x)
    return grid
  }
}
