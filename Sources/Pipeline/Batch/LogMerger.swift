import Tensors

/// The logs of a batch's parts, put together.
public struct MergedLog: Sendable {
  /// All records, in the order of the files' names.
  public let records: [BatchRecord]
  /// The files of the whole batch.
  public let plannedCount: Int
  /// The parts that have no record, as `I/N`.
  public let silentParts: [String]

  /// Reads the logs of a batch's parts, or of a whole one, and checks that they belong together.
  ///
  /// - Parameter paths: the logs, in any order.
  /// - Throws: `JobError`, of kind `badData` where a file has two records, or logs are of different batches or different options.
  public init(paths: [String]) throws(JobError) {
    var all: [(record: BatchRecord, log: String)] = []
    for path in paths { for record in try BatchLog.read(path).records { all.append((record, path)) } }
    guard let first = all.first else {
      throw JobError(.noInput, code: "log.empty", path: paths.first, "holds no record; nothing can be proved")
    }
    for (record, log) in all {
      guard record.plan == first.record.plan, record.planned == first.record.planned else {
        throw JobError(
          .badData, code: "log.mixed", path: log,
          "is of another batch than \(first.log): \(record.planned.counted("file")), \(first.record.planned) there, or other names"
        )
      }
      guard record.parameters == first.record.parameters else {
        throw JobError(.badData, code: "log.mixed", path: log, "was made with other options than \(first.log)")
      }
    }
    plannedCount = first.record.planned
    let keyed = all.map { (key: $0.record.key, entry: $0) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (one, next) in zip(keyed, keyed.dropFirst()) where one.key == next.key {
      throw JobError(
        .badData, code: "log.twice", path: one.entry.record.path,
        "has a record in \(one.entry.log) and one in \(next.entry.log); expected one")
    }
    records = keyed.map(\.entry.record)
    let parts = Set(records.map(\.shard))
    let count = Shard(first.record.shard)?.count ?? 1
    silentParts = (0..<count).map { "\($0)/\(count)" }.filter { !parts.contains($0) }
    // As many records as files, no two alike: the checksum then says that they are of these very files.
    guard records.count < plannedCount || BatchPlan.identity(of: keyed.map(\.key)) == first.record.plan else {
      throw JobError(
        .badData, code: "log.mixed", path: first.log,
        "the records are of other files than the \(plannedCount) that were planned")
    }
  }

  /// How the batch went, all parts together; files without a record count as left.
  public var summary: BatchSummary {
    var summary = BatchSummary()
    for record in records { summary.count(record) }
    summary.left = plannedCount - records.count
    summary.seconds = records.reduce(0) { $0 + $1.milliseconds } / 1000
    return summary
  }

  /// Writes all records as one log.
  ///
  /// - Throws: `JobError` when it cannot be written.
  public func write(to path: String, mayReplace: Bool) throws(JobError) {
    try BatchLog.write(records, to: path, mayReplace: mayReplace).commit()
  }
}
