/// What a page of feature maps holds: a photograph's samples, and the operators on them, from which the page computes all it shows.
///
/// The page does not know the library; names of paddings, borders and mappings are those of the command line.
public struct ExplanationPage: Encodable, Sendable {
  /// The image that was read.
  public struct Input: Encodable, Sendable {
    /// The name without its folder.
    public let name: String
    /// The name as a command line has it.
    public let path: String
    /// The kind of file, in words.
    public let detail: String
    /// The pixels of a row.
    public let width: Int
    /// The rows.
    public let height: Int
    /// The names of the colour channels.
    public let colors: [String]
    /// Whether alpha follows the colours.
    public let hasAlpha: Bool
    /// The largest stored sample: 255 or 65535.
    public let maximum: Int

    /// Creates a description.
    public init(
      name: String, path: String, detail: String, width: Int, height: Int, colors: [String], hasAlpha: Bool,
      maximum: Int
    ) {
      (self.name, self.path, self.detail, self.width, self.height) = (name, path, detail, width, height)
      (self.colors, self.hasAlpha, self.maximum) = (colors, hasAlpha, maximum)
    }
  }

  /// The part of the image that the page holds, as a PNG in base 64.
  public struct Crop: Encodable, Sendable {
    /// The first column and row of the image that are held.
    public let x: Int, y: Int
    /// The columns and rows held.
    public let width: Int, height: Int
    /// The stored samples, as a PNG that is not interlaced, in base 64.
    public let png: String

    /// Creates a part.
    public init(x: Int, y: Int, width: Int, height: Int, png: String) {
      (self.x, self.y, self.width, self.height, self.png) = (x, y, width, height, png)
    }
  }

  /// One operator.
  public enum Step: Encodable, Sendable {
    /// A bank of kernels with its windows.
    case convolution(Convolution)
    /// A function of each sample, by its name.
    case activation(String)
    /// A pooling with its windows.
    case pooling(Pooling)

    private enum Key: CodingKey { case kind, name }

