import Tensors

/// The folder that the files of a run go to.
struct MapsFolder {
  let path: String
  let options: OutputOptions

  /// The path of a file of the folder.
  func path(of name: String, _ ending: String) -> String { FilePath.joined(path, "\(name).\(ending)") }

  /// Makes the folder where it is missing, and refuses one that holds files of a run, unless they may be replaced.
  ///
  /// - Parameters:
  ///   - fileNames: the names that maps will have, without endings.
  ///   - input: the image, which no file may replace.
  /// - Returns: whether the folder was made.
  /// - Throws: `JobError`.
  func prepare(for fileNames: [String], input: String) throws(JobError) -> Bool {
    let outputs =
      (fileNames + [MapsRunner.sheetName]).map { path(of: $0, "png") }
      + [path(of: MapsRunner.manifestName, "json"), path(of: MapsRunner.pageName, "html")]
    let image = try? FileStatus(path: input)
    var existing: [String] = []
    for output in outputs {
      guard let status = try? FileStatus(path: output) else { continue }
      if let image, status.isSameFile(as: image) {
        throw JobError(.badData, code: "output.input", path: output, "is the input too; --out names another folder")
      }
      existing.append(output)
    }
    if let first = existing.first, !options.mayReplace {
      let rest = existing.count == 1 ? "" : ", \((existing.count - 1).counted("other")) too"
      throw JobError(
        .cannotCreate, code: "output.exists", path: first, "is there before the run\(rest); --force replaces them")
    }
    return try OutputFolder.make(path)
  }

  /// Writes the manifest.
  func write(_ manifest: MapsManifest) throws(JobError) {
    try OutputFolder.write(
      manifest, to: path(of: MapsRunner.manifestName, "json"), mayReplace: options.mayReplace)
  }
}
