public import Foundation
public import Tensors

/// An array read from a `.npy` file of a fixture: what NumPy writes for plain arrays of the machine's byte order, and no more.
public struct NPYFixture {
  /// The extents, outermost first.
  public let extents: [Int]
  /// The elements in row-major order.
  public let values: [Double]

  /// Why a fixture cannot be used.
  public struct Failure: Error, CustomStringConvertible {
    /// The file and what is wrong with it.
    public let description: String

    /// Creates a failure from its sentence.
    public init(description: String) {
      self.description = description
    }
  }

  /// Reads a file of format version 1 or 2 with elements `f4`, `f8` or `i8`, little-endian, row-major.
  public init(_ url: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: url))
    func failure(_ what: String) -> Failure { Failure(description: "\(url.path): \(what)") }
    guard bytes.count > 12, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw failure("not a .npy file")
    }
    let long = bytes[6] > 1
    let headerLength =
      Int(bytes[8]) | Int(bytes[9]) << 8 | (long ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (long ? 12 : 10) + headerLength
    guard bytes.count >= start else { throw failure("the header is cut off") }
    let header = String(decoding: bytes[(long ? 12 : 10)..<start], as: UTF8.self)
    guard header.contains("'fortran_order': False"), let open = header.firstIndex(of: "("),
      let close = header.firstIndex(of: ")")
    else { throw failure("not a row-major array: \(header)") }
    extents = header[header.index(after: open)..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    let count = extents.reduce(1, *)

    func elements<Bits: FixedWidthInteger>(_: Bits.Type, _ value: (Bits) -> Double) throws -> [Double] {
      let size = Bits.bitWidth / 8
      guard bytes.count == start + count * size else { throw failure("expected \(count) elements of \(size) bytes") }
      return (0..<count).map { index in
        var bits: Bits = 0
        for byte in 0..<size { bits |= Bits(truncatingIfNeeded: bytes[start + index * size + byte]) << (8 * byte) }
        return value(bits)
      }
    }
    if header.contains("'<f4'") {
      values = try elements(UInt32.self) { Double(Float(bitPattern: $0)) }
    } else if header.contains("'<f8'") {
      values = try elements(UInt64.self) { Double(bitPattern: $0) }
    } else if header.contains("'<i8'") {
      values = try elements(Int64.self) { Double($0) }
    } else {
      throw failure("elements of another type: \(header)")
    }
  }

  /// The array as a tensor of 32-bit floats.
  public var tensor: Tensor {
    get throws { Tensor(shape: try Shape(extents), elements: values.map { Float($0) }) }
  }
}
