extension Tensor {
  /// The element at one index per axis, outermost first; traps outside the tensor or when the ranks differ.
  public subscript(indices: Int...) -> Float {
    get { elements[offset(of: indices)] }
    set { elements[offset(of: indices)] = newValue }
  }

  /// The place of an element in `elements`: `((i₀·n₁ + i₁)·n₂ + i₂)…`.
  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "\(indices.count) indices for a tensor of rank \(shape.rank)")
    var offset = 0
    for (index, extent) in zip(indices, shape.extents) {
      precondition(index >= 0 && index < extent, "index \(indices) is outside the shape \(shape)")
      offset = offset * extent + index
    }
    return offset
  }
}
