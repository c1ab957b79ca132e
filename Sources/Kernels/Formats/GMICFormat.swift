import Tensors

/// G'MIC images: `(a,b;c,d)`, with `,` between columns and `;` between rows; several of them make a bank.
enum GMICFormat {
  static func parse(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var scanner = text
    var draft: BankDraft?
    scanner.skipSpace()
    repeat {
      let place = scanner.position
      guard scanner.skip("(") else { throw scanner.error("found \(scanner.next), expected “(”") }
      let (numbers, width, height) = try image(&scanner)
      if let first = draft, (first.width, first.height) != (width, height) {
        throw scanner.error(
          "this kernel is \(width)×\(height), the first is \(first.width)×\(first.height)", at: place)
      }
      var bank = draft ?? BankDraft(height: height, width: width, outputs: [])
      bank.outputs.append(.init(numbers: numbers))
      draft = bank
      scanner.skipSpace()
      if scanner.skip(",") { scanner.skipSpace() }
    } while scanner.peek == UInt8(ascii: "(")
    try scanner.expectEnd(after: "“)”")
    guard let draft else { throw scanner.error("found no kernel") }
    return draft
  }

  /// The numbers up to and with `)`.
  private static func image(
    _ scanner: inout TextScanner
  ) throws(KernelError) -> (numbers: [Number], width: Int, height: Int) {
    var numbers: [Number] = []
    var (width, height, count) = (0, 0, 0)
    while true {
      scanner.skipSpace()
      let place = scanner.position
      numbers.append(try scanner.decimal())
      count += 1
      scanner.skipSpace()
      if scanner.skip(",") {
        try scanner.checkSize(width: count + 1, height: height + 1, total: numbers.count, at: place)
        continue
      }
      if height == 0 { width = count }
      guard count == width else {
        throw scanner.error("row has \(count.counted("number")), the rows above have \(width)")
      }
      height += 1
      count = 0
      try scanner.checkSize(width: width, height: height, total: numbers.count, at: place)
      if scanner.skip(";") { continue }
      guard scanner.skip(")") else { throw scanner.error("found \(scanner.next), expected “,”, “;” or “)”") }
      return (numbers, width, height)
    }
  }
}
