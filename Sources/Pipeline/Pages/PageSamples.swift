import Codecs
import Convolution
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The samples of an image that a page holds: a part of it as it is stored, and all of it shrunk.
struct PageSamples {
  /// How often the part is in memory at a time: as samples, as a PNG, in base 64 and in the page.
  static let copyCount = 6
  /// The longer side of the shrunk image, at most.
  private static let overviewSide = 320

  /// The part, as a PNG in base 64.
  let crop: String
  /// The whole, shrunk by means of blocks, as a PNG of 8 bits without alpha; `nil` where the part is the whole.
  let overview: String?

  /// Reads an image from its first row.
  ///
  /// - Parameters:
  ///   - source: the image; no row of it was read.
  ///   - region: the part to keep, inside the image.
  ///   - path: the image's name, for errors.
  /// - Throws: `JobError` where the image is damaged.
  init(_ source: any RowSource, region: PageRegion, path: String) throws(JobError) {
    let description = source.description
    let format = description.pixelFormat
    let isWhole = region == PageRegion(x: 0, y: 0, width: description.width, height: description.height)
    var kept = PixelRows(format: format, width: region.width, rowCount: 0)
    kept.reserveCapacity(rowCount: region.height)
    let shrink = isWhole ? nil : try Self.shrinking(description, path: path)
    var small = PlanarRows<Float>(
      channelCount: format.channelCount, width: shrink?.outputShape.width ?? 0, rowCount: 0)
    var row = 0
    do {
      while let rows = try source.read(upToRows: 64) {
        for index in 0..<rows.rowCount where (region.y..<region.y + region.height).contains(row + index) {
          let start = index * rows.bytesPerRow + region.x * format.bytesPerPixel
          kept.append(
            PixelRows(
              format: format, width: region.width, rowCount: 1,
              bytes: Array(rows.bytes[start..<start + kept.bytesPerRow])))
        }
        row += rows.rowCount
        if let shrink { small.append(shrink.push(SampleUnpacking.unpack(rows, as: Float.self))) }
      }
    } catch {
      throw JobError(error, path: path)
    }
    crop = try Self.png(kept)
    guard shrink != nil else {
      overview = nil
      return
    }
    if format.depth == .sixteen { for place in small.samples.indices { small.samples[place] /= 257 } }
    let colors = small.prefix(channels: format.color.rawValue)
    overview = try Self.png(SamplePacking.pack(colors, into: PixelFormat(format.color)))
  }

  /// The means of square blocks, of which at most `overviewSide` lie side by side.
  private static func shrinking(
    _ description: ImageDescription, path: String
  ) throws(JobError) -> StripPooling<Float> {
    let side = (max(description.width, description.height) + overviewSide - 1) / overviewSide
    let step = PoolingStep(kind: .average, size: Extent(side), rounding: .ceil)
    let shape = StageShape(
      channelCount: description.pixelFormat.channelCount, height: description.height, width: description.width)
    do { return try step.stage(for: shape, as: Float.self, threadCount: 1) } catch {
      throw JobError(error.kind, code: error.code, path: path, error.message)
    }
  }

  /// Some rows as a PNG, in base 64.
  private static func png(_ rows: PixelRows) throws(JobError) -> String {
    Data(try PNGBytes.encoded(rows, compression: .small)).base64EncodedString()
  }
}
