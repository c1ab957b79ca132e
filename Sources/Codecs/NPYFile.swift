import CCodecs
public import Tensors

/// NumPy's array files: versions 1.0 to 3.0, reals, integers and booleans of every width in either byte and axis order.
///
/// Objects, structures, complex numbers and text are refused (`npy.dtype`): no pickle is ever opened.
public enum NPYFile {
  /// Reads an array in double precision; integers beyond 2⁵³ are rounded, `True` is 1.
  ///
  /// - Parameters:
  ///   - input: The file's bytes.
  ///   - limits: Its `maximumMemory` bounds the elements held, 8 bytes each, and the bytes they are read from.
  /// - Returns: The numbers in row-major order.
  /// - Throws: `npy.…`, `limit.memory`, `io.read`.
  public static func read(_ input: ByteInput, limits: DecodeLimits = DecodeLimits()) throws(CodecError) -> NumericArray
  {
    let (header, _, values) = try elements(of: input, limits: limits, as: Double.self)
    return NumericArray(shape: header.shape, values: values)
  }

  /// Reads an array in single precision: whatever does not fit is rounded to the nearest.
  ///
  /// - Parameters:
  ///   - input: The file's bytes.
  ///   - limits: Its `maximumMemory` bounds the elements held, 4 bytes each, and the bytes they are read from.
  /// - Returns: The tensor, row-major, of the file's shape.
  /// - Throws: `npy.…`, `limit.memory`, `io.read`.
  public static func readTensor(_ input: ByteInput, limits: DecodeLimits = DecodeLimits()) throws(CodecError) -> Tensor
  {
    try readTensorWithLoss(input, limits: limits).tensor
  }

  /// Reads an array as `readTensor` does, and says in words what it lost: numbers that became infinite, and whole numbers that may be
  /// other ones now; `nil` where nothing but the last digits of fractions.
  ///
  /// - Throws: `npy.…`, `limit.memory`, `io.read`.
  public static func readTensorWithLoss(
    _ input: ByteInput, limits: DecodeLimits = DecodeLimits()
  ) throws(CodecError) -> (tensor: Tensor, loss: String?) {
    let (header, bytes, values) = try elements(of: input, limits: limits, as: Float.self)
    return (Tensor(shape: header.shape, elements: values), header.loss(of: bytes, as: values))
  }

  /// Writes a tensor as `<f4` in row-major order, version 1.0, as NumPy does.
  public static func write(_ tensor: Tensor, descriptor: Int32) throws(CodecError) {
    try output(header(tensor.shape), to: descriptor)
    try outputBlocks(of: tensor.elements, to: descriptor) { $0.bitPattern.littleEndian }
  }

  /// The bytes before the numbers of an array, padded with blanks so that the numbers start at a multiple of 64.
  static func header(_ shape: Shape, type: String = "<f4") -> [UInt8] {
    let extents = shape.rank == 1 ? "\(shape[0])," : shape.extents.map(String.init).joined(separator: ", ")
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    let length = (10 + text.count + 1 + 63) / 64 * 64 - 10
    text += Array(repeating: UInt8(ascii: " "), count: length - 1 - text.count) + [UInt8(ascii: "\n")]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
  }

  /// The numbers as a `<f4` array stores them.
  static func littleEndianBytes(_ values: [Float]) -> [UInt8] {
    let bits = values.map(\.bitPattern.littleEndian)
    return unsafe bits.withUnsafeBytes { unsafe Array($0) }
  }

  /// Writes bytes at the current position, or at an offset.
  static func output(_ bytes: [UInt8], to descriptor: Int32, at offset: Int? = nil) throws(CodecError) {
    var error = imgconv_error()
    let done = unsafe imgconv_output_write(descriptor, bytes, bytes.count, Int64(offset ?? -1), &error)
    if done == 0 { throw CodecError(error) }
  }