    /// Encodes what the operator is made of, and its kind.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      switch self {
      case .convolution(let convolution):
        try container.encode("convolution", forKey: .kind)
        try convolution.encode(to: encoder)
      case .activation(let name):
        try container.encode("activation", forKey: .kind)
        try container.encode(name, forKey: .name)
      case .pooling(let pooling):
        try container.encode("pooling", forKey: .kind)
        try pooling.encode(to: encoder)
      }
    }
  }

  /// A convolution; pairs are vertical and horizontal.
  public struct Convolution: Encodable, Sendable {
    /// What the kernel is called.
    public var name: String
    /// What a command line says for it; `nil` where its numbers have to be written out.
    public var argument: String?
    /// The names of its outputs.
    public var names: [String]
    /// `O×I×kh×kw`.
    public var shape: [Int]
    /// The numbers, before the division, in the order of `shape`.
    public var taps: [Double]
    /// What the sum of each output is divided by.
    public var divisors: [Double]
    /// What is added to each output, in full ranges.
    public var biases: [Double]
    /// Column and row of the tap that lies on the output's own sample; `nil` for the centre.
    public var anchor: [Int]?
    /// The step from window to window.
    public var stride: [Int]
    /// The step from tap to tap.
    public var dilation: [Int]
    /// The padding by its name.
    public var padding: String
    /// The border by its name.
    public var border: String

    /// Creates a convolution.
    public init(
      name: String, argument: String?, names: [String], shape: [Int], taps: [Double], divisors: [Double],
      biases: [Double], anchor: [Int]?, stride: [Int], dilation: [Int], padding: String, border: String
    ) {
      (self.name, self.argument, self.names, self.shape, self.taps) = (name, argument, names, shape, taps)
      (self.divisors, self.biases, self.anchor) = (divisors, biases, anchor)
      (self.stride, self.dilation, self.padding, self.border) = (stride, dilation, padding, border)
    }
  }

  /// A pooling; pairs are vertical and horizontal.
  public struct Pooling: Encodable, Sendable {
    /// `max` or `average`.
    public let reduction: String
    /// The rows and columns of a window.
    public let size: [Int]
    /// The step from window to window.
    public let stride: [Int]
    /// The padding by its name.
    public let padding: String
    /// Whether a last window that does not fit whole is kept.
    public let ceil: Bool
    /// Whether padded samples count in a mean.
    public let countsPadding: Bool

    /// Creates a pooling.
    public init(reduction: String, size: [Int], stride: [Int], padding: String, ceil: Bool, countsPadding: Bool) {
      (self.reduction, self.size, self.stride, self.padding) = (reduction, size, stride, padding)
      (self.ceil, self.countsPadding) = (ceil, countsPadding)
    }
  }

  /// How results become samples.
  public struct Mapping: Encodable, Sendable {
    /// The range mapping by its name.
    public let name: String
    /// In `(v − origin) · scale`, what is taken off a result in stored units; `nil` where the page finds it, or there is none.
    public let origin: Double?
    /// What that is multiplied by.
    public let scale: Double?

    /// Creates a mapping, settled where `resolved` is.
    public init(_ mapping: RangeMapping, resolved: ResolvedMapping? = nil) {
      name = "\(mapping)"
      origin = resolved?.affine?.origin
      scale = resolved?.affine?.scale
    }
  }

  /// Operators that follow one another, whose last results are looked at.
  public struct Chain: Encodable, Sendable {
    /// What it is called.
    public let name: String
    /// The operators.
    public let steps: [Step]
    /// How the results become samples.
    public let mapping: Mapping

    /// Creates a chain.
    public init(name: String, steps: [Step], mapping: Mapping) {
      (self.name, self.steps, self.mapping) = (name, steps, mapping)
    }
  }

  /// A plain kernel that a reader may begin with.
  public struct Preset: Encodable, Sendable {
    /// Its name in the catalogue.
    public let name: String
    /// Its numbers, before the division.
    public let rows: [[Double]]
    /// What their sum is divided by.
    public let divisor: Double
    /// What is added, in full ranges.
    public let bias: Double
    /// Column and row of the tap on the output's own sample; `nil` for the centre.
    public let anchor: [Int]?

    /// Creates a preset.
    public init(name: String, rows: [[Double]], divisor: Double, bias: Double, anchor: [Int]?) {
      (self.name, self.rows, self.divisor, self.bias, self.anchor) = (name, rows, divisor, bias, anchor)
    }
  }

  /// A column and a row.
  public struct Place: Encodable, Sendable {
    /// The column, from 0.
    public let x: Int
    /// The row, from 0.
    public let y: Int

    /// Creates a place.
    public init(x: Int, y: Int) { (self.x, self.y) = (x, y) }
  }

  /// The page's title.
  public let title: String
  /// The image.
  public let input: Input
  /// The part of it that is held.
  public let crop: Crop
  /// The whole image, shrunk, as a PNG in base 64; `nil` where the part is the whole.
  public let overview: String?
  /// The channels that take part, by the name on the command line.
  public let channels: String
  /// How alpha takes part, by the name on the command line.
  public let alpha: String
  /// Whether colours are filtered in linear light.
  public let linear: Bool
  /// What is done to the image, at least one.
  public let chains: [Chain]
  /// The output sample that is looked at first; `nil` for the middle.
  public let place: Place?
  /// The colours that maps have at first, by their name.
  public let colors: String
  /// The plain kernels to begin with.
  public let presets: [Preset]
  /// The 256 colours of every map, in hexadecimal.
  public let colorMaps: [String: String]

  /// Creates the data of a page.
  public init(
    title: String, input: Input, crop: Crop, overview: String?, channels: String, alpha: String, linear: Bool,
    chains: [Chain], place: Place?, colors: ColorMap, presets: [Preset]
  ) {
    (self.title, self.input, self.crop, self.overview) = (title, input, crop, overview)
    (self.channels, self.alpha, self.linear, self.chains) = (channels, alpha, linear, chains)
    (self.place, self.colors, self.presets) = (place, colors.rawValue, presets)
    colorMaps = Dictionary(uniqueKeysWithValues: ColorMap.allCases.map { ($0.rawValue, Self.digits(of: $0)) })
  }

  private static func digits(of map: ColorMap) -> String {
    map.palette.flatMap { [$0.red, $0.green, $0.blue] }
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
