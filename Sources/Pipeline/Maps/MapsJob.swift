public import FeatureMaps
public import Kernels
import Tensors

/// What is made of an image: a feature map of each kernel of some banks, and how they are shown.
public struct MapsJob: Sendable {
  /// A bank on its way: what is done to the image with it.
  public struct Bank: Sendable {
    /// The kernels of the job's convolutions, in their order; the first is the bank that maps are named after.
    public var kernels: [Kernel]
    /// What a command line says for each of them.
    public var arguments: [String]
    /// What is done to the image.
    ///
    /// Its mapping is not used: `MapsJob` has one for all.
    public var job: ImageJob

    /// Creates a bank; traps unless there is a kernel, and an argument for each.
    public init(kernels: [Kernel], arguments: [String], job: ImageJob) {
      precondition(!kernels.isEmpty && kernels.count == arguments.count, "a bank has kernels, each with an argument")
      self.arguments = arguments
      self.kernels = kernels
      self.job = job
    }
  }

  /// Which maps have one scale.
  public enum Scale: String, Sendable, CaseIterable {
    /// All of them: equal colours are equal values.
    case shared
    /// Each its own: every map uses all colours.
    case each
  }

  /// How maps follow one another on the sheet and in the manifest.
  public enum Order: String, Sendable, CaseIterable {
    /// As kernels were given.
    case given
    /// By their mean square, the largest first.
    case energy
  }

  /// One picture more of each bank, made of all its maps.
  public enum Reduction: String, Sendable, CaseIterable {
    /// The mean of the maps.
    case mean
    /// The largest of the maps.
    case max
    /// The first three principal components of the maps as red, green and blue.
    case pca
  }

  /// The banks, in order.
  public var banks: [Bank]
  /// How values become colours; `nil` for what shows nearly all of them (`MapsJob.defaultMapping`).
  public var mapping: RangeMapping?
  /// The colours; `nil` for diverging ones where values are below 0, and for grey elsewhere.
  public var colors: ColorMap?
  /// Which maps have one scale.
  public var scale: Scale
  /// How maps follow one another.
  public var order: Order
  /// Whether maps are laid over the photograph.
  public var isOverlay: Bool
  /// One picture more of each bank.
  public var reduction: Reduction?

  /// The mapping where none is asked for: a few extreme values would leave all others pale.
  public static let defaultMapping = RangeMapping.percentile(99.5)

  /// Creates a job of some banks.
  public init(
    banks: [Bank], mapping: RangeMapping? = nil, colors: ColorMap? = nil, scale: Scale = .shared, order: Order = .given,
    isOverlay: Bool = false, reduction: Reduction? = nil
  ) {
    self.banks = banks
    self.mapping = mapping
    self.colors = colors
    self.scale = scale
    self.order = order
    self.isOverlay = isOverlay
    self.reduction = reduction
  }

  /// The channels that are filtered where none are chosen: all where a bank sums over them, else luma.
  ///
  /// A map of each colour would show nearly the same thing three times.
  public static func defaultChannels(for kernels: [Kernel]) -> ChannelSelection {
    kernels.allSatisfy(\.bank.isDepthwise) ? .luma : .each
  }
}
