import Codecs
import Convolution
import FeatureMaps
import Tensors

extension MapsRun {
  /// The maps in their order, then what was made of all maps of a bank.
  private var ordered: [Entry] {
    let isMap = { [banks] (entry: Entry) in entry.map.map { $0 < banks[entry.bank].mapCount } ?? false }
    let maps = entries.filter(isMap)
    guard job.order == .energy else { return maps + entries.filter { !isMap($0) } }
    let energy = { [banks] (entry: Entry) in entry.map.map { banks[entry.bank].statistics[$0].energy } ?? 0 }
    let sorted = maps.enumerated().sorted {
      (energy($1.element), $0.offset) < (energy($0.element), $1.offset)
    }
    return sorted.map(\.element) + entries.filter { !isMap($0) }
  }

  /// The sheet: the photograph, then every map with its kernel.
  ///
  /// - Throws: `JobError` where the photograph cannot be decoded once more.
  func sheet(_ scales: MapScales) throws(JobError) -> ContactSheet {
    var backdrops: [Canvas?] = []
    for bank in banks { backdrops.append(job.isOverlay ? try backdrop(of: bank) : nil) }
    var maps: [FeatureMap] = []
    var mapScales: [ColorScale] = []
    var last: [ContactSheet.Tile] = []
    for entry in ordered {
      let bank = banks[entry.bank]
      let shape = bank.plan.outputShape
      guard let map = entry.map else {
        last.append(componentsTile(of: bank, name: entry.name))
        continue
      }
      maps.append(
        FeatureMap(
          name: entry.name, width: shape.width, height: shape.height, statistics: bank.statistics[map],
          plane: bank.planes[map], kernel: bank.kernels[map], photograph: backdrops[entry.bank]))
      mapScales.append(scales[entry.bank, map])
    }
    var sheet = ContactSheet(
      title: "\(banks.map(\.name).joined(separator: ", ")) · \(inputName)", notes: notes,
      first: [try photographTile()], maps: maps, scales: mapScales)
    sheet.tiles += last
    return sheet
  }

  private var inputName: String {
    file.path == "-" ? "standard input" : PathBytes.readable(FilePath.name(of: file.path))
  }

  /// How the maps were made.
  private var notes: [String] {
    let count = banks.reduce(0) { $0 + $1.mapCount }
    let shapes = Set(banks.map { "\($0.plan.outputShape.height)×\($0.plan.outputShape.width)" })
    let numbers = { (extent: Extent) in
      extent.height == extent.width ? "\(extent.height)" : "\(extent.height),\(extent.width)"
    }
    var parts = [count.counted("map") + (shapes.count == 1 ? " of \(shapes.first ?? "")" : "")]
    let plan = banks[0].plan
    parts.append(
      plan.job.channels == .each ? plan.selection.colorNames.joined(separator: ", ") : plan.job.channels.rawValue)
    if plan.job.isLinear { parts.append("linear light") }
    for step in plan.job.steps {
      switch step {
      case .convolution(let step):
        if step.stride.height * step.stride.width > 1 { parts.append("stride \(numbers(step.stride))") }
        if step.dilation.height * step.dilation.width > 1 { parts.append("dilation \(numbers(step.dilation))") }
        parts.append("padding \(step.padding)")
        if step.padding != .valid { parts.append("border \(step.border)") }
      case .activation(let activation): parts.append("\(activation)")
      case .pooling(let step):
        parts.append("\(step.kind) pooling \(numbers(step.size)), stride \(numbers(step.stride))")
      }
    }
    return [
      parts.joined(separator: " · "),
      "values in full ranges: 1 is white · colours by \(mapping) of \(job.scale == .shared ? "all maps" : "each map")",
    ]
  }

  private func photographTile() throws(JobError) -> ContactSheet.Tile {
    let small = ValuePlane.extents(width: description.width, height: description.height, fitting: pictureSide)
    let rows = try photograph(
      rows: .init(count: small.height, of: description.height),
      columns: .init(count: small.width, of: description.width))
    return ContactSheet.Tile(
      name: inputName, details: ["\(description.height)×\(description.width)", description.detail],
      picture: Canvas(width: small.width, height: small.height, colors: try rows.next(small.height)))
  }

  /// The photograph under a bank's maps, in the extents of their planes.
  private func backdrop(of bank: MapBank) throws(JobError) -> Canvas {
    let (width, height) = (bank.planes[0].width, bank.planes[0].height)
    let rows = try photograph(under: bank, width: width, height: height)
    return Canvas(width: width, height: height, colors: try rows.next(height))
  }

  /// The picture of components is made of the shrunk maps.
  private func componentsTile(of bank: MapBank, name: String) -> ContactSheet.Tile {
    let components = PrincipalComponents(bank.moments)
    let planes = (0..<3).map { channel -> [Float] in
      let (weights, offset) = components.colorChannel(channel)
      return bank.planes[0].values.indices.map { place in
        Float(
          weights.indices.reduce(offset) {
            $0 + weights[$1] * Double(bank.planes[$1].values[place]) * bank.plan.fullRange
          })
      }
    }
    let shape = bank.plan.outputShape
    let shares = components.shares.prefix(3).map { "\(Int(($0 * 100).rounded())) %" }
    return ContactSheet.Tile(
      name: name,
      details: [
        "\(shape.height)×\(shape.width)", "red, green, blue:", shares.joined(separator: ", "), "of the variance",
      ],
      picture: Canvas(width: bank.planes[0].width, height: bank.planes[0].height, planes: planes, fullRange: 1))
  }

  /// What `maps.json` says.
  func manifest(_ scales: MapScales) -> MapsManifest {
    let maps = ordered.compactMap { entry -> MapsManifest.Map? in
      guard let map = entry.map else { return nil }
      let bank = banks[entry.bank]
      let (statistics, shape, scale) = (bank.statistics[map], bank.plan.outputShape, scales[entry.bank, map])
      return MapsManifest.Map(
        name: entry.name, file: "\(entry.fileName).png", bank: bank.name,
        kernel: bank.kernels[map].map(MapsManifest.Kernel.init), shape: [shape.height, shape.width],
        minimum: statistics.minimum, maximum: statistics.maximum, mean: statistics.mean,
        zeroShare: statistics.zeroShare, energy: statistics.energy,
        mapping: MapsManifest.Mapping(
          name: "\(mapping)", colors: scale.colors.rawValue, low: scale.low, high: scale.high))
    }
    let components = entries.filter { $0.map == nil }.map { entry in
      let found = PrincipalComponents(banks[entry.bank].moments)
      return MapsManifest.Components(
        name: entry.name, file: "\(entry.fileName).png", bank: banks[entry.bank].name, shares: found.shares,
        directions: found.directions)
    }
    return MapsManifest(
      input: MapsManifest.Input(description, path: file.path), scale: job.scale.rawValue, order: job.order.rawValue,
      overlay: job.isOverlay, contactSheet: "\(MapsRunner.sheetName).png", maps: maps, components: components)
  }
}
