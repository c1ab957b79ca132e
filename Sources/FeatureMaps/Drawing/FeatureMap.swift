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
    statistics.add(plane.values)
    self.init(
      name: name, width: plane.width, height: plane.height, statistics: statistics, plane: plane, kernel: kernel)
  }
}

/// What is known of a feature map's values, gathered piece by piece.
public struct MapStatistics: Hashable, Sendable {
  /// The values seen.
  public private(set) var count = 0
  /// The values that are 0.
  public private(set) var zeroCount = 0
  /// The values that are no number, or infinite; all but the count leave them out.
  public private(set) var nonFiniteCount = 0
  /// The smallest value; infinite before the first.
  public private(set) var minimum = Double.infinity
  /// The largest value; negative infinite before the first.
  public private(set) var maximum = -Double.infinity
  private var sum = 0.0
  private var squareSum = 0.0

  /// Creates the statistics of no values.
  public init() {}

  /// The mean of the finite values; 0 of none.
  public var mean: Double { sum / Double(max(1, count - nonFiniteCount)) }

  /// The mean of the squares, which maps are ordered by; 0 of none.
  public var energy: Double { squareSum / Double(max(1, count - nonFiniteCount)) }

  /// The share of the values that are 0, 0…1; 0 of none.
  public var zeroShare: Double { Double(zeroCount) / Double(max(1, count)) }

  /// Adds values, each divided by `unit`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add<Scalar: BinaryFloatingPoint>(_ values: ArraySlice<Scalar>, unit: Double = 1) {
    count += values.count
    for value in values {
      guard value.isFinite else {
        nonFiniteCount += 1
        continue
      }
      let number = Double(value) / unit
      if number == 0 { zeroCount += 1 }
      minimum = min(minimum, number)
      maximum = max(maximum, number)
      sum += number
      squareSum += number * number
    }
  }

  /// Adds values.
  public mutating func add(_ values: [Float]) { add(values[...]) }
}
