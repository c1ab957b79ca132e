import ArgumentParser
import Pipeline
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A batch, with what is said about it.
struct ManyImages {
  let talk: TalkOptions
  let json: Bool

  /// Runs the batch, shows how far it is, says what became of it, and ends the process.
  ///
  /// - Throws: `JobError`.
  func run(_ plan: BatchPlan, options: RunOptions) throws -> Never {
    Machine.keepFreedMemory(block: 4 << 20, total: 8 << 20)
    let control = BatchControl()
    Interruption.handOver { control.stop(reason: $0) }
    var progress = BatchProgressLine(isQuiet: talk.quiet)
    let (summary, failure) = try BatchRunner.run(plan, options: options, control: control) { event in
      switch event {
      case .record(let record): report(record, above: &progress)
      case .progress(let now): progress.show(now)
      }
    }
    progress.clear()
    // What could not be interrupted has no name yet.
    TemporaryFiles.removeAll()
    talk.reporter.note("\(summary)")
    if summary.noted > 0 {
      talk.reporter.note(
        "\(summary.noted.counted("file")) lost something, as values beyond the range; --verbose and --log say what")
    }
    if let failure { Reporter.error(failure) }
    if json { try Reporter.outputJSON(BatchEnd(summary: summary, failure: failure)) }
    let code = failure.map { ExitStatus($0.kind).rawValue } ?? ExitStatus.code(of: summary, stoppedBy: control.reason)
    // Threads that could not be interrupted may still be at work: nothing is torn down under them.
    _exit(code)
  }

  /// Shows what a run would do, and ends the process as it would end.
  ///
  /// - Throws: `JobError` where the run could not begin.
  func show(_ plan: BatchPlan) throws -> Never {
    try plan.checkPlaces()
    let report = BatchPlanReport(plan)
    if json { try Reporter.outputJSON(report) } else { try Reporter.output(report.lines.map { $0 + "\n" }.joined()) }
    ImgConv.exit(withError: ExitCode(ExitStatus.code(of: report.outcome)))
  }

  private func report(_ record: BatchRecord, above progress: inout BatchProgressLine) {
    switch record.status {
    case .failed:
      progress.clear()
      Reporter.failure("\(record.path): \(record.message ?? "failed")", code: record.code)
    case .skipped:
      progress.clear()
      talk.reporter.note("skipped: \(record.path): \(record.message ?? "") [\(record.code)]")
    case .done:
      guard talk.verbose else { return }
      progress.clear()
      for note in record.notes ?? [] { talk.reporter.detail("\(record.path): \(note)") }
    }
  }
}

/// How a batch ended, as JSON: the summary, and the `error` that ended it, if one did.
private struct BatchEnd: Encodable {
  let summary: BatchSummary
  let failure: JobError?

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    if let failure { try ErrorSummary(failure).encode(to: encoder) }
  }
}

/// How far a batch is: on a terminal one line that is written over, elsewhere a line now and then; nothing within the first second.
struct BatchProgressLine {
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var next = ContinuousClock.now + .seconds(1)
  private var isShown = false

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    // A log needs fewer lines than an eye.
    if !isTerminal { next += .seconds(9) }
  }

  /// Shows how far it is, where it is time to.
  mutating func show(_ progress: BatchProgress) {
    guard !isQuiet, ContinuousClock.now >= next else { return }
    next = .now + (isTerminal ? .milliseconds(100) : .seconds(10))
    isShown = isTerminal
    Reporter.progress(isTerminal ? "\r\u{1B}[K\(progress)" : "imgconv: \(progress)\n")
  }

  /// Takes the line away.
  mutating func clear() {
    if isShown { Reporter.progress("\r\u{1B}[K") }
    isShown = false
  }
}
