public import Tensors

/// A step that takes the rows of an image from top to bottom and gives back rows of another.
///
/// A stage serves one image. Rows that are fed one at a time, in strips of any height or all at once give the same results.
public protocol RowStage<Scalar>: AnyObject {
  /// The type of the samples.
  associatedtype Scalar: EngineScalar

  /// The channels, rows and columns that come out in all.
  var outputShape: StageShape { get }

  /// Takes the next rows of the input, in order and any number of them, and returns every output row that they make computable.
  ///
  /// After the last row of the input all rows of the output have been returned. Traps when the rows have another shape than the
  /// input, or are more than it has.
  func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar>
}

/// The channels, rows and columns of an image between two stages.
public struct StageShape: Hashable, Sendable {
  /// The runs of each row.
  public let channelCount: Int
  /// The rows.
  public let height: Int
  /// The samples of a run.
  public let width: Int

  /// Creates a shape.
  public init(channelCount: Int, height: Int, width: Int) {
    self.channelCount = channelCount
    self.height = height
    self.width = width
  }

  /// The rows and columns.
  public var extent: Extent { Extent(height: height, width: width) }
}

extension StageShape: CustomStringConvertible {
  /// Channels, height and width joined by `×`, as in `3×480×640`.
  public var description: String { "\(channelCount)×\(height)×\(width)" }
}
