import Convolution
import Tensors

/// Operators that put elements elsewhere and compute nothing.
enum MovementOperators {
  static func transpose(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let rank = value.shape.rank
    let order = try arguments.integers("perm") ?? Array((0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else {
      throw arguments.mismatch("perm is \(order), and the input \(value.shape)")
    }
    return [try viewed(value, ArrayView(value.shape).transposed(order), arguments)]
  }

  /// Some elements of each axis: from a start to an end, by steps that may go backwards.
  static func slice(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    guard let starts = try arguments.integers("starts", orInput: 1),
      let ends = try arguments.integers("ends", orInput: 2)
    else { throw NetworkError(.value, "\(arguments.node) has no starts or no ends") }
    let axes = try arguments.integers("axes", orInput: 3) ?? Array(starts.indices)
    let steps = arguments.has(4) ? try arguments.integers(4) : Array(repeating: 1, count: starts.count)
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw arguments.mismatch(
        "has \(starts.count) starts, \(ends.count) ends, \(axes.count) axes, \(steps.count) steps")
    }
    var view = ArrayView(value.shape)
    for place in starts.indices {
      let axis = try arguments.axis(axes[place], rank: value.shape.rank)
      let (extent, step) = (value.shape[axis], steps[place])
      guard step != 0, step > -(1 << 40), step < 1 << 40 else {
        throw NetworkError(.attribute, "\(arguments.node) has the step \(step)")
      }
      /// Below 0 from the end; then within the axis, or one before it where steps go backwards.
      func bound(_ number: Int) -> Int {
        let counted = number < 0 ? number.addingReportingOverflow(extent).partialValue : number
        return step > 0 ? min(max(counted, 0), extent) : min(max(counted, -1), extent - 1)
      }
      let (start, end) = (bound(starts[place]), bound(ends[place]))
      let count = step > 0 ? max(0, (end - start + step - 1) / step) : max(0, (start - end - step - 1) / -step)
      if count > 0 { view.offset += start * view.strides[axis] }
      view.extents[axis] = count
      // Where there are several, the step is shorter than the axis.
      view.strides[axis] = count > 1 ? view.strides[axis] * step : 1
    }
    return [try viewed(value, view, arguments)]
  }

  /// The elements at given places of an axis.
  static func gather(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let (value, indices) = (try arguments.value(0), try arguments.value(1).shape)
    let places = try arguments.integers(1)
    let axis = try arguments.axis(try arguments.integer("axis", or: 0), rank: value.shape.rank)
    let extents = value.shape.extents
    let (outer, inner) = (extents[..<axis].reduce(1, *), extents[(axis + 1)...].reduce(1, *))
    let count = extents[axis]
    if let wrong = places.first(where: { !(-count..<count).contains($0) }) {
      throw NetworkError(.value, "\(arguments.node) reads place \(wrong) of the \(count) along axis \(axis)")
    }
    let shape = try arguments.shape(Array(extents[..<axis]) + indices.extents + Array(extents[(axis + 1)...]))
    func gathered<Element>(_ elements: [Element]) -> [Element] {
      (0..<outer).flatMap { outer in
        places.flatMap { place in
          let start = (outer * count + (place < 0 ? place + count : place)) * inner
          return elements[start..<start + inner]
        }
      }
    }
    return [mapped(value, shape, gathered, gathered)]
  }

  static func concatenate(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    var values: [NetworkValue] = []
    for index in arguments.values.indices { values.append(try arguments.value(index)) }
    guard let first = values.first else { throw NetworkError(.value, "\(arguments.node) has no input") }
    let axis = try arguments.axis(try arguments.integer("axis", or: 1), rank: first.shape.rank)
    var extents = first.shape.extents
    for value in values.dropFirst() {
      var other = value.shape.extents
      guard other.count == extents.count else { throw arguments.mismatch("joins \(first.shape) and \(value.shape)") }
      extents[axis] += other[axis]
      other[axis] = extents[axis]
      guard other == extents else {
        throw arguments.mismatch("joins \(first.shape) and \(value.shape) along axis \(axis)")
      }
    }
    let shape = try arguments.shape(extents)
    let outer = extents[..<axis].reduce(1, *)
    func joined<Element>(_ parts: [[Element]]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(shape.elementCount)
      for run in 0..<outer {
        for part in parts {
          let length = part.count / max(1, outer)
          result += part[run * length..<(run + 1) * length]
        }
      }
      return result
    }
    let integers = values.compactMap { value -> [Int]? in
      if case .integers(let tensor) = value { tensor.elements } else { nil }
    }
    if integers.count == values.count {
      return [.integers(IntegerTensor(shape: shape, elements: joined(integers)))]
    }
    var floats: [[Float]] = []
    for index in values.indices { floats.append(try arguments.tensor(index).elements) }
    return [.floats(Tensor(shape: shape, elements: joined(floats)))]
  }

  /// Parts of an axis: of given lengths, or of one length, the last one shorter where it does not come out even.
  static func split(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let axis = try arguments.axis(try arguments.integer("axis", or: 0), rank: value.shape.rank)
    let (extent, count) = (value.shape[axis], max(1, arguments.node.outputs.count))
    let even = (extent + count - 1) / count
    let lengths =
      try arguments.integers("split", orInput: 1) ?? (0..<count).map { max(0, min(even, extent - $0 * even)) }
    guard lengths.allSatisfy({ $0 >= 0 && $0 <= extent }), lengths.reduce(0, +) == extent, lengths.count == count else {
      throw arguments.mismatch("splits \(value.shape) along axis \(axis) into \(lengths)")
    }
    var (start, parts) = (0, [NetworkValue]())
    for length in lengths {
      var view = ArrayView(value.shape)
      view.offset = length == 0 ? 0 : start * view.strides[axis]
      view.extents[axis] = length
      parts.append(try viewed(value, view, arguments))
      start += length
    }
    return parts
  }

  /// A value repeated along axes of one element.
  static func expand(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let target = try arguments.shape(try arguments.integers(1))
    guard let extents = Broadcasting.extents([value.shape, target]) else {
      throw arguments.mismatch("\(value.shape) cannot be repeated to \(target)")
    }
    return [try viewed(value, ArrayView(value.shape).broadcast(to: extents), arguments)]
  }

  /// A value several times side by side along each axis.
  static func tile(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let repeats = try arguments.integers(1)
    guard repeats.count == value.shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw arguments.mismatch("repeats \(value.shape) \(repeats) times")
    }
    let source = ArrayView(value.shape)
    var view = ArrayView(extents: [])
    var extents: [Int] = []
    for axis in repeats.indices {
      view.extents += [repeats[axis], value.shape[axis]]
      view.strides += [0, source.strides[axis]]
      extents.append(try arguments.shape([repeats[axis], value.shape[axis]]).elementCount)
    }
    return [try viewed(value, view, arguments, as: extents)]
  }

