import Tensors

/// Kernels in JSON: nested arrays of numbers, or the object that sharp takes.
///
/// A reader of its own, since errors name line and column; it knows numbers, arrays and objects of them, and refuses the rest.
enum JSONFormat {
  /// An array of two axes is one kernel; one, three and four are read as `Kernel.init(weight:bias:layout:name:)` reads them.
  static func parseArrays(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var scanner = text
    scanner.skipSpace()
    let place = scanner.position
    let (shape, numbers) = try array(&scanner)
    try scanner.expectEnd(after: "the array")
    do {
      return try BankDraft(shape: shape, numbers: numbers, layout: .oihw)
    } catch {
      throw scanner.error(error.message, at: place, code: error.code)
    }
  }

  /// `{"width": 3, "height": 3, "kernel": […], "scale": …, "offset": …}`.
  ///
  /// As in sharp, the scale is the sum of the numbers unless given, 1 where that sum is below 1, and the offset counts in steps of 8 bits.
  static func parseSharp(_ text: TextScanner) throws(KernelError) -> BankDraft {
    var scanner = text
    scanner.skipSpace()
    let start = scanner.position
    guard scanner.skip("{") else { throw scanner.error("found \(scanner.next), expected “{”") }
    var numbers: (key: String, value: [Number], place: TextPosition)?
    var scalars: [String: (value: Number, place: TextPosition)] = [:]
    let known = ["width", "height", "kernel", "scale", "offset"]
    repeat {
      scanner.skipSpace()
      let place = scanner.position
      let key = try self.key(&scanner)
      guard known.contains(key) else {
        throw scanner.error("“\(key)” is no key; known are \(known.joined(separator: ", "))", at: place)
      }
      guard scalars[key] == nil, numbers?.key != key else {
        throw scanner.error("the key “\(key)” stands twice", at: place)
      }
      scanner.skipSpace()
      guard scanner.skip(":") else { throw scanner.error("found \(scanner.next), expected “:”") }
      scanner.skipSpace()
      let valuePlace = scanner.position
      if key == "kernel" {
        let (_, values) = try array(&scanner)
        numbers = (key, values, valuePlace)
      } else {
        scalars[key] = (try number(&scanner), valuePlace)
      }
      scanner.skipSpace()
    } while scanner.skip(",")
    guard scanner.skip("}") else { throw scanner.error("found \(scanner.next), expected “,” or “}”") }
    try scanner.expectEnd(after: "“}”")

    func extent(_ key: String) throws(KernelError) -> Int {
      guard let (number, place) = scalars[key] else { throw scanner.error("the key “\(key)” is missing", at: start) }
      guard let exact = number.exact, exact.denominator == 1, (1...Kernel.largestSide).contains(exact.numerator) else {
        throw scanner.error(
          "“\(key)” is \(number.value.forPeople), expected a whole number in 1...\(Kernel.largestSide)", at: place)
      }
      return exact.numerator
    }
    let (width, height) = (try extent("width"), try extent("height"))
    guard let numbers else { throw scanner.error("the key “kernel” is missing", at: start) }
    guard numbers.value.count == width * height else {
      throw scanner.error(
        "found \(numbers.value.count.counted("number")), expected \(width)×\(height) = \(width * height)",
        at: numbers.place)
    }
    var output = BankDraft.Output(numbers: numbers.value)
    if let (scale, place) = scalars["scale"] {
      guard scale.value != 0 else { throw scanner.error("the scale is 0", at: place) }
      output.divisor = scale
    } else if numbers.value.reduce(0, { $0 + $1.value }) >= 1 {
      output.normalization = .sum
    }
    if let offset = scalars["offset"]?.value { output.bias = offset.divided(by: Number(255)).value }
    return BankDraft(height: height, width: width, outputs: [output])
  }

  // MARK: - Values

  /// Reads nested arrays of one shape, at most four deep; gives the shape and the numbers in row-major order.
  private static func array(
    _ scanner: inout TextScanner
  ) throws(KernelError) -> (shape: [Int], numbers: [Number]) {
    var numbers: [Number] = []
    let shape = try level(&scanner, depth: 1, into: &numbers)
    return (shape, numbers)
  }

  private static func level(
    _ scanner: inout TextScanner, depth: Int, into numbers: inout [Number]
  ) throws(KernelError) -> [Int] {
    guard scanner.skip("[") else { throw scanner.error("found \(scanner.next), expected “[”") }
    guard depth <= 4 else { throw scanner.error("arrays nest deeper than 4") }
    var count = 0
    var inner: [Int]?
    repeat {
      scanner.skipSpace()
      let place = scanner.position
      var shape: [Int] = []
      if scanner.peek == UInt8(ascii: "[") {
        shape = try level(&scanner, depth: depth + 1, into: &numbers)
      } else {
        numbers.append(try number(&scanner))
      }
      if let inner, inner != shape {
        throw scanner.error("found \(text(shape)), the ones before are \(text(inner))", at: place)
      }
      inner = shape
      count += 1
      guard numbers.count <= Kernel.largestTapCount else {
        throw scanner.error("more than \(Kernel.largestTapCount) numbers in all", at: place, code: "kernel.limit")
      }
      scanner.skipSpace()
    } while scanner.skip(",")
    guard scanner.skip("]") else { throw scanner.error("found \(scanner.next), expected “,” or “]”") }
    return [count] + (inner ?? [])
  }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "a number" : "an array of " + shape.map(String.init).joined(separator: "×")
  }

  /// A number as JSON writes it: no `+`, no bare point, no leading 0.
  private static func number(_ scanner: inout TextScanner) throws(KernelError) -> Number {
    let place = scanner.position
    let word = scanner.takeWord()
    let digits = word.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
    let isZeroLed = digits.first == UInt8(ascii: "0") && digits.dropFirst().first.map(isDigit) == true
    let pointHasDigits = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { $0.first.map(isDigit) == true }
    guard word.isEmpty || (!isZeroLed && pointHasDigits && !word.contains(UInt8(ascii: "/"))) else {
      throw scanner.error(
        "found “\(String(decoding: word, as: UTF8.self))”, expected a number as JSON writes it", at: place)
    }
    return try scanner.number(word, at: place)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func key(_ scanner: inout TextScanner) throws(KernelError) -> String {
    guard scanner.skip("\"") else { throw scanner.error("found \(scanner.next), expected a key in double quotes") }
    let word = scanner.take { TextScanner.isLetter($0) }
    guard scanner.skip("\"") else {
      throw scanner.error("found \(scanner.next), expected a letter or the closing “\"”")
    }
    return String(decoding: word, as: UTF8.self)
  }
}
