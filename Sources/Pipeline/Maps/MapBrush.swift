import Convolution
import FeatureMaps
import Tensors

/// Rows of one file, as they go to its encoder.
struct MapRows: Sendable {
  /// The place of the file among all of a pass.
  let file: Int
  let rows: PixelRows
}

/// The way from a bank's values to the pixels of its files.
///
/// A grey map keeps the depth of the image; colours are 8-bit RGB.
final class MapBrush {
  /// What a file shows.
  enum Subject {
    /// One map.
    case map(Int, ColorScale)
    /// The principal components of all maps.
    case components(PrincipalComponents)
  }

  /// A file of a pass.
  struct Target {
    let file: Int
    let subject: Subject
  }

  private let targets: [Target]
  private let fullRange: Double
  private let depth: SampleDepth
  /// The photograph that maps are laid over, shrunk to their size.
  private let photograph: PhotographRows?

  init(_ targets: [Target], fullRange: Double, depth: SampleDepth, photograph: PhotographRows?) {
    self.targets = targets
    self.fullRange = fullRange
    self.depth = depth
    self.photograph = photograph
  }

  /// The pixels of a subject's file.
  static func format(of subject: Subject, depth: SampleDepth, isOverlay: Bool) -> PixelFormat {
    if case .map(_, let scale) = subject, scale.colors == .grey, !isOverlay {
      PixelFormat(.grey, depth: depth)
    } else {
      PixelFormat(.rgb)
    }
  }

  /// Paints rows for all files.
  func paint<Scalar: EngineScalar>(_ maps: PlanarRows<Scalar>, mapCount: Int) throws(JobError) -> [MapRows] {
    let backdrop = try photograph?.next(maps.rowCount)
    return targets.map { target in
      switch target.subject {
      case .map(let map, let scale):
        MapRows(file: target.file, rows: rows(of: plane(map, of: maps), scale, over: backdrop))
      case .components(let components):
        MapRows(file: target.file, rows: rows(of: components, maps, mapCount: mapCount))
      }
    }
  }

  private func plane<Scalar: EngineScalar>(_ map: Int, of maps: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    var samples: [Scalar] = []
    samples.reserveCapacity(maps.rowCount * maps.width)
    for row in 0..<maps.rowCount { samples += maps.run(row: row, channel: map) }
    return PlanarRows(channelCount: 1, width: maps.width, rowCount: maps.rowCount, samples: samples)
  }

  private func rows<Scalar: EngineScalar>(
    of plane: consuming PlanarRows<Scalar>, _ scale: ColorScale, over backdrop: [ColorMap.Color]?
  ) -> PixelRows {
    ResolvedMapping(scale.mapping, fullRange: fullRange).apply(to: &plane)
    if scale.colors == .grey && backdrop == nil {
      return SamplePacking.pack(plane, into: PixelFormat(.grey, depth: depth))
    }
    if depth == .sixteen {
      for place in plane.samples.indices { plane.samples[place] *= Scalar(255 / fullRange) }
    }
    let bytes = SamplePacking.pack(plane, into: PixelFormat(.grey)).bytes
    var colors = [UInt8](repeating: 0, count: 3 * bytes.count)
    for (place, byte) in bytes.enumerated() {
      let color = backdrop.map { scale.overlaid(step: byte, on: $0[place]) } ?? scale.palette[Int(byte)]
      colors[3 * place] = color.red
      colors[3 * place + 1] = color.green
      colors[3 * place + 2] = color.blue
    }
    return PixelRows(format: PixelFormat(.rgb), width: plane.width, rowCount: plane.rowCount, bytes: colors)
  }

  private func rows<Scalar: EngineScalar>(
    of components: PrincipalComponents, _ maps: PlanarRows<Scalar>, mapCount: Int
  ) -> PixelRows {
    var painted = PlanarRows<Scalar>(channelCount: 3, width: maps.width, rowCount: maps.rowCount)
    for channel in 0..<3 {
      let (weights, offset) = components.colorChannel(channel)
      for row in 0..<maps.rowCount {
        let start = (row * 3 + channel) * maps.width
        for x in 0..<maps.width { painted.samples[start + x] = Scalar(255 * offset) }
        for map in 0..<mapCount {
          let weight = Scalar(255 * weights[map])
          for (x, value) in maps.run(row: row, channel: map).enumerated() {
            painted.samples[start + x] += weight * value
          }
        }
      }
    }
    return SamplePacking.pack(painted, into: PixelFormat(.rgb))
  }
}
