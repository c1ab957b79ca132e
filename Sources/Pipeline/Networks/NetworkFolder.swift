import Codecs
import FeatureMaps
import Networks
import Tensors

/// The folder that a run of a network writes to: a sheet and a folder of maps for each layer, and what is about all of them.
struct NetworkFolder {
  static let manifestName = "layers.json"
  static let sheetName = "contact-sheet.png"

  let path: String
  let options: OutputOptions

  private func path(of name: String) -> String { FilePath.joined(path, name) }

  /// Makes the folder where it is missing, and refuses one that holds a run, unless it may be replaced.
  ///
  /// - Throws: `JobError`.
  func prepare() throws(JobError) {
    let manifest = path(of: Self.manifestName)
    if !options.mayReplace, (try? FileStatus(path: manifest)) != nil {
      throw JobError(
        .cannotCreate, code: "output.exists", path: manifest, "is there before the run; --force replaces what it names")
    }
    try OutputFolder.make(path)
  }

  /// Writes each map, and the sheet of all of them when there are several.
  ///
  /// - Returns: the names of the files of maps, in the folder.
  func write(_ maps: [FeatureMap], _ scales: [ColorScale], of layer: String, title: String, notes: [String])
    throws(JobError) -> [String]
  {
    try OutputFolder.make(path(of: layer))
    var names: [String] = []
    for (index, map) in maps.enumerated() {
      let number = String(index)
      names.append("\(layer)/\(String(repeating: "0", count: max(0, 3 - number.count)))\(number).png")
      try write(scales[index].picture(of: map.plane), to: names[index])
    }
    try write(ContactSheet(title: title, notes: notes, maps: maps, scales: scales).drawn(), to: "\(layer).png")
    return names
  }

  func write(_ picture: Canvas, to name: String) throws(JobError) {
    try picture.writePNG(to: path(of: name), mayReplace: options.mayReplace, compression: options.compression)
  }

  /// Writes a value as it is.
  func write(_ value: NetworkValue, to name: String) throws(JobError) {
    let file = try PendingArray(path: path(of: name), mayReplace: options.mayReplace)
    switch value {
    case .floats(let tensor): try file.write(.tensor(tensor))
    case .integers(let tensor): try file.write(.integers(tensor.elements, tensor.shape))
    }
    try file.commit()
  }

  /// Writes the manifest.
  func write(_ manifest: NetworkManifest) throws(JobError) {
    try OutputFolder.write(manifest, to: path(of: Self.manifestName), mayReplace: options.mayReplace)
  }
}
