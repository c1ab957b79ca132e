import Networks
import ONNXSchema
import Tensors

/// Makes values of the tensors of an ONNX file, as long as there is memory left.
struct ONNXTensorReader {
  private(set) var memoryLeft: Int

  init(memoryLeft: Int) { self.memoryLeft = memoryLeft }

  /// The value of a tensor.
  ///
  /// - Throws: `ModelFileError` where its numbers are not as many as its shape counts, or of a type that is not read.
  mutating func value(of tensor: Onnx_TensorData) throws(ModelFileError) -> NetworkValue {
    let name = tensor.name.isEmpty ? "a tensor" : "the tensor '\(tensor.name)'"
    guard tensor.dataLocation == 0 else {
      throw ModelFileError(.unsupported, "\(name) is in another file; expected all weights in one file")
    }
    let shape: Shape
    do { shape = try Shape(tensor.dims.map(Int.init)) } catch { throw ModelFileError(.corrupt, "\(name): \(error)") }
    guard shape.elementCount <= memoryLeft / MemoryLayout<Int>.size else {
      throw ModelFileError(
        .memory, "\(name) has \(shape) numbers; \(memoryLeft) bytes of memory are left, --max-memory allows more")
    }
    let value = try value(of: tensor, name, shape)
    guard value.count == shape.elementCount else {
      throw ModelFileError(.corrupt, "\(name) is \(shape), and has \(value.count) numbers")
    }
    memoryLeft -= shape.elementCount * MemoryLayout<Int>.size
    return value.asValue(shape)
  }

  /// The numbers of a tensor, whatever its shape says.
  private enum Numbers {
    case floats([Float])
    case integers([Int])

    var count: Int {
      switch self {
      case .floats(let numbers): numbers.count
      case .integers(let numbers): numbers.count
      }
    }

    func asValue(_ shape: Shape) -> NetworkValue {
      switch self {
      case .floats(let numbers): .floats(Tensor(shape: shape, elements: numbers))
      case .integers(let numbers): .integers(IntegerTensor(shape: shape, elements: numbers))
      }
    }
  }

  /// The types are numbered in the format; their numbers lie in raw bytes, least significant first, or in a list of their own.
  private func value(of tensor: Onnx_TensorData, _ name: String, _ shape: Shape) throws(ModelFileError) -> Numbers {
    let raw = Array(tensor.rawData)
    let width: Int? =
      switch tensor.dataType {
      case 1, 6, 12: 4
      case 2, 3, 9: 1
      case 4, 5, 10, 16: 2
      case 7, 11, 13: 8
      default: nil
      }
    guard let width else {
      throw ModelFileError(.unsupported, "\(name) is of the type \(tensor.dataType); expected numbers")
    }
    guard raw.isEmpty || raw.count == shape.elementCount * width else {
      throw ModelFileError(.corrupt, "\(name) is \(shape), and has \(raw.count) bytes of numbers")
    }
    let isRaw = !raw.isEmpty
    switch tensor.dataType {
    case 1: return .floats(isRaw ? raw.littleEndian { (bits: UInt32) in Float(bitPattern: bits) } : tensor.floatData)
    case 11:
      return .floats(
        isRaw
          ? raw.littleEndian { (bits: UInt64) in Float(Double(bitPattern: bits)) } : tensor.doubleData.map(Float.init)
      )
    case 10:
      return .floats(
        (isRaw ? raw.littleEndian { $0 } : tensor.int32Data.map(UInt16.init(truncatingIfNeeded:))).map(
          Float.init(half:)))
    case 16:
      return .floats(
        (isRaw ? raw.littleEndian { $0 } : tensor.int32Data.map(UInt16.init(truncatingIfNeeded:))).map {
          Float(bitPattern: UInt32($0) << 16)
        })
    case 2, 9: return .integers(isRaw ? raw.map(Int.init) : tensor.int32Data.map(Int.init))
    case 3:
      return .integers(isRaw ? raw.littleEndian { (number: Int8) in Int(number) } : tensor.int32Data.map(Int.init))
    case 4:
      return .integers(isRaw ? raw.littleEndian { (number: UInt16) in Int(number) } : tensor.int32Data.map(Int.init))
    case 5:
      return .integers(isRaw ? raw.littleEndian { (number: Int16) in Int(number) } : tensor.int32Data.map(Int.init))
    case 6:
      return .integers(isRaw ? raw.littleEndian { (number: Int32) in Int(number) } : tensor.int32Data.map(Int.init))
    case 7:
      return .integers(isRaw ? raw.littleEndian { (number: Int64) in Int(number) } : tensor.int64Data.map(Int.init))
    case 12:
      return .integers(
        isRaw ? raw.littleEndian { (number: UInt32) in Int(number) } : tensor.uint64Data.map { Int(clamping: $0) })
    default:
      return .integers(
        (isRaw ? raw.littleEndian { (number: UInt64) in number } : tensor.uint64Data).map { Int(clamping: $0) })
    }
  }
}
