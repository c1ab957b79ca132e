public import Tensors

/// A feature map as a sheet shows it: its name, its extents, what is known of its values, and a plane to draw.
public struct FeatureMap: Hashable, Sendable {
  /// What it is called.
  public var name: String
  /// The columns of the map, of which the plane may show fewer.
  public var width: Int
  /// The rows of the map.
  public var height: Int
  /// What is known of all its values.
  public var statistics: MapStatistics
  /// The map, or what it was shrunk to.
  public var plane: ValuePlane
  /// The one kernel that made it, where there is one to draw.
  public var kernel: KernelBank?
  /// A photograph of the plane's extents to lay the map over.
  public var photograph: Canvas?

  /// Creates a map of which only a plane that was shrunk is left.
  public init(
    name: String, width: Int, height: Int, statistics: MapStatistics, plane: ValuePlane, kernel: KernelBank? = nil,
    photograph: Canvas? = nil
  ) {
    self.name = name
    self.width = width
    self.height = height
    self.statistics = statistics
    self.plane = plane
    self.kernel = kernel
    self.photograph = photograph
  }

  /// Creates a map from all its values.
  public init(name: String, plane: ValuePlane, kernel: KernelBank? = nil) {
    var statistics = MapStatistics()
    statistics.add(plane.values[...])
    self.init(
      name: name, width: plane.width, height: plane.height, statistics: statistics, plane: plane, kernel: kernel)
  }

  /// The map with its plane, and the photograph under it, shrunk so that no side is longer than `side`.
  public func fitting(side: Int) -> FeatureMap {
    var map = self
    map.plane = plane.fitting(side: side)
    map.photograph = photograph?.scaled(width: map.plane.width, height: map.plane.height)
    return map
  }
}
