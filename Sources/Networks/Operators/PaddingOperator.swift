import Convolution
import Tensors

/// `Pad`: more elements before and after those of each axis; fewer where a count is below 0.
enum PaddingOperator {
  static func pad(_ arguments: Arguments) throws(NetworkError) -> [NetworkValue] {
    let input = try arguments.tensor(0)
    let rank = input.shape.rank
    guard let given = try arguments.integers("pads", orInput: 1) else {
      throw NetworkError(.value, "\(arguments.node) has no pads")
    }
    let axes = arguments.has(3) ? try arguments.integers(3) : Array(0..<rank)
    guard given.count == 2 * axes.count else {
      throw arguments.mismatch("has \(given.count) pads for \(axes.count) axes")
    }
    let constant = arguments.has(2) ? try arguments.number(2) : try arguments.number("value", or: 0)
    let mode = try arguments.text("mode", or: "constant")
    guard let border = border(mode, constant: constant) else {
      throw arguments.unsupported("mode is '\(mode)'; expected constant, reflect, symmetric, edge or wrap")
    }
    var (elements, extents) = (input.elements, input.shape.extents)
    for (place, number) in axes.enumerated() {
      let axis = try arguments.axis(number, rank: rank)
      let (before, after) = (given[place], given[place + axes.count])
      if before == 0 && after == 0 { continue }
      let length = extents[axis]
      let limit = 1 << 30
      guard abs(before) <= limit, abs(after) <= limit, length + before + after >= 0 else {
        throw arguments.mismatch("pads \(length) elements by \(before) and \(after)")
      }
      guard length > 0 || Self.isConstant(border) else {
        throw arguments.mismatch("has nothing to repeat along axis \(axis)")
      }
      var padded = extents
      padded[axis] = length + before + after
      _ = try arguments.shape(padded)
      let sources = (0..<padded[axis]).map { border.sourceIndex($0 - before, extent: length) }
      elements = AxisMap(outer: extents[..<axis].reduce(1, *), inner: extents[(axis + 1)...].reduce(1, *)).moved(
        elements, count: length, sources: sources, constant: constant)
      extents = padded
    }
    return [.floats(Tensor(shape: try arguments.shape(extents), elements: elements))]
  }

  private static func isConstant(_ border: Border) -> Bool {
    if case .constant = border { true } else { false }
  }

  /// What padded samples hold, by ONNX's names and this tool's.
  private static func border(_ mode: String, constant: Float) -> Border? {
    switch mode {
    case "constant": .constant(Double(constant))
    case "reflect": .reflect101
    case "symmetric": .symmetric
    case "edge": .edge
    case "wrap": .wrap
    default: nil
    }
  }
}

/// Elements seen as `outer × count × inner`, to be rearranged along the middle axis.
struct AxisMap {
  let outer: Int
  let inner: Int

  /// The elements whose middle places are taken from `sources`; `nil` takes the constant.
  func moved(_ elements: [Float], count: Int, sources: [Int?], constant: Float) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(outer * sources.count * inner)
    for run in 0..<outer {
      for source in sources {
        if let source {
          let start = (run * count + source) * inner
          result += elements[start..<start + inner]
        } else {
          result += repeatElement(constant, count: inner)
        }
      }
    }
    return result
  }
}
