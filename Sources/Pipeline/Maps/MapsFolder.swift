import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
  /// - Throws: `JobError`.
  func prepare(for fileNames: [String], input: String) throws(JobError) {
    try FilePath.check(path, kind: .cannotCreate)
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
    do { try FileCalls.makeFolders(path) } catch {
      throw error.jobError(path: path, verb: "create", .cannotCreate, code: "io.create")
    }
    TemporaryFiles.removeLeftovers(in: path)
  }

  /// Writes the manifest.
  func write(_ manifest: MapsManifest) throws(JobError) {
    let path = path(of: MapsRunner.manifestName, "json")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do { bytes = Array(try encoder.encode(manifest)) + [UInt8(ascii: "\n")] } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
    let file = try AtomicFile(path: path, mayReplace: options.mayReplace)
    try ByteStream.write(bytes, to: file.descriptor, path: path)
    try file.commit()
  }
}
