import Codecs
import Synchronization

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
  /// A file that fails does not end the run. Memory is shared: a file is begun once the others leave it what it needs.
  ///
  /// - Parameters:
  ///   - plan: what is to be done.
  ///   - runOptions: what the whole run may use: its threads, and the memory of all files together.
  ///   - control: ends the run early.
  ///   - observe: told what happens; called on the caller's thread.
  /// - Returns: how it went.
  /// - Throws: `JobError` where folders cannot be made or the log cannot be written; single files do not make it throw.
  public static func run(
    _ plan: BatchPlan, options runOptions: RunOptions, control: BatchControl = BatchControl(),
    observe: (BatchEvent) -> Void = { _ in }
  ) throws(JobError) -> BatchSummary {
    try makeFolders(of: plan)
    var ledger = try BatchLedger(plan)
    let work = WorkList(plan, options: runOptions, control: control)
    let workers = work.start()
    guard !workers.isEmpty || work.isEmpty else {
      throw JobError(.inputOutput, code: "io.threads", "the system has no thread left")
    }
    for record in ledger.recordsAtStart where record.status != .done { observe(.record(record)) }
    var failure: JobError?
    loop: while !work.isEmpty {
      switch work.finished.pop(milliseconds: 200) {
      case .closed: break loop
      case .nothingYet: break
      case .element(let record):
        // What cannot be written down counts as not done.
        do throws(JobError) { try ledger.add(record) } catch {
          failure = failure ?? error
          control.stop(reason: 0)
        }
        if record.status == .failed && plan.options.stopsAtFailure { control.stop(reason: 0) }
        if record.status == .failed || record.notes != nil { observe(.record(record)) }
      }
      observe(.progress(ledger.progress))
      // A file that cannot be interrupted is left behind: it has no name yet.
      if control.isStopped(since: BatchControl.patience) { break loop }
    }
    if !control.isStopped(since: BatchControl.patience) { workers.forEach { $0.join() } }
    if let failure { throw failure }
    if plan.options.durability == .end { try makeDurable(plan) }
    return ledger.summary
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

/// The files that are to be worked on, taken one by one by as many threads as there are.
///
/// `plan`, `options` and `indices` do not change; numbers that do are atomic, and finished records leave through a queue. That makes the
/// class safe to share.
private final class WorkList: Sendable {
  let finished = BoundedQueue<BatchRecord>(capacity: 64)
  private let plan: BatchPlan
  private let options: RunOptions
  private let control: BatchControl
  private let memory: MemoryBudget
  private let indices: [Int]
  private let taken = Atomic(0)
  private let completed = Atomic(0)
  private let active: Atomic<Int>
  private let workerCount: Int

  init(_ plan: BatchPlan, options: RunOptions, control: BatchControl) {
    self.plan = plan
    self.options = options
    self.control = control
    memory = MemoryBudget(byteCount: options.limits.maximumMemory)
    indices = plan.items.indices.filter { if case .run = plan.items[$0].work { true } else { false } }
    workerCount = min(options.threadCount, indices.count)
    active = Atomic(workerCount)
  }

  var isEmpty: Bool { indices.isEmpty }

  func start() -> [WorkerThread] {
    var threads: [WorkerThread] = []
    for _ in 0..<workerCount {
      if let thread = WorkerThread({ self.work() }) { threads.append(thread) } else { retire() }
    }
    return threads
  }

  private func retire() {
    if active.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { finished.close() }
  }

  private func work() {
    while !control.isStopped() {
      let number = taken.add(1, ordering: .relaxed).oldValue
      guard number < indices.count else { break }
      // Files that are not finished share the threads; each of the last ones has more than one.
      let open = indices.count - completed.load(ordering: .relaxed)
      let record = run(plan.items[indices[number]], threadCount: max(1, options.threadCount / open))
      completed.add(1, ordering: .relaxed)
      if let record, !finished.push(record) { break }
    }
    retire()
  }

  /// Works on one file; `nil` where it was dropped.
  private func run(_ item: BatchPlan.Item, threadCount: Int) -> BatchRecord? {
    let start = ContinuousClock.now
    let watch = RunWatch(control: control, seconds: plan.options.secondsPerFile)
    var options = options
    options.threadCount = threadCount
    options.checkpoint = { () throws(JobError) in try watch.check() }
    var record = BatchRecord(item, status: .done, code: "ok", of: plan)
    do throws(JobError) {
      guard let output = item.output else { preconditionFailure("a file to be worked on has an output") }
      if plan.options.usesChecksums { record.crc32 = try FileChecksum.crc32(of: item.input) }
      let report = try JobRunner.run(
        plan.job, input: item.input, output: output, outputOptions: plan.outputOptions, options: options,
        memory: memory)
      record.describe(report)
      record.outputBytes = (try? FileStatus(path: output))?.byteCount
    } catch {
      if error.code == RunWatch.droppedCode { return nil }
      (record.status, record.code, record.message) = (.failed, error.code, PathBytes.readable(error.message))
    }
    record.milliseconds = start.duration(to: .now).milliseconds
    return record
  }
}

extension BatchRecord {
  fileprivate mutating func describe(_ report: JobReport) {
    let summary = JobSummary(report)
    (inputShape, outputShape) = (summary.inputShape, summary.outputShape)
    let notes = report.damage.map(\.message) + report.notes + [report.rangeReport].compactMap { $0 }
    self.notes = notes.isEmpty ? nil : notes
  }
}

extension Duration {
  /// The span in milliseconds, to a hundredth.
  fileprivate var milliseconds: Double {
    let (seconds, attoseconds) = components
    return (Double(seconds) * 1e5 + (Double(attoseconds) / 1e13).rounded()) / 100
  }
}
