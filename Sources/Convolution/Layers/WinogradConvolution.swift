import CMicrokernels
import Synchronization

/// A convolution by Winograd's F(2×2, 3×3): 16 products for 4 outputs of a channel, where the sum takes 36.
///
/// Blocks of samples are transformed, multiplied by the transformed weights in tiles as `TiledConvolution` has them, and the sums
/// transformed back (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2015). Errors are those of sums of a few
/// samples around: small beside the largest of them, not beside each result. What is infinite would spread, so it is refused.
///
/// The unsafe code relies on the shapes that were fitted and on `WinogradLayout`, which counts what a block needs.
struct WinogradConvolution: Sendable {
  /// The largest samples and weights: the transformed products stay finite.
  static let largestNumber: Float = 0x1p48

  private let convolution: TensorConvolution
  private let layout: WinogradLayout
  private let weights: PackedWeights
  private let bias: [Float]
  private let noBias: [Float]
  private let layers: imgconv_layers

  /// Transforms and packs the weights of a convolution; `nil` where they are too large.
  init?(
    _ convolution: TensorConvolution, layout: WinogradLayout, weight: [Float], bias: [Float], layers: imgconv_layers
  ) {
    guard weight.allSatisfy({ abs($0) <= Self.largestNumber }) else { return nil }
    self.convolution = convolution
    self.layout = layout
    self.bias = bias
    self.layers = layers
    noBias = Array(repeating: 0, count: bias.count)
    weights = PackedWeights(
      Self.transformed(weight, channels: convolution.channelsPerGroup), outputCount: convolution.output.channels,
      group: convolution.group, largestPart: layers.tile_outputs)
  }

  /// `G g Gᵀ` of each 3×3 weights g, with `G = (1 0 0 | ½ ½ ½ | ½ −½ ½ | 0 0 1)`: `O × 16 × C/g` of `O × C/g × 3 × 3`.
  private static func transformed(_ weight: [Float], channels: Int) -> [Float] {
    typealias Four = SIMD4<Double>
    func evaluated(_ a: Double, _ b: Double, _ c: Double) -> Four { Four(a, (a + b + c) / 2, (a - b + c) / 2, c) }
    var result = [Float](repeating: 0, count: weight.count / 9 * 16)
    for kernel in 0..<weight.count / 9 {
      func g(_ tap: Int) -> Double { Double(weight[kernel * 9 + tap]) }
      let columns = (evaluated(g(0), g(3), g(6)), evaluated(g(1), g(4), g(7)), evaluated(g(2), g(5), g(8)))
      for a in 0..<4 {
        let row = evaluated(columns.0[a], columns.1[a], columns.2[a])
        for b in 0..<4 {
          result[(kernel / channels * 16 + 4 * a + b) * channels + kernel % channels] = Float(row[b])
        }
      }
    }
    return result
  }

  /// Writes every output of `input`, or returns false where some sample is too large or not a number: then outputs are arbitrary.
  func forward(
    _ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, threadCount: Int
  ) -> Bool {
    let group = convolution.group
    let blockCount = layout.grid.height * layout.grid.width
    let (samples, area) = (convolution.channelsPerGroup * convolution.windows.input.area, convolution.output.area)
    let isBounded = Atomic(true)
    ParallelStrips.run(count: convolution.output.batch * group * blockCount, threadCount: threadCount) { items in
      unsafe Patch.with(count: layout.count) { memory in
        unsafe memory.update(repeating: 0, count: layout.patchCount)
        for item in items where isBounded.load(ordering: .relaxed) {
          let part = item / blockCount
          var quads = layout.quads(ofBlock: item % blockCount)
          unsafe fill(memory, from: input + part * samples, quads)
          guard unsafe layers.bounded(memory, layout.patchCount, Self.largestNumber) != 0 else {
            isBounded.store(false, ordering: .relaxed)
            break
          }
          let transformed = unsafe memory + layout.patchCount
          unsafe layers.winograd_samples(transformed, memory, &quads.extents)
          let image = part / group * convolution.output.channels
          for outputs in weights.groups[part % group] {
            let first = unsafe output + (image + outputs.firstOutput) * area
            unsafe multiply(outputs, transformed, quads)
            unsafe finish(outputs, transformed + layout.transformedCount, to: first, &quads)
          }
        }
      }
    }
    return isBounded.load(ordering: .relaxed)
  }

  /// Takes the samples of a block into its patch.
  private func fill(
    _ patch: UnsafeMutablePointer<Float>, from input: UnsafePointer<Float>, _ quads: WinogradLayout.Quads
  ) {
    let (vertical, horizontal) = (convolution.geometry.vertical, convolution.geometry.horizontal)
    var taken = imgconv_patch(
      planes: convolution.channelsPerGroup, height: vertical.input, width: horizontal.input,
      first_row: vertical.start(ofWindow: 2 * quads.firstRow), row_step: 1,
      first_column: horizontal.start(ofWindow: 2 * quads.firstColumn), column_step: 1,
      rows: 2 * quads.extents.rows + 2, columns: layout.pitch, out_stride: layout.channelStride)
    unsafe layers.take(patch, input, &taken)
  }

  /// Sums the products over channels, for each of the 16 elements of the transform; the sums follow the transformed samples.
  private func multiply(
    _ outputs: PackedWeights.Part, _ transformed: UnsafeMutablePointer<Float>, _ quads: WinogradLayout.Quads
  ) {
    let (channels, count) = (convolution.channelsPerGroup, layout.quadStride)
    let sums = unsafe transformed + layout.transformedCount
    // The transformed samples of whole vectors are there, so no tile has an end to mind.
    let whole = (quads.extents.rows * quads.extents.columns + layers.lanes - 1) / layers.lanes * layers.lanes
    var block = imgconv_block(runs: 1, count: whole, pitch: whole, width: whole, out_pitch: whole, out_stride: count)
    for element in 0..<16 {
      let taps = element * channels..<(element + 1) * channels
      unsafe weights.withTaps(of: outputs, taps, at: layout.offsets, bias: noBias) { taps in
        unsafe layers.tiles(
          sums + element * outputs.outputCount * count, &block, transformed + element * layout.elementStride, taps)
      }
    }
  }

  /// Transforms the sums of some outputs back and writes them.
  private func finish(
    _ outputs: PackedWeights.Part, _ sums: UnsafePointer<Float>, to first: UnsafeMutablePointer<Float>,
    _ quads: inout WinogradLayout.Quads
  ) {
    let plane = convolution.output.plane
    let (row, column) = (2 * quads.firstRow, 2 * quads.firstColumn)
    var block = imgconv_block(
      runs: min(2 * quads.extents.rows, plane.height - row), count: 0, pitch: 0,
      width: min(2 * quads.extents.columns, plane.width - column), out_pitch: plane.width,
      out_stride: convolution.output.area)
    unsafe bias.withUnsafeBufferPointer { bias in
      guard let bias = bias.baseAddress else { return }
      unsafe layers.winograd_outputs(
        first + row * plane.width + column, sums, &quads.extents, &block, outputs.outputCount,
        bias + outputs.firstOutput)
    }
  }
}
