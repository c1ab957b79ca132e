import FeatureMaps
import Tensors
import TestSupport
import Testing

@Suite struct ImageComparisonTests {
  private func rows(_ bytes: [UInt8], width: Int, _ format: PixelFormat = PixelFormat(.rgb)) -> PixelRows {
    PixelRows(format: format, width: width, rowCount: bytes.count / (width * format.bytesPerPixel), bytes: bytes)
  }

  private func sixteen(_ samples: [UInt16]) -> PixelRows {
    let bytes = samples.flatMap { sample in unsafe withUnsafeBytes(of: sample) { unsafe Array($0) } }
    return PixelRows(
      format: PixelFormat(.grey, depth: .sixteen), width: samples.count, rowCount: 1, bytes: bytes)
  }

  @Test func figuresAreThoseWorkedOutByHand() {
    let a = rows([0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30], width: 2)
    let b = rows([0, 0, 0, 10, 13, 10, 20, 20, 16, 30, 30, 34], width: 2)
    var comparison = ImageComparison(width: 2, channelCount: 3, fullRange: 255)
    comparison.add(a, b)
    #expect(comparison.count == 12)
    #expect(comparison.differingCount == 3)
    #expect(comparison.maximumDifference == 4)
    #expect(comparison.maximumIndex == 8)
    #expect(comparison.maximumPosition == ImageComparison.Position(row: 1, x: 0, channel: 2))
    #expect(comparison.meanAbsoluteDifference == 11.0 / 12)
    #expect(comparison.rootMeanSquare == (41.0 / 12).squareRoot())
    // 10 · log10(255² · 12 / 41)
    #expect(mismatch([comparison.psnr], [42.794_777_502], absolute: 1e-6) == nil)
  }

  @Test func equalImagesHaveAnInfiniteRatio() {
    let a = rows([1, 2, 3], width: 1)
    var comparison = ImageComparison(width: 1, channelCount: 3, fullRange: 255)
    comparison.add(a, a)
    #expect(comparison.psnr == .infinity)
    #expect(comparison.maximumDifference == 0 && comparison.differingCount == 0)
    #expect(comparison.maximumIndex == nil && comparison.maximumPosition == nil)
  }

  @Test func sixteenBitSamplesAreComparedWhole() {
    var comparison = ImageComparison(width: 3, fullRange: 65535)
    comparison.add(sixteen([0, 256, 65535]), sixteen([0, 255, 0]))
    #expect(comparison.maximumDifference == 65535)
    #expect(comparison.maximumPosition == ImageComparison.Position(row: 0, x: 2, channel: 0))
    #expect(comparison.meanAbsoluteDifference == 65536.0 / 3)
  }

  @Test func stripsGiveWhatTheWholeGives() {
    var random = SeededGenerator(seed: 3)
    let a = (0..<7 * 30).map { _ in UInt8.random(in: 0...255, using: &random) }
    let b = (0..<7 * 30).map { _ in UInt8.random(in: 0...255, using: &random) }
    var whole = ImageComparison(width: 10, channelCount: 3, fullRange: 255)
    whole.add(rows(a, width: 10), rows(b, width: 10))
    var strips = ImageComparison(width: 10, channelCount: 3, fullRange: 255)
    for strip in [0..<60, 60..<90, 90..<210] {
      strips.add(rows(Array(a[strip]), width: 10), rows(Array(b[strip]), width: 10))
    }
    #expect(strips == whole)
  }

  @Test func arraysAreComparedElementByElement() {
    var comparison = ImageComparison(width: 4, fullRange: 1)
    comparison.add([0, 0.5, .nan, -.infinity] as [Float], [0.25, 0.5, .nan, -.infinity])
    #expect(comparison.count == 4 && comparison.differingCount == 1)
    #expect(comparison.maximumDifference == 0.25 && comparison.maximumIndex == 0)
    #expect(comparison.meanAbsoluteDifference == 0.0625)
    comparison.add([1] as [Float], [.nan])
    #expect(comparison.maximumDifference == .infinity && comparison.maximumIndex == 4)
    #expect(comparison.psnr == -.infinity)
  }

  @Test func theHeatMapShowsTheLargestDifferenceOfAPixel() {
    let a = rows([0, 0, 0, 10, 10, 10, 20, 20, 20], width: 3)
    let b = rows([0, 0, 0, 10, 11, 9, 20, 20, 40], width: 3)
    let map = ImageComparison.heatMap(of: a, and: b, maximum: 5, colors: .grey)
    #expect(map.format == PixelFormat(.rgb))
    #expect(map.width == 3 && map.rowCount == 1)
    #expect(map.bytes == [0, 0, 0, 51, 51, 51, 255, 255, 255])
    let coloured = ImageComparison.heatMap(of: a, and: b, maximum: 20)
    #expect(coloured.bytes.prefix(3) == [0, 0, 4])
    #expect(coloured.bytes.suffix(3) == [252, 253, 191])
  }
}
