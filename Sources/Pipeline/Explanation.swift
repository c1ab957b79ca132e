import Codecs
import Convolution

/// How one output sample of a convolution or a pooling came about: its window on the input, every product, and the way to what is stored.
///
/// A pooling has taps of 1, and of 0 in the padding.
/// Samples, sums and biases are in stored units, 0…255 or 0…65535. Colours that are weighted by alpha are in their products:
/// `sample · alpha · tap`. With linear light the samples are light, scaled to the same range.
public struct Explanation: Encodable, Sendable {
  /// What is made of the products of a window.
  public enum Reduction: String, Encodable, Sendable {
    /// Their sum.
    case sum
    /// The largest of those whose tap is not 0.
    case largest
  }

  /// One row or column of taps on one axis of the window.
  public struct WindowTap: Encodable, Sendable, Hashable {
    /// The input row or column under it, from 0; it may lie in the padding.
    public let position: Int
    /// The row or column whose samples stand there; `nil` where the border's constant does.
    public let source: Int?

    /// Whether it lies in the padding.
    public var isPadding: Bool { source != position }
  }

  /// The products on one input channel, by rows of the kernel.
  public struct Plane: Encodable, Sendable {
    /// The input channel.
    public let name: String
    /// The samples under the taps.
    public let samples: [[Double]]
    /// The alpha that weights each sample; `nil` where none does.
    public let alphas: [[Double]]?
    /// The taps, before the division.
    public let taps: [[Double]]
    /// Sample times tap, and times alpha where it weights; 0 for a tap of 0.
    public let products: [[Double]]

    /// What the products add up to.
    public var sum: Double { products.joined().reduce(0, +) }
  }

  /// One output channel.
  public struct Channel: Encodable, Sendable {
    /// The channel: `R`, `grey`, `A`, or the number of a map.
    public let name: String
    /// The input channels that are summed.
    public let planes: [Plane]
    /// The sum of all products, or the largest.
    public let sum: Double
    /// What that is divided by; the samples of a mean.
    public let divisor: Double
    /// The alpha of the result, by which a weighted sum is divided as well (by full range where it is 0); `nil` where none is.
    public let alpha: Double?
    /// What is added then.
    public let bias: Double
    /// What the numbers above give: `sum / divisor / alpha + bias`.
    public let computed: Double
    /// What the engine gives, in whose order and precision the sum is made; it is what is written.
    public let result: Double
    /// How far the two may lie apart.
    public let errorBound: Double
    /// What each of the functions that follow makes of the result.
    public let activated: [Double]
    /// The result in full ranges, after these functions, as an array holds it.
    public let fraction: Double
    /// The result as a stored value again, where light was linear.
    public let encoded: Double?
    /// What the range mapping makes of it.
    public let mapped: Double
    /// That rounded to a whole number, ties to even.
    public let rounded: Double
    /// That clamped to what can be stored: the sample of the output.
    public let stored: Int
  }

  /// The kind of the input, as `PNG, 8-bit RGB`.
  public let input: String
  /// Damage of the input that was put up with.
  public let damage: [String]
  /// The operators before the one explained, whose results are its input; neither rounded nor clamped.
  public let earlier: [String]
  /// The operator explained: the last that has windows.
  public let name: String
  /// The functions that follow it.
  public let later: [String]
  /// What is made of the products.
  public let reduction: Reduction
  /// Column and row of the output sample, from 0.
  public let at: [Int]
  /// `C×H×W` that goes into the operator, alpha last.
  public let inputShape: [Int]
  /// `C×H×W` that comes out.
  public let outputShape: [Int]
  /// Height and width of the kernel.
  public let kernel: [Int]
  /// Vertical and horizontal step.
  public let stride: [Int]
  /// Vertical and horizontal step between taps.
  public let dilation: [Int]
  /// Padded samples: top, right, bottom, left.
  public let padding: [Int]
  /// What the border of a pooling is called whose padded samples do not count.
  static let uncounted = "nothing"

  /// What padded samples hold; `nothing` where they do not count.
  public let border: String
  /// The rows of the window.
  public let rows: [WindowTap]
  /// The columns of the window.
  public let columns: [WindowTap]
  /// The largest stored sample, which is 1 of a fraction.
  public let fullRange: Double
  /// The range mapping.
  public let mapping: String
  /// How the sum is computed, where there is a choice.
  public let algorithm: String?
  /// Whether sums are held in 32 bits or in 64.
  public let precision: String
  /// Every output channel; alpha, where there is one, last.
  public let channels: [Channel]
}

extension JobRunner {
  /// Explains one output sample of a job: the last convolution or pooling, and the functions after it.
  ///
  /// The job runs as it would for a file, rows in and rows out, so that the result is the engine's; what it gives at this place is
  /// compared with the sum of the products shown. Traps where the job has neither convolution nor pooling.
  ///
  /// - Parameters:
  ///   - x: the output's column, from 0.
  ///   - y: the output's row, from 0.
  ///   - job: what is done.
  ///   - input: the image to read; `-` is standard input.
  ///   - options: what the run may use.
  /// - Returns: the explanation, of every channel.
  /// - Throws: `JobError`; of kind `internalError` where products and engine disagree.
  public static func explain(
    x: Int, y: Int, of job: ImageJob, input: String, options: RunOptions = RunOptions()
  ) throws(JobError) -> Explanation {
    try ImageRun(job: job, inputPath: input, format: .png, options: options, looksAtSums: true, progress: nil)
      .explanation(x: x, y: y)
  }
}
