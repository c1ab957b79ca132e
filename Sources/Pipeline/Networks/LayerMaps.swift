public import FeatureMaps
import Networks
import Tensors

/// The values of a layer as feature maps: the planes of the last two axes, or one strip where each plane is a single number.
struct LayerMaps {
  /// What a layer gave.
  let tensor: Tensor
  /// The planes that there are.
  let count: Int
  let width: Int
  let height: Int

  /// Sees a value as maps; `nil` for whole numbers and for what is empty.
  init?(_ value: NetworkValue) {
    guard case .floats(let tensor) = value, tensor.shape.elementCount > 0 else { return nil }
    self.tensor = tensor
    let extents = [1, 1] + tensor.shape.extents
    let (height, width) = (extents[extents.count - 2], extents[extents.count - 1])
    let count = tensor.shape.elementCount / (height * width)
    (self.count, self.width, self.height) = height * width == 1 ? (1, count, 1) : (count, width, height)
  }

  /// Whether a map has more than one row and column.
  var isSpatial: Bool { width > 1 && height > 1 }

  /// One map.
  func plane(_ index: Int) -> ValuePlane {
    let area = width * height
    return ValuePlane(
      width: width, height: height, values: Array(tensor.elements[index * area..<(index + 1) * area]))
  }

  /// The mean of all maps.
  var mean: ValuePlane {
    let area = width * height
    var sums = [Float](repeating: 0, count: area)
    for index in 0..<count {
      for place in 0..<area { sums[place] += tensor.elements[index * area + place] }
    }
    return ValuePlane(width: width, height: height, values: sums.map { $0 / Float(count) })
  }

  /// What is known of all values.
  var statistics: MapStatistics {
    var statistics = MapStatistics()
    statistics.add(tensor.elements[...])
    return statistics
  }
}

/// How maps of layers are drawn.
public struct LayerDrawing: Sendable {
  /// The colours; diverging where values are on both sides of 0 and grey elsewhere, when left out.
  public var colors: ColorMap?
  /// Whether all maps of a layer have one scale.
  public var isShared: Bool
  /// The most maps of a layer that are drawn; 0 for all.
  public var limit: Int

  /// Creates a way of drawing.
  public init(colors: ColorMap? = nil, isShared: Bool = true, limit: Int = 0) {
    self.colors = colors
    self.isShared = isShared
    self.limit = limit
  }

  /// The scale of values.
  func scale(_ statistics: MapStatistics) -> ColorScale {
    let (low, high) = (statistics.values.minimum ?? 0, statistics.values.maximum ?? 1)
    return ColorScale(colors ?? (low < 0 ? .diverging : .grey), fitting: min(low, 0), high)
  }

  /// The maps that are drawn, each with its scale.
  func drawn(_ maps: LayerMaps, name: String) -> (maps: [FeatureMap], scales: [ColorScale]) {
    let count = limit == 0 ? maps.count : min(limit, maps.count)
    let drawn = (0..<count).map { FeatureMap(name: "\(name) \($0)", plane: maps.plane($0)) }
    let shared = scale(maps.statistics)
    return (drawn, drawn.map { isShared ? shared : scale($0.statistics) })
  }
}