  private static func elements<Scalar: BinaryFloatingPoint>(
    of input: ByteInput, limits: DecodeLimits, as type: Scalar.Type
  ) throws(CodecError) -> (NPYHeader, [UInt8], [Scalar]) {
    let stream = try InputStream(input)
    let header = try NPYHeader(from: stream)
    let count = header.shape.elementCount
    let (needed, overflow) = count.multipliedReportingOverflow(by: header.byteCount + MemoryLayout<Scalar>.size)
    guard !overflow, needed <= limits.maximumMemory else {
      throw CodecError(
        .tooMuchMemory,
        "\(header.shape) numbers need more than the \(limits.maximumMemory) bytes that may be used (--max-memory)")
    }
    let byteCount = count * header.byteCount
    if let size = stream.size, size < byteCount { throw truncated(header, found: nil, expected: byteCount) }
    let bytes = try stream.read(byteCount)
    guard bytes.count == byteCount else { throw truncated(header, found: bytes.count, expected: byteCount) }
    guard try stream.read(1).isEmpty else { throw CodecError(.npyCorrupt, "more follows its \(header.shape) numbers") }
    let values: [Scalar] = header.values(bytes)
    return (header, bytes, header.isFortranOrder ? rowMajor(values, shape: header.shape) : values)
  }

  private static func truncated(_ header: NPYHeader, found: Int?, expected: Int) -> CodecError {
    let end = found.map { "after \($0) of \(expected) bytes" } ?? "before \(expected) bytes"
    return CodecError(.npyTruncated, "the file ends \(end) of its \(header.shape) numbers")
  }

  /// Puts numbers whose first axis varies fastest into the order where the last does.
  private static func rowMajor<Scalar>(_ values: [Scalar], shape: Shape) -> [Scalar] {
    var steps = shape.extents
    var step = 1
    for axis in steps.indices {
      steps[axis] = step
      step *= shape[axis]
    }
    var index = Array(repeating: 0, count: shape.rank)
    var offset = 0
    return values.indices.map { _ in
      let value = values[offset]
      for axis in index.indices.reversed() {
        index[axis] += 1
        offset += steps[axis]
        if index[axis] < shape[axis] { break }
        offset -= steps[axis] * shape[axis]
        index[axis] = 0
      }
      return value
    }
  }
}

extension NPYHeader {
  /// The elements that `bytes` store, in their order.
  fileprivate func values<Scalar: BinaryFloatingPoint>(_ bytes: [UInt8]) -> [Scalar] {
    switch (kind, byteCount) {
    case (.float, 2): convert(bytes) { (bits: UInt16) in Scalar(Float(half: bits)) }
    case (.float, 4): convert(bytes) { (bits: UInt32) in Scalar(Float(bitPattern: bits)) }
    case (.float, _): convert(bytes) { (bits: UInt64) in Scalar(Double(bitPattern: bits)) }
    case (.signed, 1): convert(bytes) { (number: Int8) in Scalar(number) }
    case (.signed, 2): convert(bytes) { (number: Int16) in Scalar(number) }
    case (.signed, 4): convert(bytes) { (number: Int32) in Scalar(number) }
    case (.signed, _): convert(bytes) { (number: Int64) in Scalar(number) }
    case (.unsigned, 1): convert(bytes) { (number: UInt8) in Scalar(number) }
    case (.unsigned, 2): convert(bytes) { (number: UInt16) in Scalar(number) }
    case (.unsigned, 4): convert(bytes) { (number: UInt32) in Scalar(number) }
    case (.unsigned, _): convert(bytes) { (number: UInt64) in Scalar(number) }
    case (.boolean, _): convert(bytes) { (byte: UInt8) in byte == 0 ? 0 : 1 }
    }
  }

  /// What the numbers that `bytes` store lost when they became `values`, in any order.
  fileprivate func loss(of bytes: [UInt8], as values: [Float]) -> String? {
    switch (kind, byteCount) {
    case (.float, 8) where values.contains(where: \.isInfinite):
      let lost = convert(bytes) { (bits: UInt64) in
        let value = Double(bitPattern: bits)
        return value.isFinite && Float(value).isInfinite
      }.count { $0 }
      return lost == 0 ? nil : "\(lost.counted("number")) beyond the range of 32-bit floats became infinite"
    case (.signed, 4...), (.unsigned, 4...):
      let lost = values.count { abs($0) >= 0x1p24 }
      return lost == 0
        ? nil : "\(lost.counted("integer")) of 2²⁴ or more may be rounded: 32-bit floats do not hold all of them"
    default: return nil
    }
  }

  /// Loads one integer after the other, at any alignment; `bytes` are a whole number of them.
  private func convert<Bits: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ bytes: [UInt8], _ value: (Bits) -> Scalar
  ) -> [Scalar] {
    unsafe bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Bits>.size).map { offset in
        let bits = unsafe raw.loadUnaligned(fromByteOffset: offset, as: Bits.self)
        return value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
      }
    }
  }
}
