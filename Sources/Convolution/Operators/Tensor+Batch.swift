import Tensors

extension Tensor {
  /// Runs an operator of batches on one image or on a batch.
  ///
  /// A tensor with one axis more than windows slide along (`C×H×W`, `C×L`) becomes a batch of one, and the result loses that axis again;
  /// one with two axes more goes as it is. Another rank is refused.
  func asBatch(
    name: String = "input", spatialRank: Int, _ body: (Tensor) throws(OperatorError) -> Tensor
  ) throws(OperatorError) -> Tensor {
    guard shape.rank == spatialRank + 1 else { return try body(self) }
    let result = try body(try batchOfOne())
    return try result.firstOfBatch()
  }

  /// Runs the gradient of an operator of batches on one image or on a batch, whose gradient of the output has the same axes.
  func asBatch(
    with dOutput: Tensor, spatialRank: Int, _ body: (Tensor, Tensor) throws(OperatorError) -> Tensor
  ) throws(OperatorError) -> Tensor {
    guard shape.rank == spatialRank + 1 else { return try body(self, dOutput) }
    return try body(try batchOfOne(), try dOutput.batchOfOne()).firstOfBatch()
  }

  /// The same elements with an outermost axis of 1.
  func batchOfOne() throws(OperatorError) -> Tensor {
    reshaped(to: try Shape(counting: [1] + shape.extents))
  }

  /// The same elements without their outermost axis, which is 1.
  func firstOfBatch() throws(OperatorError) -> Tensor {
    reshaped(to: try Shape(counting: Array(shape.extents.dropFirst())))
  }
}
