import FeatureMaps

/// The scale of each map.
struct MapScales {
  private let scales: [[ColorScale]]

  init(_ scales: [[ColorScale]]) { self.scales = scales }

  /// The scale of a bank's map.
  subscript(bank: Int, map: Int) -> ColorScale { scales[bank][map] }

  /// The colours, which are those of all maps.
  var colors: ColorMap { scales[0][0].colors }
}

extension MapsRun {
  /// Settles how values become colours, with one more pass where they have to be counted.
  ///
  /// - Throws: `JobError` of that pass.
  func resolveScales() throws(JobError) -> MapScales {
    let all = allValues
    let isShared = job.scale == .shared
    let colors = job.colors ?? standardColors(for: all)
    var counted: ValueHistogram?
    if mapping.statisticsNeeded == .histogram {
      for bank in banks {
        bank.startCounting(bank.statistics.map { Self.range(isShared ? all : $0.values) })
      }
      try pass(use: .count)
      if isShared {
        var sum = banks[0].histograms[0]
        for (index, histogram) in banks.flatMap(\.histograms).enumerated() where index > 0 { sum.merge(histogram) }
        counted = sum
      }
    }
    return MapScales(
      banks.map { bank in
        bank.statistics.indices.map { map in
          ColorScale(
            colors, mapping: mapping, statistics: isShared ? all : bank.statistics[map].values,
            histogram: counted ?? (bank.histograms.isEmpty ? nil : bank.histograms[map]))
        }
      })
  }

  /// What a mapping that was asked for has lost, in one line; `nil` where it lost nothing.
  func rangeReport(_ scales: MapScales) -> String? {
    // Diverging colours show −1…1 where others are clamped to 0…1.
    guard let asked = job.mapping, !(asked == .clamp && scales.colors == .diverging) else { return nil }
    return RangeReport.line(for: asked, statistics: allValues)
  }

  private var allValues: ValueStatistics {
    let each = banks.flatMap { $0.statistics.map(\.values) }
    return each.dropFirst().reduce(into: each[0]) { $0.merge($1) }
  }

  /// Diverging colours where values on both sides of 0 are shown, else grey.
  private func standardColors(for values: ValueStatistics) -> ColorMap {
    switch mapping {
    case .clamp, .abs, .range: .grey
    case .signed: .diverging
    case .minmax, .percentile: (values.minimum ?? 0) < 0 ? .diverging : .grey
    }
  }

  private static func range(_ values: ValueStatistics) -> ClosedRange<Double> {
    (values.minimum ?? 0)...(values.maximum ?? 0)
  }
}
