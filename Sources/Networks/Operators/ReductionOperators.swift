import Convolution
import Tensors

/// Operators that make one number of all along some axes: `ReduceMean` and its kin, `GlobalAveragePool`, `ArgMax`.
enum ReductionOperators {
  /// What is made of numbers.
  enum Reduction: Sendable {
    case mean, sum, maximum, minimum, product, norm1, norm2, sumOfSquares
  }

  /// A reduction over the axes that are named, in an attribute or an input.
  static func reduce(_ reduction: Reduction) -> OperatorTable.Operator {
    { arguments throws(NetworkError) in
      let input = try arguments.tensor(0)
      let rank = input.shape.rank
      let named = try arguments.integers("axes", orInput: 1) ?? []
      if named.isEmpty, try arguments.integer("noop_with_empty_axes", or: 0) != 0 { return [.floats(input)] }
      let axes = named.isEmpty ? Set(0..<rank) : try arguments.axes(named, rank: rank)
      return [
        .floats(
          try reduced(
            input, axes, reduction, keepsAxes: try arguments.integer("keepdims", or: 1) != 0, arguments))
      ]
    }
  }

  /// A reduction over whole planes.
  static func global(_ reduction: Reduction) -> OperatorTable.Operator {
    { arguments throws(NetworkError) in
      let input = try arguments.tensor(0)
      guard input.shape.rank >= 3 else { throw arguments.mismatch("the input is \(input.shape); expected N×C×…") }
      return [.floats(try reduced(input, Set(2..<input.shape.rank), reduction, keepsAxes: true, arguments))]
    }
  }

  /// The place of the largest or smallest number along an axis; the first of equals unless the last is asked for.
  static func place(ofLargest: Bool) -> OperatorTable.Operator {
    { arguments throws(NetworkError) in
      let input = try arguments.tensor(0)
      let axis = try arguments.axis(try arguments.integer("axis", or: 0), rank: input.shape.rank)
      let takesLast = try arguments.integer("select_last_index", or: 0) != 0
      let keepsAxes = try arguments.integer("keepdims", or: 1) != 0
      let (rows, extents) = try runs(of: input, along: [axis], keepsAxes: keepsAxes, arguments)
      let length = input.shape[axis]
      guard length > 0 else { throw arguments.mismatch("the input \(input.shape) has nothing along the axis \(axis)") }
      let places = (0..<extents.elementCount).map { row in
        var best = 0
        for place in 1..<max(1, length) {
          let (value, other) = (rows[row * length + place], rows[row * length + best])
          let isBetter = ofLargest ? value > other : value < other
          if isBetter || (takesLast && value == other) { best = place }
        }
        return best
      }
      return [.integers(IntegerTensor(shape: extents, elements: places))]
    }
  }

  /// The numbers to be reduced, one run after another, and the shape of the result.
  private static func runs(
    of input: Tensor, along axes: Set<Int>, keepsAxes: Bool, _ arguments: Arguments
  ) throws(NetworkError) -> ([Float], Shape) {
    let kept = (0..<input.shape.rank).filter { !axes.contains($0) }
    let order = kept + axes.sorted()
    let isInOrder = order == Array(0..<input.shape.rank)
    let elements =
      isInOrder
      ? input.elements
      : ArrayView(input.shape).transposed(order).copy(of: input.elements, threadCount: arguments.threadCount)
    let extents =
      keepsAxes
      ? input.shape.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
      : kept.map { input.shape[$0] }
    return (elements, try arguments.shape(extents))
  }

  private static func reduced(
    _ input: Tensor, _ axes: Set<Int>, _ reduction: Reduction, keepsAxes: Bool, _ arguments: Arguments
  ) throws(NetworkError) -> Tensor {
    let (elements, shape) = try runs(of: input, along: axes, keepsAxes: keepsAxes, arguments)
    let length = axes.reduce(1) { $0 * input.shape[$1] }
    let threads = elements.count < 1 << 15 ? 1 : arguments.threadCount
    let span = elements.span
    let results: [Float] = ParallelStrips.filled(count: shape.elementCount, length: 1, threadCount: threads) {
      run, result in
      result[0] = reduction(span.extracting(run * length..<(run + 1) * length))
    }
    return Tensor(shape: shape, elements: results)
  }
}

extension ReductionOperators.Reduction {
  /// The number made of numbers; sums are kept in 16 parts, which are added in `Double`.
  fileprivate func callAsFunction(_ run: Span<Float>) -> Float {
    switch self {
    case .sum: Float(Self.sum(run) { $0 })
    case .mean: Float(Self.sum(run) { $0 } / Double(run.count))
    case .norm1: Float(Self.sum(run) { $0.replacing(with: -$0, where: $0 .< 0) })
    case .norm2: Float(Self.sum(run) { $0 * $0 }.squareRoot())
    case .sumOfSquares: Float(Self.sum(run) { $0 * $0 })
    case .maximum: Self.fold(run, -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
    case .minimum: Self.fold(run, .infinity) { $1 < $0 || $1.isNaN ? $1 : $0 }
    case .product: Self.fold(run, 1) { $0 * $1 }
    }
  }

  @inline(__always)
  private static func fold(_ run: Span<Float>, _ start: Float, _ function: (Float, Float) -> Float) -> Float {
    var result = start
    for index in run.indices { result = function(result, run[index]) }
    return result
  }

  @inline(__always)
  private static func sum(_ run: Span<Float>, _ function: (SIMD16<Float>) -> SIMD16<Float>) -> Double {
    var parts = SIMD16<Float>()
    var index = 0
    while index + 16 <= run.count {
      var vector = SIMD16<Float>()
      for lane in 0..<16 { vector[lane] = unsafe run[unchecked: index + lane] }
      parts += function(vector)
      index += 16
    }
    var rest = SIMD16<Float>()
    for lane in 0..<run.count - index { rest[lane] = run[index + lane] }
    parts += function(rest)
    return (0..<16).reduce(0.0) { $0 + Double(parts[$1]) }
  }
}
