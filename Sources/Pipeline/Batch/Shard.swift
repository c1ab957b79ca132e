import Codecs

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One of several parts of a batch, each run by a process of its own.
///
/// A file belongs to the part that the checksum of its place below the named folder falls on: every process that is given the same
/// inputs divides them in the same way, wherever it runs.
public struct Shard: Sendable, Equatable {
  /// Which part, from 0.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  /// The whole.
  public static let whole = Shard(uncheckedIndex: 0, count: 1)

  private init(uncheckedIndex index: Int, count: Int) {
    (self.index, self.count) = (index, count)
  }

  /// Part `index` of `count`; `nil` unless `0 ≤ index < count`.
  public init?(index: Int, count: Int) {
    guard count > 0, (0..<count).contains(index) else { return nil }
    self.init(uncheckedIndex: index, count: count)
  }

  /// A part written as `I/N`, from 0.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else { return nil }
    self.init(index: index, count: count)
  }

  /// The part that a scheduler's variables name: a Slurm array, an indexed Kubernetes job, an AWS Batch array.
  ///
  /// Kubernetes and AWS tell a process its index and not how many there are: `IMGCONV_SHARDS` does.
  ///
  /// - Parameter environment: the variables; `nil` for those of the process.
  /// - Returns: the part.
  /// - Throws: `JobError` of kind `badData` where none is set or they do not fit each other.
  public static func fromScheduler(
    _ environment: [String: String]? = nil
  ) throws(JobError) -> Shard {
    let environment = environment ?? ProcessInfo.processInfo.environment
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    let found: (name: String, index: Int, count: Int?)?
    if let id = number("SLURM_ARRAY_TASK_ID") {
      // An array may begin anywhere and leave steps out.
      let first = number("SLURM_ARRAY_TASK_MIN") ?? 0
      let step = number("SLURM_ARRAY_TASK_STEP") ?? 1
      found = ("SLURM_ARRAY_TASK_ID", (id - first) / max(step, 1), number("SLURM_ARRAY_TASK_COUNT"))
    } else if let index = number("JOB_COMPLETION_INDEX") {
      found = ("JOB_COMPLETION_INDEX", index, nil)
    } else if let index = number("AWS_BATCH_JOB_ARRAY_INDEX") {
      found = ("AWS_BATCH_JOB_ARRAY_INDEX", index, number("AWS_BATCH_JOB_ARRAY_SIZE"))
    } else {
      found = nil
    }
    guard let found else {
      throw JobError(
        .badData, code: "shard.unknown",
        """
        --shard auto finds none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and AWS_BATCH_JOB_ARRAY_INDEX; \
        --shard I/N says which part
        """)
    }
    guard let count = number("IMGCONV_SHARDS") ?? found.count else {
      throw JobError(
        .badData, code: "shard.unknown",
        "\(found.name) is \(found.index), and nothing says of how many; set IMGCONV_SHARDS to the number of parts")
    }
    guard let shard = Shard(index: found.index, count: count) else {
      throw JobError(
        .badData, code: "shard.unknown",
        "\(found.name) stands for part \(found.index) of \(count); expected 0 to \(count - 1)")
    }
    return shard
  }

  /// Whether a file at this place below the named folder belongs to this part.
  func holds(_ place: String) -> Bool {
    Int(Checksum.crc32(PathBytes.bytes(place))) % count == index
  }
}

extension Shard: CustomStringConvertible {
  /// `I/N`.
  public var description: String { "\(index)/\(count)" }
}
