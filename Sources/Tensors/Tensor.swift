/// A row-major array of 32-bit floats.
///
/// Images are `C×H×W`; network tensors are `N×C×H×W` or, in one dimension, `N×C×L`.
/// A tensor is a value: copies are independent, and share storage until one of them changes.
public struct Tensor: Hashable, Sendable {
  /// The extents, outermost axis first.
  public let shape: Shape

  /// The elements in row-major order: the last axis varies fastest.
  ///
  /// Assigning an array of another length traps.
  ///
  /// Changes happen in place: `tensor.elements[i] = x` copies nothing that is not shared.
  public var elements: [Float] {
    get { storage }
    _modify {
      yield &storage
      precondition(storage.count == shape.elementCount, "a \(shape) tensor holds \(shape.elementCount) elements")
    }
  }

  private var storage: [Float]

  /// Creates a tensor from its elements in row-major order.
  ///
  /// Traps unless there are exactly as many elements as the shape counts.
  public init(shape: Shape, elements: [Float]) {
    precondition(
      elements.count == shape.elementCount,
      "a \(shape) tensor holds \(shape.elementCount) elements, not \(elements.count)")
    self.shape = shape
    self.storage = elements
  }

  /// Creates a tensor whose every element is `value`.
  public init(repeating value: Float, shape: Shape) {
    self.shape = shape
    self.storage = Array(repeating: value, count: shape.elementCount)
  }

  /// The same elements, in the same order, under another shape of equal count; traps when the counts differ.
  public func reshaped(to shape: Shape) -> Tensor {
    Tensor(shape: shape, elements: elements)
  }
}
