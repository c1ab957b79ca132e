import Convolution
import Tensors

/// Operators that make and change shapes, and leave the order of elements as it is.
enum ShapeOperators {
  static func identity(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] { [try arguments.value(0)] }

  /// The extents of a value, or of some of its axes.
  static func shape(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let extents = try arguments.value(0).shape.extents
    func place(_ name: String, or standard: Int) throws(NetworkError) -> Int {
      let axis = try arguments.integer(name, or: standard)
      return min(max(axis < 0 ? axis + extents.count : axis, 0), extents.count)
    }
    let (start, end) = (try place("start", or: 0), try place("end", or: extents.count))
    return [try list(Array(extents[start..<max(start, end)]), arguments)]
  }

  static func size(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    [.integers(IntegerTensor(shape: .scalar, elements: [try arguments.value(0).shape.elementCount]))]
  }

  /// Other extents for the same elements: 0 keeps an extent, −1 is what is left.
  static func reshape(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    guard var extents = try arguments.integers("shape", orInput: 1) else {
      throw NetworkError(.attribute, "\(arguments.node) has no shape")
    }
    if try arguments.integer("allowzero", or: 0) == 0 {
      for axis in extents.indices where extents[axis] == 0 {
        guard axis < value.shape.rank else { throw arguments.mismatch("\(value.shape) cannot become \(extents)") }
        extents[axis] = value.shape[axis]
      }
    }
    if let free = extents.firstIndex(of: -1) {
      extents[free] = 1
      let known = try arguments.shape(extents).elementCount
      guard known > 0, value.shape.elementCount % known == 0 else {
        throw arguments.mismatch("the \(value.shape.elementCount) elements of \(value.shape) cannot become \(extents)")
      }
      extents[free] = value.shape.elementCount / known
    }
    return [try reshaped(value, extents, arguments)]
  }

  static func flatten(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let rank = value.shape.rank
    let axis = try arguments.integer("axis", or: 1)
    guard (-rank...rank).contains(axis) else {
      throw arguments.mismatch("the axis \(axis) is not one of \(value.shape)")
    }
    let split = axis < 0 ? axis + rank : axis
    let extents = value.shape.extents
    return [
      try reshaped(value, [extents[..<split].reduce(1, *), extents[split...].reduce(1, *)], arguments)
    ]
  }

  static func squeeze(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let extents = value.shape.extents
    let named = try arguments.integers("axes", orInput: 1)
    let axes =
      try named.map { (axes) throws(NetworkError) in try arguments.axes(axes, rank: extents.count) }
      ?? Set(extents.indices.filter { extents[$0] == 1 })
    if let axis = axes.first(where: { extents[$0] != 1 }) {
      throw arguments.mismatch("the axis \(axis) of \(value.shape) has more than one element")
    }
    return [try reshaped(value, extents.indices.filter { !axes.contains($0) }.map { extents[$0] }, arguments)]
  }

  static func unsqueeze(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let named = try arguments.integers("axes", orInput: 1) ?? []
    let rank = value.shape.rank + named.count
    let axes = try arguments.axes(named, rank: rank)
    guard axes.count == named.count else { throw arguments.mismatch("names an axis twice: \(named)") }
    var rest = value.shape.extents.makeIterator()
    return [try reshaped(value, (0..<rank).map { axes.contains($0) ? 1 : rest.next() ?? 1 }, arguments)]
  }

  /// Floats become whole numbers, cut off towards 0, or truth values; whole numbers become floats.
  static func cast(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let type = try arguments.integer("to", or: 1)
    switch (value, type) {
    // Floats of every width are computed with as 32-bit floats.
    case (.floats, 1), (.floats, 10), (.floats, 11): return [value]
    case (.integers(let tensor), 1), (.integers(let tensor), 10), (.integers(let tensor), 11):
      return [.floats(Tensor(shape: tensor.shape, elements: tensor.elements.map(Float.init)))]
    case (.floats(let tensor), 9):
      return [.integers(IntegerTensor(shape: tensor.shape, elements: tensor.elements.map { $0 == 0 ? 0 : 1 }))]
    case (.floats(let tensor), 2...7), (.floats(let tensor), 12...13):
      let integers = tensor.elements.map { Int(Double($0).clampedForIntegers) }
      return [.integers(IntegerTensor(shape: tensor.shape, elements: integers))]
    case (.integers(let tensor), 9):
      return [.integers(IntegerTensor(shape: tensor.shape, elements: tensor.elements.map { $0 == 0 ? 0 : 1 }))]
    case (.integers, 2...7), (.integers, 12...13): return [value]
    default: throw arguments.unsupported("casts to the type \(type); expected numbers")
    }
  }

  /// A value everywhere.
  static func filled(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let shape = try arguments.shape(try arguments.integers(0))
    switch arguments.node.attributes["value"] {
    case .value(.integers(let tensor))?:
      return [
        .integers(
          IntegerTensor(
            shape: shape, elements: Array(repeating: tensor.elements.first ?? 0, count: shape.elementCount)))
      ]
    case .value(.floats(let tensor))?:
      return [.floats(Tensor(repeating: tensor.elements.first ?? 0, shape: shape))]
    default: return [.floats(Tensor(repeating: 0, shape: shape))]
    }
  }

  /// Numbers from a first one up to a limit, by steps.
  static func range(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (start, limit, step) = (
      Double(try arguments.number(0)), Double(try arguments.number(1)), Double(try arguments.number(2))
    )
    guard step != 0, start.isFinite, limit.isFinite else {
      throw NetworkError(.value, "\(arguments.node) goes from \(start) to \(limit) by \(step)")
    }
    let count = Int(max(0, ((limit - start) / step).rounded(.up)).clampedForIntegers)
    let shape = try arguments.shape([count])
    if case .integers = try arguments.value(0) {
      let (first, by) = (Int(start.clampedForIntegers), Int(step.clampedForIntegers))
      return [.integers(IntegerTensor(shape: shape, elements: (0..<count).map { first &+ $0 &* by }))]
    }
    return [.floats(Tensor(shape: shape, elements: (0..<count).map { Float(start + Double($0) * step) }))]
  }

  /// Whole numbers in a row.
  private static func list(_ numbers: [Int], _ arguments: Arguments) throws(NetworkError) -> NetworkValue {
    .integers(IntegerTensor(shape: try arguments.shape([numbers.count]), elements: numbers))
  }

  private static func reshaped(
    _ value: NetworkValue, _ extents: [Int], _ arguments: Arguments
  ) throws(NetworkError) -> NetworkValue {
    let shape = try arguments.shape(extents)
    guard shape.elementCount == value.shape.elementCount else {
      throw arguments.mismatch("the \(value.shape.elementCount) elements of \(value.shape) cannot become \(shape)")
    }
    return switch value {
    case .floats(let tensor): .floats(tensor.reshaped(to: shape))
    case .integers(let tensor): .integers(IntegerTensor(shape: shape, elements: tensor.elements))
    }
  }
}
