/// How a batch goes about its files.
public struct BatchOptions: Sendable {
  /// What is done when an output is there before the run.
  public enum Existing: Sendable {
    /// The run is refused.
    case refuse
    /// It is replaced.
    case replace
    /// It is kept where the log says that it is what this run would make, and replaced otherwise.
    case resume
  }

  /// When outputs are made sure to be on the disk.
  public enum Durability: String, Sendable, CaseIterable {
    /// When the system likes.
    case never
    /// All of them when the run ends.
    case end
    /// Each before it counts as done.
    case each
  }

  /// What is done with outputs that are there.
  public var existing = Existing.refuse
  /// Whether what the input holds is compared too, not its size and time alone, when a run is resumed.
  public var usesChecksums = false
  /// Where the log goes; `nil` for none.
  public var logPath: String?
  /// Which part of the batch is run.
  public var shard = Shard.whole
  /// Whether the first file that fails ends the run.
  public var stopsAtFailure = false
  /// The time a file may take, in seconds.
  public var secondsPerFile: Double?

  /// When outputs are made sure to be on the disk.
  public var durability = Durability.never

  /// Creates options: existing outputs refuse the run, no log, the whole batch.
  public init() {}

  /// Whether outputs that are there may be replaced.
  var mayReplace: Bool {
    switch existing {
    case .refuse: false
    case .replace, .resume: true
    }
  }
}
