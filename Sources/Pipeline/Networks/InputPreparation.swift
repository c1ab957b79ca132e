import Networks
import Tensors

/// How a photograph becomes the input of a network: each sample is `(v · scale − mean) / deviation`, with `v` in 0…1.
public struct InputPreparation: Sendable {
  /// How the axes of the input follow one another.
  public enum Layout: String, Sendable, CaseIterable {
    /// Channels, then rows, then columns.
    case nchw
    /// Rows, columns, channels.
    case nhwc
  }

  /// The columns and rows that the photograph is resized to; what the network asks for when left out, else as it is.
  public var size: (width: Int, height: Int)?
  /// What is taken from each channel; one number stands for all.
  public var mean: [Float]
  /// What each channel is divided by; one number stands for all.
  public var deviation: [Float]
  /// What samples in 0…1 are multiplied by first.
  public var scale: Float
  /// The order of the axes.
  public var layout: Layout
  /// Whether blue comes first.
  public var isBGR: Bool

  /// Creates a preparation; samples stay in 0…1 where nothing else is asked for.
  public init(
    size: (width: Int, height: Int)? = nil, mean: [Float] = [0], deviation: [Float] = [1], scale: Float = 1,
    layout: Layout = .nchw, isBGR: Bool = false
  ) {
    self.size = size
    self.mean = mean
    self.deviation = deviation
    self.scale = scale
    self.layout = layout
    self.isBGR = isBGR
  }

  /// The image `C×H×W` as the network takes it, with the axis of the batch before it.
  ///
  /// - Parameters:
  ///   - image: samples in 0…1.
  ///   - extents: what the network says of its input; may be empty.
  ///   - threadCount: the threads to use.
  /// - Returns: `1×C×H×W`, or `1×H×W×C`.
  /// - Throws: `JobError` where channels or numbers do not fit.
  func input(_ image: Tensor, extents: [Int?], threadCount: Int) throws(JobError) -> Tensor {
    let isChannelsFirst = layout == .nchw
    let known = extents.count == 4 ? extents : [nil, nil, nil, nil]
    var image = try image.withChannels(known[isChannelsFirst ? 1 : 3])
    let (height, width) = (known[isChannelsFirst ? 2 : 1], known[isChannelsFirst ? 3 : 2])
    let target = (width: size?.width ?? width ?? image.shape[2], height: size?.height ?? height ?? image.shape[1])
    if target != (image.shape[2], image.shape[1]) {
      image = image.resized(width: target.width, height: target.height, threadCount: threadCount)
    }
    let channels = image.shape[0]
    for (name, numbers) in [("--mean", mean), ("--std", deviation)] where ![1, channels].contains(numbers.count) {
      throw JobError(
        .badData, code: "model.input",
        "\(name) has \(numbers.count.counted("number")) for \(channels.counted("channel")); expected 1 or \(channels)")
    }
    return try image.normalized(self, channels: channels)
  }
}

extension Tensor {
  /// The image with as many channels as are asked for: grey repeated, or luma of colours as JPEG has it.
  fileprivate func withChannels(_ count: Int?) throws(JobError) -> Tensor {
    guard let count, count != shape[0] else { return self }
    let area = shape[1] * shape[2]
    let elements: [Float]
    switch (shape[0], count) {
    case (1, 3): elements = self.elements + self.elements + self.elements
    case (3, 1):
      elements = (0..<area).map {
        0.299 * self.elements[$0] + 0.587 * self.elements[area + $0] + 0.114 * self.elements[2 * area + $0]
      }
    default:
      throw JobError(
        .badData, code: "model.input",
        "the network takes \(count.counted("channel")), the image has \(shape[0]); expected 1 or 3, or a .npy of the shape"
      )
    }
    return try Tensor(extents: [count, shape[1], shape[2]], elements: elements)
  }

  /// The samples moved and scaled, in the order of axes that is asked for.
  fileprivate func normalized(_ preparation: InputPreparation, channels: Int) throws(JobError) -> Tensor {
    let area = shape[1] * shape[2]
    let order = preparation.isBGR ? Array((0..<channels).reversed()) : Array(0..<channels)
    var result = [Float](repeating: 0, count: elements.count)
    for (place, channel) in order.enumerated() {
      let mean = preparation.mean[preparation.mean.count == 1 ? 0 : place]
      let deviation = preparation.deviation[preparation.deviation.count == 1 ? 0 : place]
      for pixel in 0..<area {
        let value = (elements[channel * area + pixel] * preparation.scale - mean) / deviation
        result[preparation.layout == .nchw ? place * area + pixel : pixel * channels + place] = value
      }
    }
    let extents =
      preparation.layout == .nchw ? [1, channels, shape[1], shape[2]] : [1, shape[1], shape[2], channels]
    return try Tensor(extents: extents, elements: result)
  }

  /// A tensor of extents whose elements are there.
  init(extents: [Int], elements: [Float]) throws(JobError) {
    do { self.init(shape: try Shape(extents), elements: elements) } catch {
      throw JobError(.badData, code: "limit.dimension", "\(error)")
    }
  }
}
