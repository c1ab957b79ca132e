import Tensors

/// The shape of a batch of planes: `N×C×H×W`, or `N×C×L` seen as `N×C×1×L`.
///
/// It exists only when no axis is empty.
struct PlaneBatch: Hashable, Sendable {
  /// N: the images or signals.
  let batch: Int
  /// C: the planes of each.
  let channels: Int
  /// H and W; H is 1 in one dimension.
  let plane: Extent
  /// The spatial axes of the tensor: 1 or 2.
  let spatialRank: Int

  /// Reads the shape of the tensor called `name`, which must have two axes more than `spatialRank`.
  init(_ shape: Shape, name: String, spatialRank: Int) throws(OperatorError) {
    guard shape.rank == spatialRank + 2, shape.elementCount > 0 else {
      throw .rank(name: name, found: shape, expected: spatialRank == 1 ? "N×C×L" : "N×C×H×W")
    }
    self.init(
      batch: shape[0], channels: shape[1],
      plane: Extent(height: spatialRank == 2 ? shape[2] : 1, width: shape[spatialRank + 1]), spatialRank: spatialRank)
  }

  /// Creates a batch whose extents are known to be at least 1.
  init(batch: Int, channels: Int, plane: Extent, spatialRank: Int) {
    self.batch = batch
    self.channels = channels
    self.plane = plane
    self.spatialRank = spatialRank
  }

  /// The samples of a plane.
  var area: Int { plane.height * plane.width }

  /// The samples of one image: C·H·W.
  var volume: Int { channels * area }

  /// The tensor's shape.
  var shape: Shape {
    get throws(OperatorError) {
      let spatial = spatialRank == 2 ? [plane.height, plane.width] : [plane.width]
      return try Shape(counting: [batch, channels] + spatial)
    }
  }
}

extension PlaneBatch {
  /// The sum of each channel over images and positions, in `Double`: the gradient of a bias.
  func channelSums(of tensor: Tensor, shape: Shape) -> Tensor {
    var sums = [Double](repeating: 0, count: channels)
    for plane in 0..<batch * channels {
      for value in tensor.elements[plane * area..<(plane + 1) * area] { sums[plane % channels] += Double(value) }
    }
    return Tensor(shape: shape, elements: sums.map { Float($0) })
  }
}

extension Shape {
  /// A shape from extents that come of a computation, for which failing is an operator's error.
  init(counting extents: [Int]) throws(OperatorError) {
    do { try self.init(extents) } catch { throw .tooLarge(error) }
  }
}
