/// The extents of an array, outermost axis first, as in `3×480×640` for `C×H×W`.
///
/// A shape exists only when its extents are not negative and their product fits an `Int`.
public struct Shape: Hashable, Sendable {
  /// The extent of each axis, outermost first.
  public let extents: [Int]

  /// The number of elements: the product of the extents; 1 for the shape of a scalar.
  public let elementCount: Int

  /// Creates a shape from its extents, outermost first.
  ///
  /// - Throws: `ShapeError.negativeExtent` or `ShapeError.tooManyElements`.
  public init(_ extents: [Int]) throws(ShapeError) {
    var count = 1
    for extent in extents {
      guard extent >= 0 else { throw .negativeExtent(extents) }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .tooManyElements(extents) }
      count = product
    }
    self.extents = extents
    self.elementCount = count
  }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The extent of one axis; traps when the shape has no such axis.
  public subscript(axis: Int) -> Int { extents[axis] }
}

extension Shape: CustomStringConvertible {
  /// The extents joined by `×`, as in `3×480×640`; `scalar` for rank 0.
  public var description: String {
    extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "×")
  }
}

/// Why extents do not make a shape.
public enum ShapeError: Error, Equatable {
  /// An extent is below zero.
  case negativeExtent([Int])
  /// The product of the extents does not fit an `Int`.
  case tooManyElements([Int])
}

extension ShapeError: CustomStringConvertible {
  /// One sentence with the extents.
  public var description: String {
    switch self {
    case .negativeExtent(let extents): "the shape \(extents) has a negative extent"
    case .tooManyElements(let extents): "the shape \(extents) has more elements than this machine can count"
    }
  }
}
