/// The books of a running batch: its log, and the sums.
struct BatchLedger: ~Copyable {
  /// The records of files that there is nothing to do for.
  let recordsAtStart: [BatchRecord]
  private let log: BatchLog?
  private let start = ContinuousClock.now
  private let total: Int
  private let totalBytes: Int
  private var sums = BatchSummary()

  /// Opens the log of a plan and enters what is known before the work begins.
  ///
  /// - Throws: `JobError` where the log cannot be written.
  init(_ plan: BatchPlan) throws(JobError) {
    recordsAtStart = plan.items.compactMap { item in
      switch item.work {
      case .run: return nil
      case .keep(var record):
        (record.shard, record.planned, record.plan) = ("\(plan.shard)", plan.totalCount, plan.identity)
        return record
      case .skip(let code, let reason):
        return BatchRecord(item, status: .skipped, code: code, message: reason, of: plan)
      case .fail(let error):
        return BatchRecord(item, status: .failed, code: error.code, message: error.message, of: plan)
      }
    }
    if let path = plan.options.logPath {
      log = try BatchLog(
        path: path, records: plan.otherRecords + recordsAtStart, mayReplace: plan.options.mayReplace,
        isDurable: plan.options.durability == .each)
    } else {
      log = nil
    }
    total = plan.workCount
    totalBytes = plan.items.reduce(0) { sum, item in
      if case .run = item.work { sum + (item.status?.byteCount ?? 0) } else { sum }
    }
    sums.left = total
    for record in recordsAtStart {
      if record.status == .done { sums.unchanged += 1 } else { sums.count(record) }
    }
  }

  /// Enters a finished file.
  ///
  /// - Throws: `JobError` where the log cannot be written; the file then counts as left.
  mutating func add(_ record: BatchRecord) throws(JobError) {
    try log?.append(record)
    sums.left -= 1
    sums.count(record)
  }

  private var seconds: Double { start.duration(to: .now) / .seconds(1) }

  /// How it went so far.
  var summary: BatchSummary {
    var summary = sums
    summary.seconds = seconds
    return summary
  }

  /// How far it is.
  var progress: BatchProgress {
    let finished = total - sums.left
    let rest = sums.inputBytes > 0 ? seconds / Double(sums.inputBytes) * Double(totalBytes - sums.inputBytes) : nil
    return BatchProgress(
      finished: finished, total: total, filesPerSecond: Double(finished) / max(seconds, 1e-6), secondsLeft: rest)
  }
}
