import Convolution
public import Tensors

/// `Resize` and `Upsample`: other extents by the nearest, by two or by four samples of each axis.
enum ResizingOperators {
  /// How many samples of an axis make one.
  private enum Mode: String, CaseIterable {
    case nearest, linear, cubic
  }

  static func resize(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    // Up to opset 10 the scales are the second input; since, a region of interest comes before them.
    let isUpsample = arguments.node.operation == "Upsample" || arguments.opset < 11
    let input = try arguments.tensor(0)
    let rank = input.shape.rank
    let mode: Mode = try arguments.choice("mode", or: .nearest)
    guard try arguments.integer("antialias", or: 0) == 0,
      try arguments.text("keep_aspect_ratio_policy", or: "stretch") == "stretch"
    else { throw arguments.unsupported("antialias and keep_aspect_ratio_policy are not computed; expected neither") }
    let sampling = try AxisSampling(
      coordinates: arguments.choice("coordinate_transformation_mode", or: isUpsample ? .asymmetric : .halfPixel),
      rounding: arguments.choice("nearest_mode", or: isUpsample ? .floor : .preferFloor),
      sharpness: arguments.number("cubic_coeff_a", or: -0.75),
      leavesOutOutside: arguments.integer("exclude_outside", or: 0) != 0)
    let axes = try (arguments.integers("axes") ?? Array(0..<rank)).map { (axis) throws(NetworkError) in
      try arguments.axis(axis, rank: rank)
    }
    let targets = try targets(arguments, input.shape, axes: axes, isUpsample: isUpsample)
    var (elements, extents) = (input.elements, input.shape.extents)
    // The longest step down first, the longest up last would be quickest; the order does not matter to the result but for rounding.
    for (axis, target) in zip(axes, targets) where target.extent != extents[axis] || target.scale != 1 {
      let (outer, count, inner) = (
        extents[..<axis].reduce(1, *), extents[axis], extents[(axis + 1)...].reduce(1, *)
      )
      extents[axis] = target.extent
      _ = try arguments.shape(extents)
      let taps: [[AxisSampling.Tap]] =
        switch mode {
        case .nearest: sampling.nearest(count, target.extent, target.scale)
        case .linear: sampling.linear(count, target.extent, target.scale)
        case .cubic: sampling.cubic(count, target.extent, target.scale)
        }
      elements = combined(elements, outer: outer, count: count, inner: inner, taps, arguments.threadCount)
    }
    return [.floats(Tensor(shape: try arguments.shape(extents), elements: elements))]
  }

  /// The extent of each axis, and the factor that it was made by.
  private static func targets(
    _ arguments: Arguments, _ shape: Shape, axes: [Int], isUpsample: Bool
  ) throws(NetworkError) -> [(extent: Int, scale: Double)] {
    guard shape.elementCount > 0 else { throw arguments.mismatch("the input \(shape) is empty") }
    let place = isUpsample ? 1 : 2
    if !isUpsample, arguments.has(3), try !arguments.integers(3).isEmpty {
      let sizes = try arguments.integers(3)
      guard sizes.count == axes.count, sizes.allSatisfy({ $0 > 0 && $0 < 1 << 30 }) else {
        throw arguments.mismatch("makes \(sizes) of \(shape)")
      }
      return zip(sizes, axes).map { ($0, Double($0) / Double(shape[$1])) }
    }
    var scales: [Float]
    if case .floats(let attribute)? = arguments.node.attributes["scales"] {
      scales = attribute
    } else {
      scales = try arguments.tensor(place).elements
    }
    guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0 < 0x1p30 }) else {
      throw arguments.mismatch("scales \(shape) by \(scales)")
    }
    return zip(scales, axes).map { (max(1, Int((Double(shape[$1]) * Double($0)).rounded(.down))), Double($0)) }
  }

  /// Elements seen as `outer × count × inner`, whose middle places become sums of those before.
  fileprivate static func combined(
    _ elements: [Float], outer: Int, count: Int, inner: Int, _ taps: [[AxisSampling.Tap]], _ threadCount: Int
  ) -> [Float] {
    let source = elements.span
    let nearest = taps.allSatisfy { $0.count == 1 } ? taps.map { $0[0].place } : []
    return ParallelStrips.filled(
      count: outer * taps.count * inner, length: taps.count * inner, threadCount: threadCount
    ) { run, result in
      let start = run * count * inner
      if !nearest.isEmpty {
        for (place, from) in nearest.enumerated() {
          // Places lie within the axis, whose elements are there.
          for index in 0..<inner {
            unsafe result[unchecked: place * inner + index] = source[unchecked: start + from * inner + index]
          }
        }
        return
      }
      if inner == 1 {
        for (place, taps) in taps.enumerated() {
          var sum: Float = 0
          for tap in taps { sum += source[start + tap.place] * tap.weight }
          result[place] = sum
        }
        return
      }
      for (place, taps) in taps.enumerated() {
        let out = place * inner
        for (number, tap) in taps.enumerated() {
          let from = start + tap.place * inner
          if number == 0 {
            for index in 0..<inner { result[out + index] = source[from + index] * tap.weight }
          } else {
            for index in 0..<inner { result[out + index] += source[from + index] * tap.weight }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// An image `C×H×W` at another size: the two samples around on each axis, weighted, pixel centres on pixel centres.
  ///
  /// It is what OpenCV's `INTER_LINEAR` does, without rounding; images that shrink a lot alias. Traps unless there are three axes, none
  /// of them empty, and both sides are at least 1.
  public func resized(width: Int, height: Int, threadCount: Int = 1) -> Tensor {
    precondition(shape.rank == 3 && shape.elementCount > 0 && width > 0 && height > 0, "\(shape) to \(width)×\(height)")
    let sampling = AxisSampling(
      coordinates: .halfPixel, rounding: .floor, sharpness: 0, leavesOutOutside: false)
    let (channels, rows, columns) = (shape[0], shape[1], shape[2])
    let down = ResizingOperators.combined(
      elements, outer: channels, count: rows, inner: columns,
      sampling.linear(rows, height, Double(height) / Double(rows)), threadCount)
    let across = ResizingOperators.combined(
      down, outer: channels * height, count: columns, inner: 1,
      sampling.linear(columns, width, Double(width) / Double(columns)), threadCount)
    guard let shape = try? Shape([channels, height, width]) else { preconditionFailure("the elements are there") }
    return Tensor(shape: shape, elements: across)
  }
}
