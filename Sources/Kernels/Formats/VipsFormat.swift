import Tensors

/// A vips matrix: `width height [scale [offset]]` on the first line, then exactly `height` rows of exactly `width` numbers.
///
/// The result is `Σ/scale + offset`; the offset counts in steps of 8 bits and becomes a bias of `offset/255`.
enum VipsFormat {
  static func parse(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var scanner = text
    scanner.skipSpace()
    let start = scanner.position
    let width = try extent("the width", &scanner)
    let height = try extent("the height", &scanner)
    try scanner.checkSize(width: width, height: height, total: width * height, at: start)
    var output = BankDraft.Output(numbers: [])
    if !isLineEnd(scanner) {
      let place = scanner.position
      output.divisor = try scanner.decimal(expected: "the scale")
      guard output.divisor.value != 0 else { throw scanner.error("the scale is 0", at: place) }
      scanner.skipBlanks()
    }
    if !isLineEnd(scanner) {
      output.bias = try scanner.decimal(expected: "the offset").divided(by: Number(255)).value
      scanner.skipBlanks()
    }
    guard isLineEnd(scanner) else {
      throw scanner.error("found \(scanner.next) after the offset, expected the end of the line")
    }
    for row in 0..<height {
      scanner.skipSpace()
      guard scanner.peek != nil else {
        throw scanner.error("found \(row.counted("row")), the first line says \(height)")
      }
      for column in 0..<width {
        guard !isLineEnd(scanner) else {
          throw scanner.error("row has \(column.counted("number")), the first line says \(width)")
        }
        output.numbers.append(try scanner.decimal())
        scanner.skipBlanks()
        if column + 1 < width, scanner.skip(",") { scanner.skipBlanks() }
      }
      guard isLineEnd(scanner) else {
        throw scanner.error("row has more than \(width.counted("number")), the first line says \(width)")
      }
    }
    try scanner.expectEnd(after: "\(height.counted("row"))")
    return BankDraft(height: height, width: width, outputs: [output])
  }

  private static func isLineEnd(_ scanner: TextScanner) -> Bool {
    scanner.peek == nil || scanner.peek == UInt8(ascii: "\n")
  }

  private static func extent(_ what: String, _ scanner: inout TextScanner) throws(KernelError) -> Int {
    let place = scanner.position
    let number = try scanner.decimal(expected: what)
    guard let exact = number.exact, exact.denominator == 1, exact.numerator > 0 else {
      throw scanner.error("\(what) is \(number.value.forPeople), expected a whole number from 1", at: place)
    }
    guard exact.numerator <= Kernel.largestSide else {
      throw scanner.error(
        "\(what) is \(exact.numerator), expected at most \(Kernel.largestSide)", at: place, code: "kernel.limit")
    }
    scanner.skipBlanks()
    return exact.numerator
  }
}
