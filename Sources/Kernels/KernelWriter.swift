import Tensors

/// Writes kernels in the formats that are read.
public enum KernelWriter {
  /// The bytes of a kernel in a format, such that reading them gives the same weights.
  ///
  /// Integer taps and their divisor are kept by `native`, `vips` and `sharp`; the other formats hold the quotients, in the fewest digits that read back as the same `Double`.
  /// Names, descriptions and the advice on border and mapping are lost in all but `native`. What would change the result is refused with
  /// `kernel.format`: several kernels, channels, biases, anchors off the centre or an operation that a format cannot hold. `npz` is not written.
  public static func text(of kernel: Kernel, as format: KernelFormat) throws(KernelError) -> [UInt8] {
    if format != .native, format != .npz { try check(kernel, format) }
    switch format {
    case .native: return Array(try NativeWriter.text(of: kernel).utf8)
    case .imagemagick: return Array(imageMagick(kernel.bank).utf8)
    case .vips: return Array(vips(kernel.bank).utf8)
    case .gmic: return Array(gmic(kernel.bank).utf8)
    case .json: return Array(json(kernel.bank).utf8)
    case .sharp: return Array(try sharp(kernel).utf8)
    case .csv: return Array(rows(kernel.bank, 0, separator: ",").joined(separator: "\n").utf8) + [0x0A]
    case .npy: return npy(kernel.bank)
    case .npz: throw fault(kernel, format, "are read but not written")
    }
  }

  private static func check(_ kernel: Kernel, _ format: KernelFormat) throws(KernelError) {
    let bank = kernel.bank
    let holdsBanks: Set<KernelFormat> = [.imagemagick, .gmic, .json, .npy]
    let holdsChannels: Set<KernelFormat> = [.json, .npy]
    if bank.outputCount > 1, !holdsBanks.contains(format) {
      throw fault(kernel, format, "hold one kernel, this is a bank of \(bank.outputCount)")
    }
    if bank.inputCount > 1, !holdsChannels.contains(format) {
      throw fault(kernel, format, "hold one plane, this kernel reaches over \(bank.inputCount) channels")
    }
    if format != .vips, format != .sharp, let bias = bank.biases.first(where: { $0 != 0 }) {
      throw fault(kernel, format, "hold no bias, this kernel has \(bias.forPeople)")
    }
    if format != .imagemagick, let anchor = bank.anchor,
      anchor.x != (bank.width - 1) / 2 || anchor.y != (bank.height - 1) / 2
    {
      throw fault(kernel, format, "hold no anchor, this kernel has \(anchor.x) \(anchor.y)")
    }
    guard
      bank.taps.enumerated().allSatisfy({ index, tap in
        (tap / bank.divisors[index / (bank.inputCount * bank.height * bank.width)]).isFinite
      })
    else { throw fault(kernel, format, "hold finite numbers, these taps over their divisors are not") }
    if kernel.operation == .convolve {
      throw fault(kernel, format, "do not say that a kernel is to be turned, this one has “op: convolve”")
    }
  }

  private static func fault(_ kernel: Kernel, _ format: KernelFormat, _ message: String) -> KernelError {
    KernelError(file: kernel.name, code: "kernel.format", message: "\(format.rawValue) files \(message)")
  }

  /// The rows of one plane of weights, each joined by a separator.
  private static func rows(_ bank: KernelBank, _ output: Int, input: Int = 0, separator: String) -> [String] {
    (0..<bank.height).map { row in
      (0..<bank.width).map { column in
        DecimalText.shortest(bank.weight(output: output, input: input, row: row, column: column))
      }.joined(separator: separator)
    }
  }

  private static func imageMagick(_ bank: KernelBank) -> String {
    let anchor = bank.anchor ?? KernelBank.Anchor(x: (bank.width - 1) / 2, y: (bank.height - 1) / 2)
    let kernels = (0..<bank.outputCount).map { output in
      "\(bank.width)x\(bank.height)+\(anchor.x)+\(anchor.y): "
        + rows(bank, output, separator: ",").joined(separator: " ")
    }
    return kernels.joined(separator: " ;\n") + "\n"
  }

  /// Taps as they stand, the divisor as scale, the bias in steps of 8 bits.
  private static func vips(_ bank: KernelBank) -> String {
    let numbers = [Double(bank.width), Double(bank.height), bank.divisors[0], bitSteps(bank.biases[0])]
    var lines = [numbers.map(DecimalText.shortest).joined(separator: " ")]
    for row in 0..<bank.height {
      lines.append(
        (0..<bank.width).map { DecimalText.shortest(bank.tap(output: 0, input: 0, row: row, column: $0)) }
          .joined(separator: " "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func gmic(_ bank: KernelBank) -> String {
    (0..<bank.outputCount).map { "(" + rows(bank, $0, separator: ",").joined(separator: ";") + ")" }
      .joined(separator: " ") + "\n"
  }

  private static func json(_ bank: KernelBank) -> String {
    func plane(_ output: Int, _ input: Int) -> String {
      "[" + rows(bank, output, input: input, separator: ", ").map { "[\($0)]" }.joined(separator: ",\n ") + "]"
    }
    if bank.outputCount == 1, bank.inputCount == 1 { return plane(0, 0) + "\n" }
    let outputs = (0..<bank.outputCount).map { output in
      "[" + (0..<bank.inputCount).map { plane(output, $0) }.joined(separator: ",\n") + "]"
    }
    return "[" + outputs.joined(separator: ",\n") + "]\n"
  }

  private static func sharp(_ kernel: Kernel) throws(KernelError) -> String {
    let bank = kernel.bank
    let (scale, offset) = (bank.divisors[0], bitSteps(bank.biases[0]))
    guard scale >= 1, scale == scale.rounded(), offset == offset.rounded() else {
      throw fault(
        kernel, .sharp,
        "hold a whole scale from 1 and a whole offset, this kernel has \(DecimalText.shortest(scale)) and \(DecimalText.shortest(offset))"
      )
    }
    let taps = bank.taps.map(DecimalText.shortest).joined(separator: ", ")
    return """
      {"width": \(bank.width), "height": \(bank.height), "kernel": [\(taps)], \
      "scale": \(DecimalText.shortest(scale)), "offset": \(DecimalText.shortest(offset))}

      """
  }

  /// A bias in steps of 8 bits: a whole number where the bias is one over 255.
  static func bitSteps(_ bias: Double) -> Double {
    let steps = (bias * 255).rounded()
    return steps / 255 == bias ? steps : bias * 255
  }

  /// Version 1.0, little-endian 64-bit floats in row-major order: two axes for one plain kernel, `O×I×kh×kw` otherwise.
  private static func npy(_ bank: KernelBank) -> [UInt8] {
    let isPlain = bank.outputCount == 1 && bank.inputCount == 1
    let shape = (isPlain ? [] : [bank.outputCount, bank.inputCount]) + [bank.height, bank.width]
    let extents = shape.map(String.init).joined(separator: ", ")
    var header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
    while (10 + header.count + 1) % 64 != 0 { header.append(UInt8(ascii: " ")) }
    header.append(UInt8(ascii: "\n"))
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8)
    bytes += [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)]
    bytes += header
    let count = bank.inputCount * bank.height * bank.width
    for (index, tap) in bank.taps.enumerated() {
      let bits = (tap / bank.divisors[index / count]).bitPattern
      for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    return bytes
  }
}
