/// What a running batch tells about itself.
public enum BatchEvent: Sendable {
  /// A file failed or was left out, or something about it should be known; of done files those with notes only.
  case record(BatchRecord)
  /// How far the run is; several times a second.
  case progress(BatchProgress)
}

/// Runs a planned batch, one file a thread.
///
/// Where there are fewer files than threads, those that are left over work on strips of one file. Nothing a file becomes depends on it.
public enum BatchRunner {
  /// Makes all outputs of a plan.
  ///
  /// A file that fails does not end the run. Memory is shared: a file is begun once the others leave it what it needs. When the run is
  /// ended early, or a file takes too long, a thread may be left at work that cannot be interrupted: what it works on has no name, and
  /// the process should end.
  ///
  /// - Parameters:
  ///   - plan: what is to be done.
  ///   - runOptions: what the whole run may use: its threads, and the memory of all files together.
  ///   - control: ends the run early.
  ///   - observe: told what happens; called on the caller's thread.
  /// - Returns: how it went, and why it ended early or is not on the disk, where the log or the disk fails on the way.
  /// - Throws: `JobError` where folders or the log cannot be made, or no thread is left, and so nothing is begun; single files do not
  ///   make it throw.
  public static func run(
    _ plan: BatchPlan, options runOptions: RunOptions, control: BatchControl = BatchControl(),
    observe: (BatchEvent) -> Void = { _ in }
  ) throws(JobError) -> (summary: BatchSummary, failure: JobError?) {
    try plan.checkPlaces()
    try plan.tryLog()
    try makeFolders(of: plan)
    var ledger = try BatchLedger(plan)
    let work = WorkList(plan, options: runOptions, control: control)
    guard work.start() || work.isEmpty else {
      throw JobError(.inputOutput, code: "io.threads", "the system has no thread left")
    }
    for record in ledger.recordsAtStart where record.status != .done { observe(.record(record)) }
    var failure: JobError?
    loop: while !work.isEmpty {
      var records = work.abandonOverdue()
      switch work.finished.pop(milliseconds: 200) {
      case .closed where records.isEmpty: break loop
      case .closed, .nothingYet: break
      case .element(let record): records.append(record)
      }
      for record in records {
        // What cannot be written down counts as not done; behind a line that is torn there comes no other.
        do throws(JobError) { if failure == nil { try ledger.add(record) } } catch {
          failure = error
          control.stop(reason: 0)
        }
        if record.status == .failed || record.notes != nil { observe(.record(record)) }
      }
      observe(.progress(ledger.progress))
      // A file that cannot be interrupted is left behind: it has no name yet.
      if control.isStopped(since: BatchControl.patience) { break loop }
    }
    if !control.isStopped(since: BatchControl.patience) { work.join() }
    if failure == nil && plan.options.durability == .end {
      do throws(JobError) { try makeDurable(plan) } catch { failure = error }
    }
    return (ledger.summary, failure)
  }

  /// Makes the folders of outputs, and cleans them of what dead runs left.
  private static func makeFolders(of plan: BatchPlan) throws(JobError) {
    for folder in plan.outputFolders {
      do throws(SystemError) {
        try FileCalls.makeFolders(folder)
        try FileCalls.checkWritable(folder: folder)
        TemporaryFiles.removeLeftovers(in: folder)
      } catch {
        throw error.jobError(path: folder, verb: "make files in it", .cannotCreate, code: "io.create")
      }
    }
  }

  /// Waits until the outputs, their names and the log are on the disk.
  private static func makeDurable(_ plan: BatchPlan) throws(JobError) {
    let logs = [plan.options.logPath].compactMap { $0 }
    // What has a record is there; of the rest some is not.
    let outputs = plan.items.compactMap(\.output).filter { (try? FileStatus(path: $0)) != nil }
    for path in outputs + plan.outputFolders + logs + logs.map({ FilePath.folder(of: $0) }) {
      do { try FileCalls.synchronize(path: path) } catch {
        throw error.jobError(path: path, verb: "write to the disk", .inputOutput, code: "io.write")
      }
    }
  }
}
