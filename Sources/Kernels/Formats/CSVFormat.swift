import Tensors

/// Comma-separated values: a row a line, numbers bare or in double quotes, no header.
enum CSVFormat {
  static func parse(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var scanner = text
    var numbers: [Number] = []
    var (width, height) = (0, 0)
    scanner.skipSpace()
    while scanner.peek != nil {
      var count = 0
      repeat {
        if height > 0, count == width {
          throw scanner.error("row has more than \(width.counted("number")), the rows above have \(width)")
        }
        scanner.skipBlanks()
        numbers.append(try field(&scanner))
        count += 1
        try scanner.checkSize(
          width: max(count, width), height: height + 1, total: numbers.count, at: scanner.position)
        scanner.skipBlanks()
      } while scanner.skip(",")
      guard scanner.peek == nil || scanner.peek == UInt8(ascii: "\n") else {
        throw scanner.error("found \(scanner.next), expected “,” or the end of the line")
      }
      if height == 0 { width = count }
      guard count == width else {
        throw scanner.error("row has \(count.counted("number")), the rows above have \(width)")
      }
      height += 1
      scanner.skipSpace()
    }
    guard height > 0 else { throw scanner.error("found \(scanner.next), expected a row of numbers") }
    return BankDraft(height: height, width: width, outputs: [.init(numbers: numbers)])
  }

  private static func field(_ scanner: inout TextScanner) throws(KernelError) -> Number {
    guard scanner.skip("\"") else { return try scanner.decimal() }
    let place = scanner.position
    let word = scanner.take { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
    guard scanner.skip("\"") else { throw scanner.error("found \(scanner.next), expected “\"”") }
    return try scanner.number(word, at: place)
  }
}
