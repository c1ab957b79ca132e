import Tensors

/// Operators on truth values, and those that make them: whole numbers, of which 0 is false.
enum LogicOperators {
  /// A comparison of two values, element by element.
  static func comparison(_ holds: @escaping @Sendable (Double, Double) -> Bool) -> OperatorTable.Operator {
    { arguments throws(NetworkError) in
      let shape = try common(arguments, 0, 1)
      let (a, b) = (try numbers(arguments, 0, shape), try numbers(arguments, 1, shape))
      return [.integers(IntegerTensor(shape: shape, elements: zip(a, b).map { holds($0, $1) ? 1 : 0 }))]
    }
  }

  static func negation(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let values = try arguments.integers(0)
    return [.integers(IntegerTensor(shape: try arguments.value(0).shape, elements: values.map { $0 == 0 ? 1 : 0 }))]
  }

  /// The elements of the second value where the first is true, and of the third where it is not.
  static func selection(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let condition = try arguments.value(0).shape
    let shapes = [condition, try arguments.value(1).shape, try arguments.value(2).shape]
    guard let extents = Broadcasting.extents(shapes) else {
      throw arguments.mismatch("chooses by \(shapes[0]) between \(shapes[1]) and \(shapes[2])")
    }
    let shape = try arguments.shape(extents)
    let chosen = ArrayView(condition).broadcast(to: extents).copy(of: try arguments.integers(0))
    if case .integers(let a) = try arguments.value(1), case .integers(let b) = try arguments.value(2) {
      let (yes, no) = (broadcast(a, to: extents), broadcast(b, to: extents))
      let elements = chosen.indices.map { chosen[$0] != 0 ? yes[$0] : no[$0] }
      return [.integers(IntegerTensor(shape: shape, elements: elements))]
    }
    let (a, b) = (try arguments.tensor(1), try arguments.tensor(2))
    let yes = ArrayView(a.shape).broadcast(to: extents).copy(of: a.elements)
    let no = ArrayView(b.shape).broadcast(to: extents).copy(of: b.elements)
    return [.floats(Tensor(shape: shape, elements: chosen.indices.map { chosen[$0] != 0 ? yes[$0] : no[$0] }))]
  }

  /// An element-wise function of whole numbers, such as the arithmetic of shapes.
  static func function(_ function: ElementFunction, _ arguments: Arguments) throws(NetworkError) -> NetworkValue {
    let first = try arguments.value(0).shape
    let shape = function.operandCount == 2 ? try common(arguments, 0, 1) : first
    let operands = try (0..<function.operandCount).map { (index) throws(NetworkError) in
      broadcast(
        IntegerTensor(shape: try arguments.value(index).shape, elements: try arguments.integers(index)),
        to: shape.extents)
    }
    var results: [Int] = []
    for index in 0..<shape.elementCount {
      guard let result = function.ofIntegers(operands[0][index], operands.count > 1 ? operands[1][index] : 0) else {
        throw arguments.unsupported("is applied to whole numbers; expected fractions")
      }
      results.append(result)
    }
    return .integers(IntegerTensor(shape: shape, elements: results))
  }

  private static func common(_ arguments: Arguments, _ first: Int, _ second: Int) throws(NetworkError) -> Shape {
    let shapes = [try arguments.value(first).shape, try arguments.value(second).shape]
    guard let extents = Broadcasting.extents(shapes) else {
      throw arguments.mismatch("reads \(shapes[0]) and \(shapes[1])")
    }
    return try arguments.shape(extents)
  }

  private static func broadcast(_ tensor: IntegerTensor, to extents: [Int]) -> [Int] {
    ArrayView(tensor.shape).broadcast(to: extents).copy(of: tensor.elements)
  }

  private static func numbers(_ arguments: Arguments, _ index: Int, _ shape: Shape) throws(NetworkError) -> [Double] {
    switch try arguments.value(index) {
    case .integers(let tensor): broadcast(tensor, to: shape.extents).map(Double.init)
    case .floats(let tensor):
      ArrayView(tensor.shape).broadcast(to: shape.extents).copy(of: tensor.elements).map(Double.init)
    }
  }
}
