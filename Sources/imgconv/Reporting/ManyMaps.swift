import Codecs
import Pipeline

/// The feature maps of one image, with what is said about them.
struct ManyMaps {
  let talk: TalkOptions
  let json: Bool

  /// Makes the maps, shows how far it is, and says what the user should know.
  ///
  /// - Throws: `JobError`.
  func run(
    _ job: MapsJob, input: String, folder: String, outputOptions: OutputOptions, options: RunOptions
  ) throws {
    let reporter = talk.reporter
    var line = ProgressLine(isQuiet: talk.quiet)
    defer { line.clear() }
    let report = try MapsRunner.run(
      job, input: input, folder: folder, outputOptions: outputOptions, options: options, progress: { line.show($0) })
    line.clear()
    for damage in report.damage { reporter.note("warning: \(input): \(damage.message)") }
    if let lost = report.rangeReport { reporter.note(lost) }
    for map in report.manifest.maps {
      reporter.detail("\(map.file): \(map.name), \(map.minimum)…\(map.maximum), mean \(map.mean)")
    }
    if json { try Reporter.outputJSON(report.manifest) }
  }
}
