import Codecs
import Pipeline

/// A job on one image, with what is said about it.
struct OneImage {
  let talk: TalkOptions
  let json: Bool

  /// Runs the job, shows how far it is, and says what the user should know.
  ///
  /// - Throws: `JobError`.
  func run(
    _ job: ImageJob, input: String, output: String, outputOptions: OutputOptions, options: RunOptions
  ) throws {
    let reporter = talk.reporter
    var line = ProgressLine(isQuiet: talk.quiet)
    defer { line.clear() }
    let report = try JobRunner.run(
      job, input: input, output: output, outputOptions: outputOptions, options: options, progress: { line.show($0) })
    line.clear()
    for damage in report.damage { reporter.note("warning: \(input): \(damage.message)") }
    report.notes.forEach(reporter.note)
    if let lost = report.rangeReport { reporter.note(lost) }
    reporter.detail("\(input): \(report.input.detail)\n\(PlanReport(report.plan).text)")
    if json { try Reporter.outputJSON(JobSummary(report)) }
  }
}
