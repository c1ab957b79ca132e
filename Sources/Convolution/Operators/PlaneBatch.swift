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
  /// A tensor that holds a number for each channel everywhere in it; zeros when there are none.
  func filled(with channels: [Float]?) -> [Float] {
    guard let channels else { return Array(repeating: 0, count: batch * volume) }
    var elements: [Float] = []
    elements.reserveCapacity(batch * volume)
    for _ in 0..<batch {
      for value in channels { elements.append(contentsOf: repeatElement(value, count: area)) }
    }
    return elements
  }

  /// The sum of each channel over images and positions, in `Double`: the gradient of a bias.
  func channelSums(of tensor: Tensor, shape: Shape, threadCount: Int) -> Tensor {
    var sums = [Float](repeating: 0, count: channels)
    ParallelStrips.forEachPart(of: &sums, length: 1, threadCount: threadCount) { channel, sum in
      var total = 0.0
      for plane in stride(from: channel, to: batch * channels, by: channels) {
        for value in tensor.elements[plane * area..<(plane + 1) * area] { total += Double(value) }
      }
      sum[0] = Float(total)
    }
    return Tensor(shape: shape, elements: sums)
  }
}

extension Shape {
  /// A shape from extents that come of a computation, for which failing is an operator's error.
  init(counting extents: [Int]) throws(OperatorError) {
    do { try self.init(extents) } catch { throw .tooLarge(error) }
  }
}
