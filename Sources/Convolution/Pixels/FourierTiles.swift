import CMicrokernels
import Tensors

/// One weighted sum over bytes by Fourier transforms of tiles that overlap (overlap-save): a tile gives the results whose windows it holds.
///
/// All is computed in 64 bits, so that results are the exact ones rounded but where those lie within `errorBound` of a tie: transforms of 32
/// bits would have to doubt several of a hundred samples. A transform of n numbers errs by at most `log₂ n · η` of its norm, with `η` made of
/// the rounding of one butterfly and of the turns (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd edition, theorem 24.2).
struct FourierTiles: Sendable {
  /// The rows and pixels of a tile: powers of two.
  let extent: Extent
  /// The rows and columns that windows reach over.
  let reach: Extent
  /// The rows and pixels from tile to tile: the results of one.
  let step: Extent
  /// The weights, all rows and columns of `reach`.
  let taps: [Double]
  /// What is added to every sum.
  let bias: Double
  /// Whether any sum can lie beyond −½ or 255½.
  let clips: Bool
  /// The layout of rows, all channels of a pixel side by side.
  let columns: ColumnLayout
  /// The samples of a pixel.
  let channelCount: Int
  /// How far a sum may lie from the exact one, in units of a sample.
  let errorBound: Double
  /// Steps for each output sample, as `CostModel` counts them.
  let cost: Double

  /// The bytes of the spectrum, of the tiles that one thread works on, and of the results of a row of tiles.
  var byteCount: Int {
    8 * (2 * extent.height * extent.width + scratchCount)
      + step.height * (columns.length - (reach.width - 1) * channelCount)
  }

  /// The numbers of the tiles that one thread works on.
  var scratchCount: Int { imgconv_fourier_scratch(extent.height, extent.width, channelCount) }

  /// The bytes that the rows of tiles, and the results of them, may take where smaller tiles serve as well.
  private static let rowByteLimit = 48 << 20

  /// Finds the tiles that cost least.
  ///
  /// There are none where windows do not stand side by side or reach over more than a tile, or where sums could err too far.
  ///
  /// - Parameter known: a convolution of bytes, channels side by side.
  init?(_ known: CandidateInput) {
    let (vertical, horizontal) = (known.geometry.vertical, known.geometry.horizontal)
    guard [vertical.stride, vertical.dilation, horizontal.stride, horizontal.dilation].allSatisfy({ $0 == 1 }) else {
      return nil
    }
    let sum = PlannedSum(bank: known.bank, output: 0, tapRows: known.spannedRows, fullRange: known.fullRange)
    let first = known.used.columns[0]
    let reach = Extent(
      height: known.spannedRows.count, width: known.used.columns[known.used.columns.count - 1] - first + 1)
    self.reach = reach
    channelCount = known.interleave
    var taps = [Double](repeating: 0, count: reach.height * reach.width)
    for tap in sum.taps { taps[tap.tapRow * reach.width + tap.column - first] += tap.weight / sum.divisor }
    self.taps = taps
    bias = sum.bias
    columns = known.columns(Array(first..<first + reach.width))

    let output = known.geometry.output
    let rowByteCount = columns.length + output.width * channelCount
    var best: (extent: Extent, cost: Double)?
    for height in Self.sides(reach: reach.height, output: output.height) {
      for width in Self.sides(reach: reach.width, output: output.width) {
        let extent = Extent(height: height, width: width)
        let cost = Self.cost(of: extent, reach: reach, output: output)
        if let best {
          guard cost < best.cost, height <= best.extent.height || height * rowByteCount <= Self.rowByteLimit else {
            continue
          }
        }
        best = (extent, cost)
      }
    }
    guard let best else { return nil }
    (extent, cost) = best
    step = Extent(height: extent.height - reach.height + 1, width: extent.width - reach.width + 1)

    let (least, most) = taps.reduce((bias, bias)) { ($0.0 + 255 * min($1, 0), $0.1 + 255 * max($1, 0)) }
    clips = least < -0.5 || most > 255.5
    errorBound = Self.errorBound(taps, count: Double(extent.height * extent.width), bias: bias)
    guard errorBound < ConvolutionPlan.toleratedError else { return nil }
  }

  /// The sides of tiles that hold a window, those much longer than the image left out.
  private static func sides(reach: Int, output: Int) -> [Int] {
    var sides: [Int] = []
    var side = imgconv_fourier_shortest
    while side <= imgconv_fourier_longest {
      if side >= reach { sides.append(side) }
      if side - reach + 1 >= output { break }
      side *= 2
    }
    return sides
  }

  /// The steps for each output sample.
  private static func cost(of extent: Extent, reach: Extent, output: Extent) -> Double {
    func tileCount(_ extent: Int, _ reach: Int, _ output: Int) -> Int { (output - 1) / (extent - reach + 1) + 1 }
    let rows = tileCount(extent.height, reach.height, output.height)
    let pairs = (tileCount(extent.width, reach.width, output.width) + 1) / 2
    let numbers = Double(rows * pairs) * Double(extent.height * extent.width)
    return CostModel.fourier(
      numbersPerOutput: numbers / (Double(output.height) * Double(output.width)),
      doublingCount: (extent.height * extent.width).trailingZeroBitCount)
  }

  /// How far sums may lie from the exact ones.
  ///
  /// Of the 2-norm `‖x‖` of two tiles of bytes, three transforms (the kernel's, theirs and the inverse one) lose `log₂ n · η` each, and the product less
  /// than one `η`. The kernel's spectrum is nowhere larger than `Σ|w|`, and its own error nowhere larger than `log₂ n · η · √n · ‖w‖`. Turns
  /// are within 6 units of their last place: they are rounded, and so are their angles.
  private static func errorBound(_ taps: [Double], count: Double, bias: Double) -> Double {
    let unit = 0x1p-53
    let butterfly = 4 * unit / (1 - 4 * unit) * (2.0.squareRoot() + 6 * unit) + 6 * unit
    let transform = Double(Int(count).trailingZeroBitCount) * butterfly
    let magnitude = taps.reduce(0) { $0 + abs($1) }
    let norm = taps.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let samples = 255 * (2 * count).squareRoot()
    let spectrum = magnitude * (2 * transform + butterfly) + transform * count.squareRoot() * norm
    // Sums are then rounded to multiples of 2⁻²⁰, after the bias is added.
    return 1.01 * spectrum * samples / (1 - transform) + 0x1p-21 + 2 * unit * (255 * magnitude + abs(bias))
  }
}
