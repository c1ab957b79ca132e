import Tensors

/// The extents that shapes have in common when axes of one element are repeated, aligned at the last axis.
enum Broadcasting {
  /// - Returns: the extents; `nil` where the shapes do not go together.
  static func extents(_ shapes: [Shape]) -> [Int]? {
    let rank = shapes.map(\.rank).max() ?? 0
    var extents = Array(repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in zip(rank - shape.rank..<rank, shape.extents) where extent != 1 {
        guard extents[axis] == 1 || extents[axis] == extent else { return nil }
        extents[axis] = extent
      }
    }
    return extents
  }
}
