import Tensors

/// Writes the native file.
enum NativeWriter {
  static func text(of kernel: Kernel) throws(KernelError) -> String {
    let bank = kernel.bank
    var lines: [String] = []
    func key(_ key: NativeFormat.Key, _ value: String) { lines.append("\(key): \(value)") }
    func text(_ name: NativeFormat.Key, _ value: String?) {
      let value = value.map(oneLine) ?? ""
      if !value.isEmpty { key(name, value) }
    }
    func word(_ name: NativeFormat.Key, _ advice: KernelAdvice?) throws(KernelError) {
      guard let value = advice?.text else { return }
      guard !value.isEmpty, !value.utf8.contains(where: { TextScanner.isSpace($0) }), !value.hasPrefix("#") else {
        throw KernelError(
          file: kernel.name, code: "kernel.format", message: "“\(name)” is “\(value)”, expected one word")
      }
      key(name, value)
    }
    text(.name, kernel.name)
    text(.description, kernel.description)
    text(.source, kernel.source)
    if bank.inputCount > 1 { key(.channels, bank.inputCount == 3 ? "R G B" : String(bank.inputCount)) }
    if let anchor = bank.anchor { key(.anchor, "\(anchor.x) \(anchor.y)") }
    let (divisor, bias) = (common(bank.divisors), common(bank.biases))
    if let divisor, divisor != 1 { key(.divisor, DecimalText.shortest(divisor)) }
    if let bias, bias != 0 { key(.bias, fullRange(bias)) }
    if let operation = kernel.operation { key(.op, operation.rawValue) }
    try word(.border, kernel.border)
    try word(.map, kernel.map)
    let isBank = kernel.outputNames != Kernel.outputNames(name: kernel.name, count: bank.outputCount)
    for output in 0..<bank.outputCount {
      if isBank || bank.outputCount > 1 {
        lines.append("---")
        if isBank { text(.name, kernel.outputNames[output]) }
        if divisor == nil { key(.divisor, DecimalText.shortest(bank.divisors[output])) }
        if bias == nil { key(.bias, fullRange(bank.biases[output])) }
      }
      for input in 0..<bank.inputCount {
        if input > 0 { lines.append("---") }
        lines += grid(bank, output: output, input: input)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rows of one plane, right-aligned.
  private static func grid(_ bank: KernelBank, output: Int, input: Int) -> [String] {
    let cells = (0..<bank.height).map { row in
      (0..<bank.width).map { DecimalText.shortest(bank.tap(output: output, input: input, row: row, column: $0)) }
    }
    return TextGrid.aligned(cells)
  }

  /// The value that all share, if they do.
  private static func common(_ values: [Double]) -> Double? {
    values.allSatisfy { $0 == values[0] } ? values[0] : nil
  }

  /// A bias as a fraction of 255 where it is one and that is shorter.
  private static func fullRange(_ bias: Double) -> String {
    let decimal = DecimalText.shortest(bias)
    let steps = KernelWriter.bitSteps(bias)
    return steps == steps.rounded() && decimal.utf8.count > 8 ? "\(DecimalText.shortest(steps))/255" : decimal
  }

  private static func oneLine(_ text: String) -> String {
    let words = text.split { $0.isNewline || $0 == " " || $0 == "\t" || $0 == "\0" }
    return words.joined(separator: " ")
  }
}
