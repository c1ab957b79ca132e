import Codecs
import FeatureMaps
import Tensors

/// What `maps.json` says: every feature map with its kernel, its numbers and its file.
///
/// Values are in units of full range: 1 is white.
public struct MapsManifest: Encodable, Sendable {
  /// The image.
  public struct Input: Encodable, Sendable {
    /// The name as it was given.
    public let path: String
    /// The kind of file, as `PNG, 8-bit RGB`.
    public let kind: String
    /// `C×H×W`.
    public let shape: [Int]
  }

  /// A kernel as it was laid on the image.
  public struct Kernel: Encodable, Sendable {
    /// `I×kh×kw`.
    public let shape: [Int]
    /// The taps, a list of rows for each channel, before the division.
    public let taps: [[[Double]]]
    /// What sums are divided by.
    public let divisor: Double
    /// What is added to them.
    public let bias: Double
  }

  /// A feature map.
  public struct Map: Encodable, Sendable {
    /// What it is called.
    public let name: String
    /// Its file, in the folder of the manifest.
    public let file: String
    /// The bank it belongs to.
    public let bank: String
    /// Its kernel; none for a mean or maximum of maps.
    public let kernel: Kernel?
    /// `H×W`.
    public let shape: [Int]
    /// The smallest value.
    public let minimum: Double
    /// The largest value.
    public let maximum: Double
    /// The mean.
    public let mean: Double
    /// The share of the values that are 0.
    public let zeroShare: Double
    /// The mean of the squares.
    public let energy: Double
    /// How values became colours.
    public let mapping: Mapping
  }

  /// How values become colours: `low` has the first colour, `high` the last.
  public struct Mapping: Encodable, Sendable {
    /// The mapping by its name, as `percentile:99.5`.
    public let name: String
    /// The colours.
    public let colors: String
    /// The value of the first colour.
    public let low: Double
    /// The value of the last colour.
    public let high: Double
  }

  /// The principal components of a bank's maps.
  public struct Components: Encodable, Sendable {
    /// What they are called.
    public let name: String
    /// The file, in the folder of the manifest: red, green and blue are the first three.
    public let file: String
    /// The bank.
    public let bank: String
    /// The share of the maps' variance along each, the largest first.
    public let shares: [Double]
    /// The directions: a number for each map of the bank, in the order of its kernels.
    public let directions: [[Double]]
  }

  /// The image.
  public let input: Input
  /// Which maps have one scale.
  public let scale: String
  /// How maps follow one another.
  public let order: String
  /// Whether maps are laid over the photograph.
  public let overlay: Bool
  /// The sheet's file.
  public let contactSheet: String
  /// The maps, in order.
  public let maps: [Map]
  /// The principal components, where they were asked for.
  public let components: [Components]
}

extension MapsManifest.Kernel {
  init(_ kernel: KernelBank) {
    shape = [kernel.inputCount, kernel.height, kernel.width]
    taps = (0..<kernel.inputCount).map { input in
      (0..<kernel.height).map { row in
        (0..<kernel.width).map { kernel.tap(output: 0, input: input, row: row, column: $0) }
      }
    }
    (divisor, bias) = (kernel.divisors[0], kernel.biases[0])
  }
}

extension MapsManifest.Input {
  init(_ description: ImageDescription, path: String) {
    self.path = PathBytes.readable(path)
    kind = description.detail
    shape = [description.pixelFormat.channelCount, description.height, description.width]
  }
}
