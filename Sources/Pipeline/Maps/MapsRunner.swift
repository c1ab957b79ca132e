public import Codecs
import FeatureMaps

/// What a finished run of maps made.
public struct MapsReport: Sendable {
  /// What `maps.json` says.
  public let manifest: MapsManifest
  /// What the mapping lost that was not asked for, in one line.
  public let rangeReport: String?
  /// Damage of the input that was put up with.
  public let damage: [CodecError]
}

/// Makes the feature maps of an image: a PNG each, a sheet of all, a page, and a manifest.
public enum MapsRunner {
  /// The names, without endings, that files of a folder of maps have besides the maps.
  static let sheetName = "contact-sheet"
  static let manifestName = "maps"
  static let pageName = "index"

  /// The path of the sheet of all maps in a folder.
  public static func sheetPath(in folder: String) -> String { FilePath.joined(folder, "\(sheetName).png") }

  /// Filters one image with every kernel of some banks, into a folder.
  ///
  /// The image is gone through twice, or three times where a percentile is sought, and once more for each 128 files; memory does not
  /// grow with its height. Every file appears whole or not at all, the manifest last.
  ///
  /// - Parameters:
  ///   - job: what is made.
  ///   - input: the image to read; `-` is standard input.
  ///   - folder: where files go; made where it is missing.
  ///   - outputOptions: how PNGs are written, and whether files of a folder that holds maps may be replaced.
  ///   - options: what the run may use.
  ///   - progress: told now and then how much of the work is done, from 0 to 1.
  /// - Returns: what was made.
  /// - Throws: `JobError`; its code is `output.exists` where files are there that may not be replaced.
  public static func run(
    _ job: MapsJob, input: String, folder: String, outputOptions: OutputOptions = OutputOptions(),
    options: RunOptions = RunOptions(), progress: ((Double) -> Void)? = nil
  ) throws(JobError) -> MapsReport {
    let run = try MapsRun(job, inputPath: input, options: options, progress: progress)
    let folder = MapsFolder(path: folder, options: outputOptions)
    let isNew = try folder.prepare(for: run.fileNames, input: input)
    do { try run.look() } catch {
      // Nothing was written; a folder that was there stays.
      if isNew { FileCalls.removeEmptyFolder(folder.path) }
      throw error
    }
    let scales = try run.resolveScales()
    try run.write(scales, to: folder)
    let sheet = try run.sheet(scales)
    try sheet.drawn().writePNG(
      to: folder.path(of: sheetName, "png"), mayReplace: outputOptions.mayReplace,
      compression: outputOptions.compression)
    try run.page(scales).write(
      to: folder.path(of: pageName, "html"), file: run.reopened(), options: options,
      mayReplace: outputOptions.mayReplace)
    let manifest = run.manifest(scales)
    try folder.write(manifest)
    return MapsReport(
      manifest: manifest, rangeReport: run.rangeReport(scales), damage: run.damage)
  }
}
