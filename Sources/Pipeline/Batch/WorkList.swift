import Codecs
import Synchronization

/// The files that are to be worked on, taken one by one by as many threads as there are.
///
/// `plan`, `options` and `indices` do not change; what does is atomic or guarded, and finished records leave through a queue. That makes
/// the class safe to share.
final class WorkList: Sendable {
  /// A thread, and the file it has in hand.
  private struct Worker {
    var thread: WorkerThread?
    var hand: (item: BatchPlan.Item, watch: RunWatch)?
    /// Whether its file took too long: it is on its own then.
    var isAbandoned = false
  }

  /// How much longer than its time a file may take before its thread is given up: most notice by themselves.
  private static let tolerance = Duration.milliseconds(500)

  let finished = BoundedQueue<BatchRecord>(capacity: 64)
  private let plan: BatchPlan
  private let options: RunOptions
  private let control: BatchControl
  private let memory: MemoryBudget
  private let indices: [Int]
  private let taken = Atomic(0)
  private let completed = Atomic(0)
  private let active = Atomic(0)
  private let workers = Mutex<[Worker]>([])

  init(_ plan: BatchPlan, options: RunOptions, control: BatchControl) {
    self.plan = plan
    self.options = options
    self.control = control
    memory = MemoryBudget(byteCount: options.limits.maximumMemory)
    indices = plan.items.indices.filter { if case .run = plan.items[$0].work { true } else { false } }
  }

  var isEmpty: Bool { indices.isEmpty }

  /// Starts the threads; `false` where the system has none left.
  func start() -> Bool {
    let count = min(options.threadCount, indices.count)
    active.store(count, ordering: .relaxed)
    return (0..<count).map { _ in addWorker() }.contains(true)
  }

  /// Starts one of the threads that are counted as active.
  private func addWorker() -> Bool {
    workers.withLock { workers in
      let number = workers.count
      let thread = WorkerThread { self.work(number) }
      workers.append(Worker(thread: thread))
      if thread == nil { retire() }
      return thread != nil
    }
  }

  private func retire() {
    if active.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { finished.close() }
  }

  /// Waits for all threads but those that were given up.
  func join() {
    let threads = workers.withLock { $0.filter { !$0.isAbandoned }.compactMap(\.thread) }
    for thread in threads { thread.join() }
  }

  /// Gives up on threads whose file takes too long, starts others in their place, and gives the records of those files.
  func abandonOverdue() -> [BatchRecord] {
    let overdue = workers.withLock { workers in
      workers.indices.compactMap { index -> (BatchPlan.Item, JobError)? in
        guard let (item, watch) = workers[index].hand, let error = watch.overdue(by: Self.tolerance) else { return nil }
        workers[index].hand = nil
        workers[index].isAbandoned = true
        return (item, error)
      }
    }
    return overdue.map { item, error in
      completed.add(1, ordering: .relaxed)
      if plan.options.stopsAtFailure { control.stop(reason: 0) }
      _ = addWorker()
      var record = BatchRecord(item, status: .done, code: "ok", of: plan)
      record.fail(error)
      record.milliseconds = (plan.options.secondsPerFile ?? 0) * 1000
      return record
    }
  }

  private func work(_ worker: Int) {
    while !control.isStopped() {
      let number = taken.add(1, ordering: .relaxed).oldValue
      guard number < indices.count else { break }
      let item = plan.items[indices[number]]
      let watch = RunWatch(control: control, seconds: plan.options.secondsPerFile)
      workers.withLock { $0[worker].hand = (item, watch) }
      // Files that are not finished share the threads; each of the last ones has more than one.
      let open = indices.count - completed.load(ordering: .relaxed)
      let record = run(item, watch, threadCount: max(1, options.threadCount / open))
      let isAbandoned = workers.withLock { workers in
        workers[worker].hand = nil
        return workers[worker].isAbandoned
      }
      // Another thread has its place.
      if isAbandoned { return }
      completed.add(1, ordering: .relaxed)
      // Before another file is taken.
      if record?.status == .failed && plan.options.stopsAtFailure { control.stop(reason: 0) }
      if let record, !finished.push(record) { break }
    }
    retire()
  }

  /// Works on one file; `nil` where it was dropped.
  private func run(_ item: BatchPlan.Item, _ watch: RunWatch, threadCount: Int) -> BatchRecord? {
    let start = ContinuousClock.now
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
      record.fail(error)
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

  fileprivate mutating func fail(_ error: JobError) {
    (status, code, message) = (.failed, error.code, PathBytes.readable(error.message))
  }
}

extension Duration {
  /// The span in milliseconds, to a hundredth.
  fileprivate var milliseconds: Double {
    let (seconds, attoseconds) = components
    return (Double(seconds) * 1e5 + (Double(attoseconds) / 1e13).rounded()) / 100
  }
}
