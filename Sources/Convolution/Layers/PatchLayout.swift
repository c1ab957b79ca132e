import CMicrokernels

/// How the outputs of one group of one image are cut into blocks, and how the input of a block lies in its patch.
///
/// A patch holds, for each channel and for each pair of phases of the stride, the samples that the windows of the block can meet. Sample
/// `(i·s + a·d, j·s + b·d)` of the padded input is in phase `((a·d) mod s, (b·d) mod s)` at `(i + ⌊a·d / s⌋, j + ⌊b·d / s⌋)`. So each tap
/// is one offset for all windows, whatever stride and dilation are.
struct PatchLayout: Hashable, Sendable {
  /// The samples that a patch should hold at most, so that it stays in the second cache beside weights and results.
  private static let comfortableCount = 96 << 10
  /// The samples that a patch may hold: beyond, blocks are mostly gaps between taps, and serve no more.
  private static let largestCount = 1 << 24
  /// What widths of blocks are multiples of, where rows are split: whole tiles at every level.
  private static let columnUnit = 48

  /// The rows and columns of outputs of a block; those at the ends may have fewer.
  let block: Extent
  /// The blocks of a plane of outputs.
  let grid: Extent
  /// Whether positions run on from row to row, those between windows computed in vain, or each row is a run of its own.
  let isFlat: Bool
  /// The phases of the vertical and of the horizontal stride that some tap lies in.
  let rowPhases, columnPhases: [Int]
  /// The rows of a patch beyond those of its block.
  let rowReach: Int
  /// The samples from row to row.
  let pitch: Int
  /// The samples from phase to phase, and from channel to channel.
  let phaseStride, channelStride: Int
  /// The place of each tap from the place of its window, in the order `C/g × kh × kw`.
  let offsets: [Int32]
  /// The samples of a patch, without what may be read behind it.
  let count: Int

  /// Lays out the blocks of a convolution; `nil` where the taps lie too far apart.
  ///
  /// - Parameters:
  ///   - convolution: what is computed.
  ///   - lanes: the positions that are computed at a time.
  ///   - threadCount: the threads that blocks are shared among. Results do not depend on how they are cut.
  init?(_ convolution: TensorConvolution, lanes: Int, threadCount: Int) {
    let (vertical, horizontal) = (convolution.geometry.vertical, convolution.geometry.horizontal)
    let channels = convolution.channelsPerGroup
    rowPhases = vertical.phases
    columnPhases = horizontal.phases
    rowReach = vertical.reach
    let columnReach = horizontal.reach
    let planes = channels * rowPhases.count * columnPhases.count

    /// The samples of a patch for a block, when there are not too many.
    func samples(_ height: Int, _ width: Int) -> Int? {
      let (rows, columns) = (height + vertical.reach, width + columnReach + lanes)
      let (plane, overflow) = rows.multipliedReportingOverflow(by: columns)
      let (all, tooMany) = (plane &+ 32).multipliedReportingOverflow(by: planes)
      return overflow || tooMany || all > Self.largestCount ? nil : all
    }

    // Rows are whole where one of them fits, and split where it does not.
    var width = horizontal.output
    while width > Self.columnUnit, samples(1, width).map({ $0 > Self.comfortableCount }) ?? true {
      width = (width / 2 + Self.columnUnit - 1) / Self.columnUnit * Self.columnUnit
    }
    guard samples(1, width) != nil else { return nil }
    let columnBlocks = (horizontal.output + width - 1) / width

    /// Steps that a block takes, and whether it takes them flat: a step is one vector of positions and one tap.
    func steps(_ height: Int) -> (count: Double, isFlat: Bool) {
      let rows = height * ((width + lanes - 1) / lanes)
      let flat = ((height - 1) * (width + columnReach) + width + lanes - 1) / lanes
      let isFlat = Double(flat) < 0.95 * Double(rows)
      let products = Double((isFlat ? flat : rows) * convolution.productsPerOutput * convolution.outputsPerGroup)
      let copies = Double((height + vertical.reach) * (width + columnReach) * planes / lanes + planes)
      return (products + 4 * copies, isFlat)
    }
    var tallest = vertical.output
    while tallest > 1, samples(tallest, width).map({ $0 > Self.comfortableCount }) ?? true {
      tallest = (tallest + 1) / 2
    }
    let height = BlockHeight.quickest(
      rows: vertical.output, tallest: tallest, parts: convolution.output.batch * convolution.group * columnBlocks,
      threadCount: threadCount
    ) { steps($0).count }

    block = Extent(height: height, width: width)
    grid = Extent(height: (vertical.output + height - 1) / height, width: columnBlocks)
    isFlat = steps(height).isFlat
    // Rows that are runs of their own begin at cache lines.
    pitch = isFlat ? width + columnReach : (width + columnReach + lanes - 1) / lanes * lanes
    phaseStride = ((height + rowReach) * pitch + 15) / 16 * 16
    channelStride = Patch.oddLines(phaseStride * rowPhases.count * columnPhases.count)
    count = channels * channelStride

    let (rowPlaces, columnPlaces) = (vertical.tapPlaces(in: rowPhases), horizontal.tapPlaces(in: columnPhases))
    var offsets: [Int32] = []
    offsets.reserveCapacity(convolution.productsPerOutput)
    for d in 0..<channels {
      for row in rowPlaces {
        for column in columnPlaces {
          let plane = d * channelStride + (row.phase * columnPhases.count + column.phase) * phaseStride
          offsets.append(Int32(plane + row.offset * pitch + column.offset))
        }
      }
    }
    self.offsets = offsets
  }

  /// The outputs of a block: rows and columns of the plane of outputs.
  func outputs(ofBlock index: Int, in output: Extent) -> (rows: Range<Int>, columns: Range<Int>) {
    let (row, column) = (index / grid.width * block.height, index % grid.width * block.width)
    return (row..<min(row + block.height, output.height), column..<min(column + block.width, output.width))
  }
}

extension AxisGeometry {
  /// The phases of the stride that some tap lies in, in ascending order.
  fileprivate var phases: [Int] {
    Set((0..<kernel).map { ($0 * dilation) % stride }).sorted()
  }

  /// How many windows further on the last tap lies.
  fileprivate var reach: Int { (kernel - 1) * dilation / stride }

  /// For each tap its phase, as the place in `phases`, and how many windows further on it lies.
  fileprivate func tapPlaces(in phases: [Int]) -> [(phase: Int, offset: Int)] {
    let indices = Dictionary(uniqueKeysWithValues: zip(phases, phases.indices))
    return (0..<kernel).map { tap in
      guard let phase = indices[tap * dilation % stride] else { preconditionFailure("every tap lies in a phase") }
      return (phase, tap * dilation / stride)
    }
  }
}
