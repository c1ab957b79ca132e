/// An array of numbers as a file holds them: a shape and the elements in row-major order, in double precision.
///
/// It carries what is read from `.npy` and `.npz` files to whoever makes a tensor or a kernel of it.
public struct NumericArray: Hashable, Sendable {
  /// The extents, outermost axis first; empty for a scalar.
  public let shape: Shape
  /// The elements in row-major order.
  public let values: [Double]

  /// Creates an array; traps unless there are as many values as the shape counts.
  public init(shape: Shape, values: [Double]) {
    precondition(values.count == shape.elementCount, "a \(shape) array does not hold \(values.count) values")
    self.shape = shape
    self.values = values
  }
}
