import Convolution
import Tensors
import TestSupport
import Testing

/// What tests of the way from pixels to pixels have in common.
protocol PixelChecks {}

extension PixelChecks {
  /// How near to a tie the exact sum must lie for a sample to be the other neighbour.
  static var nearTie: Double { ConvolutionPlan.toleratedError }

  func pixels(
    _ format: PixelFormat, width: Int, height: Int, _ random: inout SeededGenerator
  ) -> PixelRows {
    // Extremes are frequent, as in photographs with blown lights and blocked shadows.
    let bytes = (0..<width * height * format.bytesPerPixel).map { _ in
      [UInt8.random(in: 0...255, using: &random), 0, 255, UInt8.random(in: 0...255, using: &random)]
        .randomElement(using: &random) ?? 0
    }
    return PixelRows(format: format, width: width, rowCount: height, bytes: bytes)
  }

  func plan(
    _ image: PixelRows, _ bank: KernelBank, stride: Extent = Extent(1), padding: Padding = .same,
    dilation: Extent = Extent(1), border: Border = .edge, algorithm: Algorithm = .auto
  ) throws -> (sums: ConvolutionPlan, pixels: PixelPlan) {
    let fullRange = Double(image.format.depth.maximum)
    let sums = try ConvolutionPlan(
      input: StageShape(channelCount: image.format.channelCount, height: image.rowCount, width: image.width),
      bank: bank, stride: stride, padding: padding, dilation: dilation, border: border, fullRange: fullRange,
      isInteger: true, sampleBound: fullRange, algorithm: algorithm)
    return (sums, try #require(PixelPlan(sums, format: image.format)))
  }

  /// The exact sums in the order of stored samples.
  func exact(_ image: PixelRows, _ plan: ConvolutionPlan) -> [Double] {
    let channels = image.format.channelCount
    var planes: [Double] = []
    for channel in 0..<channels {
      for row in 0..<image.rowCount {
        planes += (0..<image.width).map { Double(image[row: row, x: $0, channel: channel]) }
      }
    }
    let sums = Reference.convolve(
      planes, channelCount: channels, bank: plan.bank, geometry: plan.geometry, border: plan.border,
      fullRange: plan.fullRange)
    let size = plan.geometry.output.height * plan.geometry.output.width
    return (0..<size * channels).map { sums[$0 % channels * size + $0 / channels] }
  }

  /// Where pixels are not the exact sums rounded, in words; `nearTie` is how near to a tie either neighbour will do.
  func wrongSample(_ found: PixelRows, _ exact: [Double], nearTie: Double = Self.nearTie) -> String? {
    let (channels, width) = (found.format.channelCount, found.width)
    guard found.rowCount * width * channels == exact.count else { return "\(found.rowCount) rows of \(width)" }
    for (index, sum) in exact.enumerated() {
      let stored = Double(
        found[row: index / channels / width, x: index / channels % width, channel: index % channels])
      let wanted = min(max(sum.rounded(.toNearestOrEven), 0), Double(found.format.depth.maximum))
      let isNearTie = abs(sum - sum.rounded(.down) - 0.5) < nearTie
      if stored != wanted && !(isNearTie && abs(stored - wanted) == 1) {
        return "sample \(index) is \(stored), the sum is \(sum)"
      }
    }
    return nil
  }

  func filtered(
    _ image: PixelRows, _ plan: PixelPlan, strips: Int, threads: Int = 1, level: InstructionSet? = nil
  ) -> (pixels: PixelRows, statistics: SumStatistics) {
    let convolution = PixelConvolution(plan: plan, threadCount: threads, instructionSet: level)
    var result: PixelRows?
    for first in stride(from: 0, to: image.rowCount, by: strips) {
      let rows = convolution.push(image.rows(first..<min(first + strips, image.rowCount)))
      if result == nil { result = rows } else { result?.append(rows) }
    }
    return (result ?? image, convolution.statistics)
  }
}
