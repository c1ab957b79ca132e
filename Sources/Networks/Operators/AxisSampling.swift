/// Which samples of an axis make a sample of it at another extent, as ONNX's `Resize` has it.
struct AxisSampling {
  /// Where a sample of the result lies on the input.
  enum Coordinates: String, CaseIterable {
    case halfPixel = "half_pixel"
    case symmetricHalfPixel = "half_pixel_symmetric"
    case torchHalfPixel = "pytorch_half_pixel"
    case alignedCorners = "align_corners"
    case asymmetric
    case nearestHalfPixel = "tf_half_pixel_for_nn"
  }

  /// Which of two neighbours is the nearest.
  enum Rounding: String, CaseIterable {
    case preferFloor = "round_prefer_floor"
    case preferCeiling = "round_prefer_ceil"
    case floor
    case ceil
  }

  /// A sample of the input and its weight.
  struct Tap {
    let place: Int
    let weight: Float
  }

  let coordinates: Coordinates
  let rounding: Rounding
  /// The a of cubic interpolation (Keys, 1981).
  let sharpness: Float
  /// Whether taps beyond the ends are left out, and the others share their weight.
  let leavesOutOutside: Bool

  /// The nearest sample.
  func nearest(_ input: Int, _ output: Int, _ scale: Double) -> [[Tap]] {
    places(input, output, scale).map { position in
      let place =
        switch rounding {
        case .preferFloor: (position - 0.5).rounded(.up)
        case .preferCeiling: (position + 0.5).rounded(.down)
        case .floor: position.rounded(.down)
        case .ceil: position.rounded(.up)
        }
      return [Tap(place: min(max(Int(place), 0), input - 1), weight: 1)]
    }
  }

  /// The two samples around, weighted by how near they are; the ends are repeated.
  func linear(_ input: Int, _ output: Int, _ scale: Double) -> [[Tap]] {
    places(input, output, scale).map { position in
      let inside = min(max(position, 0), Double(input - 1))
      let first = min(Int(inside), input - 1)
      let share = Float(inside - Double(first))
      if share == 0 { return [Tap(place: first, weight: 1)] }
      return [Tap(place: first, weight: 1 - share), Tap(place: min(first + 1, input - 1), weight: share)]
    }
  }

  /// The four samples around, by a cubic polynomial; the ends are repeated.
  func cubic(_ input: Int, _ output: Int, _ scale: Double) -> [[Tap]] {
    let a = Double(sharpness)
    return places(input, output, scale).map { position in
      let first = Int(position.rounded(.down))
      let t = position - Double(first)
      var weights = [t + 1, t, 1 - t, 2 - t].map { distance in
        distance <= 1
          ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
          : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
      }
      if leavesOutOutside {
        for tap in 0..<4 where !(0..<input).contains(first - 1 + tap) { weights[tap] = 0 }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
      }
      return weights.enumerated().map { tap, weight in
        Tap(place: min(max(first - 1 + tap, 0), input - 1), weight: Float(weight))
      }
    }
  }

  /// Where each sample of the result lies on the input.
  private func places(_ input: Int, _ output: Int, _ scale: Double) -> [Double] {
    (0..<output).map { place in
      let x = Double(place)
      return switch coordinates {
      case .halfPixel: (x + 0.5) / scale - 0.5
      case .symmetricHalfPixel:
        Double(input) / 2 * (1 - Double(output) / (scale * Double(input))) + (x + 0.5) / scale - 0.5
      case .torchHalfPixel: output > 1 ? (x + 0.5) / scale - 0.5 : 0
      case .alignedCorners: output > 1 ? x * Double(input - 1) / Double(output - 1) : 0
      case .asymmetric: x / scale
      case .nearestHalfPixel: (x + 0.5) / scale
      }
    }
  }
}
