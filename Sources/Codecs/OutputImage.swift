import CCodecs
import Tensors

/// What the C writers are told of an image, and how many of its rows are still missing.
struct OutputImage {
  let width: Int
  let height: Int
  let format: PixelFormat
  private(set) var missingRows: Int

  init(width: Int, height: Int, format: PixelFormat) {
    precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels cannot be written")
    self.width = width
    self.height = height
    self.format = format
    missingRows = height
  }

  /// Counts rows in; traps when they do not fit the image.
  mutating func take(_ rows: PixelRows) {
    precondition(
      rows.width == width && rows.format == format,
      "rows of \(rows.width) pixels in \(rows.format) do not fit an image of \(width) in \(format)")
    precondition(rows.rowCount <= missingRows, "\(rows.rowCount) rows, but \(missingRows) of \(height) are missing")
    missingRows -= rows.rowCount
  }

  /// Traps unless all rows have been counted in.
  func expectComplete() {
    precondition(missingRows == 0, "\(missingRows) of \(height) rows have not been written")
  }

  /// The profile, where its colour space is the image's: a profile for RGB says nothing about grey, nor the other way round.
  func fittingProfile(_ color: ColorMetadata) -> [UInt8] {
    let space = format.color == .grey ? "GRAY" : "RGB "
    // ICC.1:2010, 7.2.6: the colour space stands in bytes 16…19.
    guard let profile = color.iccProfile, profile.count >= 128, profile[16..<20].elementsEqual(space.utf8) else {
      return []
    }
    return profile
  }

  func description(_ color: ColorMetadata, profileLength: Int) -> imgconv_output_info {
    var info = imgconv_output_info()
    info.width = UInt32(width)
    info.height = UInt32(height)
    info.channels = Int32(format.channelCount)
    info.depth = Int32(format.depth.rawValue)
    info.color.icc_length = profileLength
    info.color.rendering_intent = Int32(color.renderingIntent ?? -1)
    info.color.gamma = color.gamma ?? 0
    if let numbers = color.chromaticities {
      precondition(numbers.count == 8, "chromaticities are 8 numbers, not \(numbers.count)")
      info.color.has_chromaticities = 1
      info.color.chromaticities = (
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7]
      )
    }
    if let density = color.density {
      info.color.has_density = 1
      info.color.density_x = density.x
      info.color.density_y = density.y
      info.color.density_is_per_metre = density.isPerMetre ? 1 : 0
    }
    return info
  }
}
