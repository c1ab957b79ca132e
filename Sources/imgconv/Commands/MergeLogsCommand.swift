import ArgumentParser
import Pipeline
import Tensors

/// `imgconv merge-logs`: the proof that a batch in parts left nothing out.
struct MergeLogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge-logs",
    abstract: "Put the logs of a batch's parts together, and show that every file is accounted for once.",
    discussion: """
      Ends with 0 where every planned file is done or was left out for a reason, 1 where some failed, 75 where some have
      no record (run their part again with --resume), 65 where a file has two or the logs are of different batches.

      Example:
        imgconv merge-logs part-0.jsonl part-1.jsonl --out all.jsonl
      """)

  @Argument(help: "The logs.")
  var logs: [String]

  @Option(help: ArgumentHelp("Write all records to one log.", valueName: "file"))
  var out: String?

  @OptionGroup var report: ReportOptions

  func run() throws {
    let merged = try MergedLog(paths: logs)
    let summary = merged.summary
    if let out { try merged.write(to: out, mayReplace: report.overwriting.mayReplace) }
    report.talk.reporter.note("\(merged.records.count) of \(merged.plannedCount.counted("file")): \(summary)")
    if summary.left > 0, !merged.silentParts.isEmpty {
      report.talk.reporter.note("no record of part \(merged.silentParts.joined(separator: ", "))")
    }
    if report.json { try Reporter.outputJSON(summary) }
    let code = ExitStatus.code(of: summary, stoppedBy: nil)
    if code != 0 { throw ExitCode(code) }
  }
}
