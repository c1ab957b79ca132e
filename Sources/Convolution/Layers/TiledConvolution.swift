import CMicrokernels

/// A convolution by tiles of outputs that are kept in registers: no matrix of windows is made.
///
/// Each block of outputs takes its input into a patch, and goes over the patch once for each part of the weights. Every sum adds its
/// products in one order, that of the weights, so results do not depend on blocks, parts or threads.
///
/// The unsafe code relies on the shapes that were fitted: the input and output have them, `PatchLayout` counts what a patch holds, and
/// blocks do not overlap.
struct TiledConvolution: Sendable {
  private let convolution: TensorConvolution
  private let layout: PatchLayout
  private let weights: PackedWeights
  private let bias: [Float]
  private let layers: imgconv_layers

  /// Packs the weights of a convolution.
  init(
    _ convolution: TensorConvolution, layout: PatchLayout, weight: [Float], bias: [Float], layers: imgconv_layers
  ) {
    self.convolution = convolution
    self.layout = layout
    self.bias = bias
    self.layers = layers
    weights = PackedWeights(
      weight, outputCount: convolution.output.channels, group: convolution.group, largestPart: layers.tile_outputs)
  }

  /// Writes every output of `input`.
  func forward(_ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, threadCount: Int) {
    let group = convolution.group
    let blockCount = layout.grid.height * layout.grid.width
    let (samples, area) = (convolution.channelsPerGroup * convolution.windows.input.area, convolution.output.area)
    ParallelStrips.run(count: convolution.output.batch * group * blockCount, threadCount: threadCount) { items in
      unsafe Patch.with(count: layout.count) { patch in
        if weights.hasHoles { unsafe patch.update(repeating: 0, count: layout.count) }
        for item in items {
          // The part is that of group g of image n: part = n·g + g.
          let part = item / blockCount
          let (rows, columns) = layout.outputs(ofBlock: item % blockCount, in: convolution.geometry.output)
          unsafe fill(patch, from: input + part * samples, rows: rows, columns: columns)
          let skipsHoles =
            unsafe weights.hasHoles && layers.bounded(patch, layout.count, .greatestFiniteMagnitude) == 0
          let image = part / group * convolution.output.channels
          for outputs in weights.groups[part % group] {
            let first = unsafe output + (image + outputs.firstOutput) * area
            unsafe compute(outputs, of: patch, to: first, rows: rows, columns: columns, skipsHoles: skipsHoles)
          }
        }
      }
    }
  }

  /// Takes what the windows of a block meet into a patch.
  private func fill(
    _ patch: UnsafeMutablePointer<Float>, from input: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>
  ) {
    let (vertical, horizontal) = (convolution.geometry.vertical, convolution.geometry.horizontal)
    var plane = unsafe patch
    for rowPhase in layout.rowPhases {
      for columnPhase in layout.columnPhases {
        var taken = imgconv_patch(
          planes: convolution.channelsPerGroup, height: vertical.input, width: horizontal.input,
          first_row: vertical.start(ofWindow: rows.lowerBound) + rowPhase, row_step: vertical.stride,
          first_column: horizontal.start(ofWindow: columns.lowerBound) + columnPhase, column_step: horizontal.stride,
          rows: rows.count + layout.rowReach, columns: layout.pitch, out_stride: layout.channelStride)
        unsafe layers.take(plane, input, &taken)
        unsafe plane += layout.phaseStride
      }
    }
  }

  /// Computes some outputs of a block.
  private func compute(
    _ outputs: PackedWeights.Part, of patch: UnsafePointer<Float>, to first: UnsafeMutablePointer<Float>,
    rows: Range<Int>, columns: Range<Int>, skipsHoles: Bool
  ) {
    let width = convolution.output.plane.width
    var block = imgconv_block(
      runs: rows.count, count: columns.count, pitch: layout.pitch, width: columns.count, out_pitch: width,
      out_stride: convolution.output.area)
    if layout.isFlat {
      block.count += (rows.count - 1) * layout.pitch
      block.runs = 1
    }
    if layout.isFlat && layout.pitch == width {
      // Rows of windows follow one another without a gap: they are one.
      (block.pitch, block.width) = (block.count, block.count)
    }
    let out = unsafe first + rows.lowerBound * width + columns.lowerBound
    unsafe weights.withTaps(of: outputs, 0..<layout.offsets.count, at: layout.offsets, bias: bias) { taps in
      if skipsHoles {
        unsafe layers.tiles_with_holes(out, &block, patch, taps)
      } else {
        unsafe layers.tiles(out, &block, patch, taps)
      }
    }
  }
}
