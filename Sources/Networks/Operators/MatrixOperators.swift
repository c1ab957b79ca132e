import Convolution
import Tensors

/// `MatMul` and `Gemm`, as convolutions of one tap: the left matrix holds the weights, the right one a sample in each column.
enum MatrixOperators {
  static func product(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (left, right) = (try arguments.tensor(0), try arguments.tensor(1))
    // A vector is a row on the left and a column on the right; the axis of one element is taken out again.
    let isRow = left.shape.rank == 1
    let isColumn = right.shape.rank == 1
    let a = isRow ? left.reshaped(to: try arguments.shape([1] + left.shape.extents)) : left
    let b = isColumn ? right.reshaped(to: try arguments.shape(right.shape.extents + [1])) : right
    guard a.shape.rank >= 2, b.shape.rank >= 2 else { throw arguments.mismatch("one number is no matrix") }
    let product = try product(a, b, arguments)
    var extents = product.shape.extents
    if isColumn { extents.removeLast() }
    if isRow { extents.remove(at: extents.count - (isColumn ? 1 : 2)) }
    return [.floats(product.reshaped(to: try arguments.shape(extents)))]
  }

  static func general(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    var (a, b) = (try arguments.tensor(0), try arguments.tensor(1))
    guard a.shape.rank == 2, b.shape.rank == 2 else {
      throw arguments.mismatch("multiplies \(a.shape) by \(b.shape); expected matrices")
    }
    if try arguments.integer("transA", or: 0) != 0 { a = try transposed(a, arguments) }
    if try arguments.integer("transB", or: 0) != 0 { b = try transposed(b, arguments) }
    let (alpha, beta) = (try arguments.number("alpha", or: 1), try arguments.number("beta", or: 1))
    let product = try product(a, b, arguments)
    var program = ElementwiseProgram(shape: product.shape)
    var sum = program.addOperand(product)
    var last = -1
    func apply(_ function: ElementFunction, _ a: ElementwiseProgram.Source, _ b: ElementwiseProgram.Source) {
      sum = program.append(function, [a, b])
      last += 1
    }
    if alpha != 1 { apply(.product, sum, program.addOperand(Tensor(repeating: alpha, shape: .scalar))) }
    if let c = try arguments.optionalTensor(2) {
      guard Broadcasting.extents([c.shape, product.shape]) == product.shape.extents else {
        throw arguments.mismatch("adds \(c.shape) to \(product.shape)")
      }
      var addend = program.addOperand(c)
      if beta != 1 {
        addend = program.append(.product, [addend, program.addOperand(Tensor(repeating: beta, shape: .scalar))])
        last += 1
      }
      apply(.sum, sum, addend)
    }
    return [.floats(last < 0 ? product : program.results(of: [last], threadCount: arguments.threadCount)[0])]
  }

  private static func transposed(_ matrix: Tensor, _ arguments: Arguments) throws(NetworkError) -> Tensor {
    let view = ArrayView(matrix.shape).transposed([1, 0])
    return Tensor(shape: try arguments.shape(view.extents), elements: view.copy(of: matrix.elements))
  }

  /// The product of matrices in the last two axes; the others are broadcast.
  private static func product(_ a: Tensor, _ b: Tensor, _ arguments: Arguments) throws(NetworkError) -> Tensor {
    let (rows, inner, columns) = (
      a.shape[a.shape.rank - 2], a.shape[a.shape.rank - 1], b.shape[b.shape.rank - 1]
    )
    let (aBatch, bBatch) = (Array(a.shape.extents.dropLast(2)), Array(b.shape.extents.dropLast(2)))
    guard b.shape[b.shape.rank - 2] == inner,
      let batch = Broadcasting.extents([try arguments.shape(aBatch), try arguments.shape(bBatch)])
    else { throw arguments.mismatch("multiplies \(a.shape) by \(b.shape)") }
    let shape = try arguments.shape(batch + [rows, columns])
    guard shape.elementCount > 0, inner > 0 else { return Tensor(repeating: 0, shape: shape) }
    var (left, right, groups) = (a.elements, b.elements, 1)
    var height = rows
    if bBatch.allSatisfy({ $0 == 1 }) {
      // One matrix on the right: those on the left stand below one another.
      height = rows * batch.reduce(1, *)
    } else {
      groups = batch.reduce(1, *)
      height = rows * groups
      left = ArrayView(a.shape).broadcast(to: batch + [rows, inner]).copy(of: left)
      right = ArrayView(b.shape).broadcast(to: batch + [inner, columns]).copy(of: right)
    }
    let weight = Tensor(shape: try arguments.shape([height, inner, 1]), elements: left)
    let samples = Tensor(shape: try arguments.shape([1, groups * inner, columns]), elements: right)
    return Tensor(shape: shape, elements: try multiplied(weight, samples, groups: groups, arguments))
  }

  private static func multiplied(
    _ weight: Tensor, _ samples: Tensor, groups: Int, _ arguments: Arguments
  ) throws(NetworkError) -> [Float] {
    guard weight.elements.allSatisfy(\.isFinite) else { return plain(weight, samples, groups: groups) }
    return try arguments.calling { () throws(OperatorError) in
      let convolution = try TensorConvolution(
        input: samples.shape, weight: weight.shape, window: WindowParameters(spatialRank: 1), group: groups)
      return try arguments.layers.layer(
        arguments.node.name, fitting: convolution, isKept: arguments.isConstant[0]
      ) { () throws(OperatorError) in
        try PreparedConvolution(convolution, weight: weight, algorithm: .direct, threadCount: arguments.threadCount)
      }.forward(samples).elements
    }
  }

  /// The product where weights are infinite or no numbers, which layers refuse.
  private static func plain(_ weight: Tensor, _ samples: Tensor, groups: Int) -> [Float] {
    let (rows, inner, columns) = (weight.shape[0] / groups, weight.shape[1], samples.shape[2])
    return (0..<weight.shape[0]).flatMap { row in
      (0..<columns).map { column in
        (0..<inner).reduce(Float(0)) { sum, place in
          sum + weight.elements[row * inner + place]
            * samples.elements[((row / rows) * inner + place) * columns + column]
        }
      }
    }
  }
}
