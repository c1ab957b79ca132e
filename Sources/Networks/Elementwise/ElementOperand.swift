import Tensors

/// A tensor as an operand of a program whose results have a shape that it is broadcast to.
enum ElementOperand {
  /// One number for all elements.
  case number(Float)
  /// A number for each element.
  case full([Float])
  /// Element `i` of the result takes element `(i / run) mod count`: one number a channel, a row or a column.
  case cyclic([Float], run: Int)

  /// Sees a tensor under the shape of a result that it is broadcast to.
  init(_ tensor: Tensor, in shape: Shape) {
    if tensor.elements.count == 1 {
      self = .number(tensor.elements[0])
    } else if tensor.elements.count == shape.elementCount {
      self = .full(tensor.elements)
    } else if let run = Self.run(of: tensor.shape, in: shape) {
      self = .cyclic(tensor.elements, run: run)
    } else {
      self = .full(ArrayView(tensor.shape).broadcast(to: shape.extents).copy(of: tensor.elements))
    }
  }

  /// How often each element follows itself, where the axes that are not repeated stand together.
  private static func run(of small: Shape, in large: Shape) -> Int? {
    let extents = Array(repeating: 1, count: large.rank - small.rank) + small.extents
    guard let first = extents.firstIndex(where: { $0 != 1 }), let last = extents.lastIndex(where: { $0 != 1 }),
      extents[first...last].elementsEqual(large.extents[first...last])
    else { return nil }
    return large.extents[(last + 1)...].reduce(1, *)
  }

  /// The elements, where there is more than one number.
  var elements: [Float] {
    switch self {
    case .number: []
    case .full(let elements), .cyclic(let elements, _): elements
    }
  }

  /// The elements after which the operand begins something new: another number, or its first element again.
  var period: Int? {
    guard case .cyclic(let elements, let run) = self else { return nil }
    return run > 1 ? run : elements.count
  }
}
