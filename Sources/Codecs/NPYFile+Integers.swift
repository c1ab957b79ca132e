public import Tensors

extension NPYFile {
  /// Writes integers as `<i8` in row-major order, version 1.0, as NumPy does; traps unless there are as many as the shape counts.
  ///
  /// The pair of `read`, which gives them back exactly up to 2⁵³.
  public static func write(_ integers: [Int], shape: Shape, descriptor: Int32) throws(CodecError) {
    precondition(
      integers.count == shape.elementCount, "a \(shape) array does not hold \(integers.count) integers")
    try output(header(shape, type: "<i8"), to: descriptor)
    try outputBlocks(of: integers, to: descriptor) { Int64($0).littleEndian }
  }

  /// Writes elements block by block, each as the bytes of an integer, so that no copy of the whole array is made.
  static func outputBlocks<Element, Bits: BitwiseCopyable>(
    of elements: [Element], to descriptor: Int32, _ bits: (Element) -> Bits
  ) throws(CodecError) {
    let blockLength = 1 << 16
    for start in stride(from: 0, to: elements.count, by: blockLength) {
      let block = elements[start..<min(start + blockLength, elements.count)].map(bits)
      try output(unsafe block.withUnsafeBytes { unsafe Array($0) }, to: descriptor)
    }
  }
}
