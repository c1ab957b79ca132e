import FeatureMaps
import Networks
import Tensors

/// Writes what layers give, and remembers it for the manifest and the sheet of all layers.
struct LayerWriter {
  /// The most layers on the sheet of all layers.
  private static let largestSheet = 96

  private let job: NetworkJob
  private let files: NetworkFolder
  private var manifest: NetworkManifest
  private var overview: [(operation: String, map: FeatureMap, scale: ColorScale)] = []
  private var fileNames: Set<String> = []
  private var cutLayers = 0

  init(_ job: NetworkJob, files: NetworkFolder, inputShape: Shape) {
    self.job = job
    self.files = files
    manifest = NetworkManifest(
      network: PathBytes.readable(job.network), input: PathBytes.readable(job.input), inputShape: inputShape.extents,
      layers: [], milliseconds: 0, notes: [])
  }

  /// Writes the results of a layer.
  ///
  /// - Throws: `JobError` where a file cannot be written.
  mutating func write(_ result: LayerResult) throws(JobError) {
    for (name, value) in result.values { try write(result.node, name, value) }
  }

  private mutating func write(_ node: Network.Node, _ name: String, _ value: NetworkValue) throws(JobError) {
    let maps = LayerMaps(value)
    var layer = NetworkManifest.Layer(node, name, value, maps)
    let number = String(manifest.layers.count)
    let fileName = "\(String(repeating: "0", count: max(0, 3 - number.count)))\(number)-\(Self.fileName(node))"
    if job.writesArrays {
      layer.array = "\(fileName).npy"
      try files.write(value, to: "\(fileName).npy")
    }
    if let drawing = job.drawing, let maps {
      let title = "\(node.name) · \(node.operation) · \(value.shape)"
      let (drawn, scales) = drawing.drawn(maps, name: node.operation)
      if drawn.count < maps.count { cutLayers += 1 }
      let note = drawn.count < maps.count ? "the first \(drawn.count) of \(maps.count) maps" : maps.count.counted("map")
      layer.maps = try files.write(drawn, scales, of: fileName, title: title, notes: [note])
      layer.contactSheet = "\(fileName).png"
      if maps.isSpatial {
        let mean = FeatureMap(name: "\(number) \(node.name)", plane: maps.mean).fitting(side: 256)
        overview.append((node.operation, mean, drawing.scale(mean.statistics)))
      }
    }
    manifest.layers.append(layer)
  }

  /// Writes the sheet of all layers and the manifest.
  ///
  /// - Throws: `JobError` where a file cannot be written.
  @discardableResult
  mutating func finish(after duration: Duration) throws(JobError) -> NetworkManifest {
    let parts = duration.components
    manifest.milliseconds = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
    if cutLayers > 0, let limit = job.drawing?.limit {
      manifest.notes.append(
        "of \(cutLayers.counted("layer")) the first \(limit) maps are written; --limit 0 writes all of them")
    }
    try writeOverview()
    try files.write(manifest)
    return manifest
  }

  /// One picture a layer: the mean of its maps.
  ///
  /// Of many layers those are shown that do more than change each number.
  private func writeOverview() throws(JobError) {
    guard !overview.isEmpty else { return }
    var shown = overview
    if shown.count > Self.largestSheet {
      shown = shown.filter { !Network.isElementwise($0.operation) }
    }
    if shown.count > Self.largestSheet {
      shown = (0..<Self.largestSheet).map { shown[$0 * shown.count / Self.largestSheet] }
    }
    let sheet = ContactSheet(
      title: "\(FilePath.name(of: manifest.network)) · \(FilePath.name(of: manifest.input))",
      notes: [
        "\(shown.count) of \(manifest.layers.count.counted("layer")) · the mean of each layer's maps, on its own scale"
      ],
      maps: shown.map(\.map), scales: shown.map(\.scale))
    try files.write(sheet.drawn(), to: NetworkFolder.sheetName)
  }

  /// A name for files: the operator and the node's name, of letters, figures and the like.
  private static func fileName(_ node: Network.Node) -> String {
    let name = node.name.hasPrefix(node.operation) ? node.name : "\(node.operation)-\(node.name)"
    return String(
      name.map { character in
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "-"
      }.prefix(80))
  }
}
