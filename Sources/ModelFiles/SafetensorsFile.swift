public import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files of named tensors as machine-learning programs write them (`.safetensors`): eight bytes of length, a JSON header, the numbers.
public enum SafetensorsFile {
  /// The most bytes of a header, as the format's own reader has it.
  private static let longestHeader = 100_000_000

  /// Where a tensor lies, as the header says it.
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// What a header holds under a name: a tensor, or words about the file.
  private enum Item: Decodable {
    case tensor(Entry)
    case words

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) {
        self = .tensor(entry)
      } else {
        _ = try decoder.singleValueContainer().decode([String: String].self)
        self = .words
      }
    }
  }

  /// Whether bytes begin as such a file does: a length that fits, then a brace.
  public static func isRecognised(_ bytes: [UInt8]) -> Bool {
    headerLength(bytes) != nil && bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
  }

  /// Reads all tensors of real numbers: F64, F32, F16, BF16 and the integers.
  ///
  /// - Parameter bytes: the file.
  /// - Returns: the tensors by name, in 32-bit floats.
  /// - Throws: `ModelFileError`.
  public static func read(_ bytes: [UInt8]) throws(ModelFileError) -> [String: Tensor] {
    guard let length = headerLength(bytes) else {
      throw ModelFileError(.corrupt, "it is no .safetensors file, or cut short: its header does not fit")
    }
    let header: [String: Item]
    do { header = try JSONDecoder().decode([String: Item].self, from: Data(bytes[8..<8 + length])) } catch {
      throw ModelFileError(.corrupt, "its header is not the JSON of a .safetensors file")
    }
    let data = Array(bytes[(8 + length)...])
    var tensors: [String: Tensor] = [:]
    var left = data.count
    for (name, item) in header {
      guard case .tensor(let entry) = item else { continue }
      tensors[name] = try tensor(name, entry, data, left: &left)
    }
    return tensors
  }

  private static func headerLength(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 8, let length = Array(bytes[..<8]).littleEndian({ (number: UInt64) in number }).first,
      length <= UInt64(min(longestHeader, bytes.count - 8))
    else { return nil }
    return Int(length)
  }

  private static func tensor(_ name: String, _ entry: Entry, _ data: [UInt8], left: inout Int) throws(ModelFileError)
    -> Tensor
  {
    let shape: Shape
    do { shape = try Shape(entry.shape) } catch { throw ModelFileError(.corrupt, "'\(name)': \(error)") }
    guard entry.offsets.count == 2, entry.offsets[0] >= 0, entry.offsets[0] <= entry.offsets[1],
      entry.offsets[1] <= data.count
    else {
      throw ModelFileError(
        .corrupt, "'\(name)' lies at \(entry.offsets) of \(data.count) bytes; expected a place within them")
    }
    // Tensors do not share bytes, so that all of them are no larger than the file.
    left -= entry.offsets[1] - entry.offsets[0]
    guard left >= 0 else { throw ModelFileError(.corrupt, "its tensors have more bytes than there are") }
    let bytes = Array(data[entry.offsets[0]..<entry.offsets[1]])
    let values: [Float]
    switch entry.dtype {
    case "F64": values = bytes.littleEndian { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case "F32": values = bytes.littleEndian { (bits: UInt32) in Float(bitPattern: bits) }
    case "F16": values = bytes.littleEndian { (bits: UInt16) in Float(half: bits) }
    case "BF16": values = bytes.littleEndian { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case "I64": values = bytes.littleEndian { (number: Int64) in Float(number) }
    case "I32": values = bytes.littleEndian { (number: Int32) in Float(number) }
    case "I16": values = bytes.littleEndian { (number: Int16) in Float(number) }
    case "I8": values = bytes.littleEndian { (number: Int8) in Float(number) }
    case "U8", "BOOL": values = bytes.map(Float.init)
    default:
      throw ModelFileError(.unsupported, "'\(name)' is of the type \(entry.dtype); expected real numbers")
    }
    guard values.count == shape.elementCount else {
      throw ModelFileError(.corrupt, "'\(name)' is \(shape), and has \(values.count) numbers")
    }
    return Tensor(shape: shape, elements: values)
  }
}
