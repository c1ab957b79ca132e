import CMicrokernels

/// How the outputs of one group of one image are cut into blocks of quads (2×2 outputs), and what a block works on.
///
/// That is, one after another: a patch of the input, its transform `16 × C/g × quads`, and the sums `16 × outputs of a part × quads`.
struct WinogradLayout: Sendable {
  /// The elements that a block should work on at most, so that they stay in the second cache.
  private static let comfortableCount = 192 << 10
  /// What the quads of a row are split into multiples of, where they are too many: whole tiles at every level.
  private static let columnUnit = 48

  /// The blocks of a plane of outputs.
  let grid: Extent
  /// The samples from row to row and from channel to channel of the patch.
  let pitch, channelStride: Int
  /// The elements from channel to channel and from element to element of the transform.
  let quadStride, elementStride: Int
  /// The elements of the patch and of the transform; both begin at cache lines.
  let patchCount, transformedCount: Int
  /// All elements that a block works on.
  let count: Int
  /// The place of each channel in an element of the transform.
  let offsets: [Int32]
  private let plane, block: Extent
  private let channelCount: Int

  /// A block: its quads, and where the first of them lies.
  struct Quads {
    let firstRow, firstColumn: Int
    var extents: imgconv_quads
  }

  /// Lays out the blocks of a convolution; `nil` where it is no 3×3 with a step and a dilation of 1.
  init?(_ convolution: TensorConvolution, layers: imgconv_layers, threadCount: Int) {
    guard Self.serves(convolution) else { return nil }
    let lanes = layers.lanes
    let (channels, outputs) = (convolution.channelsPerGroup, convolution.outputsPerGroup)
    let plane = Extent(
      height: (convolution.output.plane.height + 1) / 2, width: (convolution.output.plane.width + 1) / 2)

    /// What one channel takes of the transform, and of the patch: odd numbers of cache lines.
    func quads(_ height: Int, _ width: Int) -> Int {
      let whole = (width + lanes - 1) / lanes * lanes
      return Patch.oddLines((height - 1) * width + whole)
    }
    func samples(_ height: Int, _ width: Int) -> Int { Patch.oddLines((2 * height + 2) * (2 * width + 2)) }
    func elements(_ height: Int, _ width: Int) -> Int {
      16 * (channels + layers.tile_outputs + 1) * quads(height, width) + channels * samples(height, width)
    }

    var width = plane.width
    // At least two rows, so that few samples are taken twice.
    while width > Self.columnUnit && elements(2, width) > Self.comfortableCount {
      width = (width / 2 + Self.columnUnit - 1) / Self.columnUnit * Self.columnUnit
    }
    guard elements(1, width) < 1 << 30 else { return nil }
    let columnBlocks = (plane.width + width - 1) / width
    var tallest = plane.height
    while tallest > 1 && elements(tallest, width) > Self.comfortableCount { tallest = (tallest + 1) / 2 }
    let height = BlockHeight.quickest(
      rows: plane.height, tallest: tallest, parts: convolution.output.batch * convolution.group * columnBlocks,
      threadCount: threadCount
    ) { height in
      let vectors = Double((height * width + lanes - 1) / lanes)
      return vectors * Double(16 * channels * outputs + 64 * (channels + outputs))
    }

    self.plane = plane
    block = Extent(height: height, width: width)
    grid = Extent(height: (plane.height + height - 1) / height, width: columnBlocks)
    pitch = 2 * width + 2
    channelStride = samples(height, width)
    quadStride = quads(height, width)
    elementStride = Patch.oddLines(channels * quadStride)
    channelCount = channels
    patchCount = channels * channelStride
    transformedCount = 16 * elementStride
    count = patchCount + transformedCount + 16 * layers.tile_outputs * quadStride
    offsets = (0..<channels).map { [quadStride] in Int32($0 * quadStride) }
  }

  /// Whether a convolution is of the kind that F(2×2, 3×3) computes.
  static func serves(_ convolution: TensorConvolution) -> Bool {
    [convolution.geometry.vertical, convolution.geometry.horizontal].allSatisfy {
      $0.kernel == 3 && $0.stride == 1 && $0.dilation == 1
    }
  }

  /// The quads of a block.
  func quads(ofBlock index: Int) -> Quads {
    let (row, column) = (index / grid.width * block.height, index % grid.width * block.width)
    return Quads(
      firstRow: row, firstColumn: column,
      extents: imgconv_quads(
        channels: channelCount, rows: min(block.height, plane.height - row),
        columns: min(block.width, plane.width - column), pitch: pitch, channel_stride: channelStride,
        count: quadStride, element_stride: elementStride))
  }
}
