import Convolution
import Tensors

/// Operators that scale numbers by what is known of those around them.
enum NormalizationOperators {
  /// `InstanceNormalization`: each plane to a mean of 0 and a variance of 1, then a factor and an offset for each channel.
  static func instance(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, scale, bias) = (try arguments.tensor(0), try arguments.tensor(1), try arguments.tensor(2))
    guard input.shape.rank >= 3, scale.elements.count == input.shape[1], bias.elements.count == input.shape[1] else {
      throw arguments.mismatch("the input is \(input.shape), scale and bias \(scale.shape) and \(bias.shape)")
    }
    let length = input.shape.extents.dropFirst(2).reduce(1, *)
    let epsilon = Double(try arguments.number("epsilon", or: 1e-5))
    let elements = standardized(input.elements, length: length, epsilon: epsilon, arguments)
    let line = ChannelLine(factors: scale.elements, offsets: bias.elements)
    return [.floats(try line.applied(to: Tensor(shape: input.shape, elements: elements), arguments))]
  }

  /// `LayerNormalization`: all from an axis on to a mean of 0 and a variance of 1, then a factor and an offset for each place.
  static func layer(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (input, scale) = (try arguments.tensor(0), try arguments.tensor(1))
    let axis = try arguments.axis(try arguments.integer("axis", or: -1), rank: input.shape.rank)
    let length = input.shape.extents[axis...].reduce(1, *)
    let bias = try arguments.optionalTensor(2)
    let shape = input.shape
    guard [scale, bias].compactMap({ $0 }).allSatisfy({ Broadcasting.extents([$0.shape, shape]) == shape.extents })
    else { throw arguments.mismatch("the input is \(shape), the scale \(scale.shape)") }
    let epsilon = Double(try arguments.number("epsilon", or: 1e-5))
    let elements = standardized(input.elements, length: length, epsilon: epsilon, arguments)
    var program = ElementwiseProgram(shape: shape)
    let scaled = program.append(
      .product,
      [program.addOperand(Tensor(shape: shape, elements: elements)), program.addOperand(scale)])
    if let bias { _ = program.append(.sum, [scaled, program.addOperand(bias)]) }
    return [.floats(program.results(of: [bias == nil ? 0 : 1], threadCount: arguments.threadCount)[0])]
  }

  /// `Softmax`, or `LogSoftmax`; up to opset 12 over all axes from the one named on.
  static func softmax(isLogarithm: Bool) -> OperatorTable.Operator {
    { arguments throws(NetworkError) in
      let input = try arguments.tensor(0)
      let isOld = arguments.opset < 13
      let rank = input.shape.rank
      let axis = try arguments.axis(try arguments.integer("axis", or: isOld ? 1 : -1), rank: max(rank, 1))
      guard input.shape.elementCount > 0, rank > 0 else { return [.floats(input)] }
      if isOld || axis == rank - 1 {
        let length = input.shape.extents[axis...].reduce(1, *)
        let elements = softmaxRuns(input.elements, length: length, isLogarithm: isLogarithm, arguments)
        return [.floats(Tensor(shape: input.shape, elements: elements))]
      }
      // The axis is taken to the end and back.
      var order = Array(0..<rank)
      order.swapAt(axis, rank - 1)
      let view = ArrayView(input.shape).transposed(order)
      let runs = softmaxRuns(
        view.copy(of: input.elements), length: input.shape[axis], isLogarithm: isLogarithm, arguments)
      let back = ArrayView(extents: view.extents).transposed(order).copy(of: runs)
      return [.floats(Tensor(shape: input.shape, elements: back))]
    }
  }

  private static func softmaxRuns(
    _ elements: [Float], length: Int, isLogarithm: Bool, _ arguments: Arguments
  ) -> [Float] {
    let source = elements.span
    return ParallelStrips.filled(count: elements.count, length: length, threadCount: arguments.threadCount) {
      run, result in
      let start = run * length
      var largest = -Float.infinity
      for index in 0..<length { largest = max(largest, source[start + index]) }
      var sum = 0.0
      var index = 0
      while index < length {
        let count = min(8, length - index)
        var vector = SIMD8<Float>(repeating: -.infinity)
        for lane in 0..<count { vector[lane] = unsafe source[unchecked: start + index + lane] - largest }
        let powers = VectorMath.exponential(vector)
        for lane in 0..<count {
          result[index + lane] = isLogarithm ? vector[lane] : powers[lane]
          sum += Double(powers[lane])
        }
        index += count
      }
      if isLogarithm {
        let logarithm = Float(ElementLoops.logarithm(sum))
        for index in 0..<length { result[index] -= logarithm }
      } else {
        let factor = Float(1 / sum)
        for index in 0..<length { result[index] *= factor }
      }
    }
  }

  /// Each run of `length` elements with a mean of 0 and a variance of 1.
  private static func standardized(
    _ elements: [Float], length: Int, epsilon: Double, _ arguments: Arguments
  ) -> [Float] {
    guard length > 0 else { return elements }
    let source = elements.span
    return ParallelStrips.filled(count: elements.count, length: length, threadCount: arguments.threadCount) {
      run, result in
      let start = run * length
      var (sum, squares) = (0.0, 0.0)
      for index in 0..<length { sum += Double(source[start + index]) }
      let mean = sum / Double(length)
      for index in 0..<length {
        let distance = Double(source[start + index]) - mean
        squares += distance * distance
      }
      let factor = 1 / (squares / Double(length) + epsilon).squareRoot()
      for index in 0..<length { result[index] = Float((Double(source[start + index]) - mean) * factor) }
    }
  }
}

/// A factor and an offset for each channel: what a batch normalization does, and what can be folded into a convolution.
struct ChannelLine {
  let factors: [Float]
  let offsets: [Float]

  init(factors: [Float], offsets: [Float]) {
    self.factors = factors
    self.offsets = offsets
  }

  /// `(x − mean) / √(variance + ε) · scale + bias`.
  init(batchNormalization arguments: Arguments) throws(NetworkError) {
    let (scale, bias, mean, variance) = (
      try arguments.tensor(1).elements, try arguments.tensor(2).elements, try arguments.tensor(3).elements,
      try arguments.tensor(4).elements
    )
    guard scale.count == bias.count, mean.count == scale.count, variance.count == scale.count else {
      throw arguments.mismatch(
        "has \(scale.count) scales, \(bias.count) biases, \(mean.count) means and \(variance.count) variances")
    }
    let epsilon = Double(try arguments.number("epsilon", or: 1e-5))
    let exact = scale.indices.map { Double(scale[$0]) / (Double(variance[$0]) + epsilon).squareRoot() }
    factors = exact.map(Float.init)
    offsets = scale.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * exact[$0]) }
  }

  /// The line of each channel applied to its samples.
  func applied(to input: Tensor, _ arguments: Arguments) throws(NetworkError) -> Tensor {
    let extents = [factors.count] + Array(repeating: 1, count: input.shape.rank - 2)
    let shape = try arguments.shape(extents)
    var program = ElementwiseProgram(shape: input.shape)
    let scaled = program.append(
      .product,
      [program.addOperand(input), program.addOperand(Tensor(shape: shape, elements: factors))])
    _ = program.append(.sum, [scaled, program.addOperand(Tensor(shape: shape, elements: offsets))])
    return program.results(of: [1], threadCount: arguments.threadCount)[0]
  }
}
