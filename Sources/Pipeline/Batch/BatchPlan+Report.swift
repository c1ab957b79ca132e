/// A plan as data: what would be done with each file.
public struct BatchPlanReport: Sendable, Encodable {
  /// What would be done with a file.
  public enum Action: String, Sendable, Encodable {
    /// An output would be made of it.
    case run
    /// Its output is there and would stay.
    case keep
    /// It would be left out.
    case skip
    /// It would fail: it cannot be read.
    case fail
  }

  /// A planned file; names are written as in `BatchRecord`.
  public struct File: Sendable, Encodable {
    /// The input.
    public let path: String
    /// The bytes of its name, where `path` cannot show them.
    public let pathHex: String?
    /// The output; `nil` where none is planned.
    public let output: String?
    /// The bytes of its name, where `output` cannot show them.
    public let outputHex: String?
    /// What would be done.
    public let action: Action
    /// The stable word for why it is left out or would fail.
    public let code: String?
    /// The reason, in words.
    public let message: String?

    fileprivate init(_ item: BatchPlan.Item) {
      (path, pathHex) = BatchRecord.written(item.input)
      (output, outputHex) = item.output.map(BatchRecord.written) ?? (nil, nil)
      switch item.work {
      case .run: (action, code, message) = (.run, nil, nil)
      case .keep: (action, code, message) = (.keep, nil, nil)
      case .skip(let code, let reason): (action, self.code, message) = (.skip, code, reason)
      case .fail(let error): (action, code, message) = (.fail, error.code, PathBytes.readable(error.message))
      }
    }
  }

  /// The files of this part of the batch, in order.
  public let files: [File]
  /// The files of the whole batch.
  public let planned: Int
  /// A checksum of their names.
  public let plan: String
  /// A checksum of all options that decide an output.
  public let parameters: String
  /// Which part this is, `I/N`.
  public let shard: String

  /// Describes a plan.
  public init(_ plan: BatchPlan) {
    files = plan.items.map(File.init)
    planned = plan.totalCount
    self.plan = plan.identity
    parameters = plan.parameters
    shard = "\(plan.shard)"
  }

  /// How the run would end if nothing more went wrong.
  public var outcome: BatchSummary.Outcome {
    files.contains { $0.action == .fail } ? .someFailed : .complete
  }

  /// A line for each file.
  public var lines: [String] {
    files.map { file in
      switch file.action {
      case .run: "\(file.path) -> \(file.output ?? "")"
      case .keep: "\(file.path) -> \(file.output ?? "") (is there)"
      case .skip: "\(file.path): skipped, \(file.message ?? "")"
      case .fail: "\(file.path): \(file.message ?? "")"
      }
    }
  }
}
