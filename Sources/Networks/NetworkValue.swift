public import Tensors

/// What goes along an edge of a network: a tensor of 32-bit floats, or whole numbers such as shapes, places and truth values.
public enum NetworkValue: Hashable, Sendable {
  /// Samples, weights, feature maps.
  case floats(Tensor)
  /// Whole numbers; truth values are 0 and 1.
  case integers(IntegerTensor)

  /// The extents, outermost axis first.
  public var shape: Shape {
    switch self {
    case .floats(let tensor): tensor.shape
    case .integers(let tensor): tensor.shape
    }
  }

  /// The bytes that its elements take.
  public var byteCount: Int {
    switch self {
    case .floats(let tensor): tensor.shape.elementCount * MemoryLayout<Float>.size
    case .integers(let tensor): tensor.shape.elementCount * MemoryLayout<Int>.size
    }
  }
}

/// A row-major array of whole numbers.
public struct IntegerTensor: Hashable, Sendable {
  /// The extents, outermost axis first.
  public let shape: Shape
  /// The elements: the last axis varies fastest.
  public let elements: [Int]

  /// Creates a tensor; traps unless there are as many elements as the shape counts.
  public init(shape: Shape, elements: [Int]) {
    precondition(shape.elementCount == elements.count, "a \(shape) tensor does not hold \(elements.count) integers")
    self.shape = shape
    self.elements = elements
  }
}