  /// Channels spread over blocks of pixels.
  static func depthToSpace(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let block = try arguments.integer("blocksize", or: 0)
    let shape = value.shape
    guard shape.rank == 4, block > 0, block < 1 << 20, shape[1] % (block * block) == 0 else {
      throw arguments.mismatch("spreads \(shape) over blocks of \(block)")
    }
    let channels = shape[1] / (block * block)
    let isColumnFirst = try arguments.text("mode", or: "DCR") == "DCR"
    let split =
      isColumnFirst
      ? [shape[0], block, block, channels, shape[2], shape[3]]
      : [shape[0], channels, block, block, shape[2], shape[3]]
    let view = ArrayView(extents: split).transposed(isColumnFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3])
    return [try viewed(value, view, arguments, as: [shape[0], channels, shape[2] * block, shape[3] * block])]
  }

  /// Blocks of pixels put into channels.
  static func spaceToDepth(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let value = try arguments.value(0)
    let block = try arguments.integer("blocksize", or: 0)
    let shape = value.shape
    guard shape.rank == 4, block > 0, block < 1 << 20, shape[2] % block == 0, shape[3] % block == 0 else {
      throw arguments.mismatch("puts blocks of \(block) of \(shape) into channels")
    }
    let (rows, columns) = (shape[2] / block, shape[3] / block)
    let view = ArrayView(extents: [shape[0], shape[1], rows, block, columns, block]).transposed([0, 3, 5, 1, 2, 4])
    return [try viewed(value, view, arguments, as: [shape[0], shape[1] * block * block, rows, columns])]
  }

  /// A copy of a view, under its extents or others of the same count.
  private static func viewed(
    _ value: NetworkValue, _ view: ArrayView, _ arguments: Arguments, as extents: [Int]? = nil
  ) throws(NetworkError) -> NetworkValue {
    _ = try arguments.shape(view.extents)
    let threads = arguments.threadCount
    return mapped(
      value, try arguments.shape(extents ?? view.extents), { view.copy(of: $0, threadCount: threads) },
      { view.copy(of: $0) })
  }

  private static func mapped(
    _ value: NetworkValue, _ shape: Shape, _ floats: ([Float]) -> [Float], _ integers: ([Int]) -> [Int]
  ) -> NetworkValue {
    switch value {
    case .floats(let tensor): .floats(Tensor(shape: shape, elements: floats(tensor.elements)))
    case .integers(let tensor): .integers(IntegerTensor(shape: shape, elements: integers(tensor.elements)))
    }
  }
}
