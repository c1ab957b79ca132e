import ArgumentParser
import Codecs
import Pipeline

/// What a batch works on, and where its outputs go.
struct BatchFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder that outputs go to; made where it is missing.", valueName: "folder"))
  var out: String

  @Option(help: ArgumentHelp("What is put behind every name, before the ending.", valueName: "text"))
  var suffix = ""

  @Option(help: "What is written: png, jpeg or npy (default: what the input's name ends in).")
  var format: ImageFormat?

  @Option(
    help: ArgumentHelp(
      "Keep the place of every file below this folder (default: below the folder or pattern named).",
      valueName: "folder"))
  var root: String?

  @Flag(name: .customLong("from0"), help: "The names of a list on standard input end in a zero byte.")
  var isZeroTerminated = false

  func validate() throws {
    if suffix.utf8.contains(UInt8(ascii: "/")) || suffix.utf8.contains(0) {
      throw ValidationError("--suffix is \(suffix); expected a part of a file's name")
    }
    if out.isEmpty { throw ValidationError("--out is empty; expected the name of a folder") }
  }

  var naming: OutputNaming { OutputNaming(folder: out, suffix: suffix, format: format) }

  func inputs(_ arguments: [String]) -> BatchInputs {
    BatchInputs(
      arguments: arguments.isEmpty && isZeroTerminated ? ["-"] : arguments, isZeroTerminated: isZeroTerminated,
      root: root)
  }
}

/// How a batch goes about its files.
struct BatchRunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write one line of JSON for each file.", valueName: "file"))
  var log: String?

  @Flag(help: "Do what the log and the outputs of an earlier run leave to do.")
  var resume = false

  @Flag(help: "Compare what files hold, not their size and time alone, to resume.")
  var checksum = false

  @Flag(help: "Show what would be done; write nothing.")
  var dryRun = false

  @Flag(help: "End with the first file that fails.")
  var failFast = false

  @Option(help: ArgumentHelp("The seconds that one file may take.", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Do one part of the files, I of N from 0, or auto: the part that Slurm, Kubernetes or AWS Batch name.",
      valueName: "i/n"))
  var shard: ShardArgument?

  @Option(help: "When outputs are made sure to be on the disk: never, at the end or each on its own.")
  var fsync: BatchOptions.Durability = .never

  func validate() throws {
    try check(("--shard", shard))
    if resume && log == nil { throw ValidationError("--resume needs the --log of the earlier run") }
    if log == "-" { throw ValidationError("--log is -; expected the name of a file") }
    if let timeout, !(timeout > 0 && timeout < 1e9) {
      throw ValidationError("--timeout is \(timeout); expected a number of seconds above 0")
    }
  }

  func options(force: Bool) throws -> BatchOptions {
    var options = BatchOptions()
    if force { options.existing = .replace }
    if resume { options.existing = .resume }
    options.usesChecksums = checksum
    options.logPath = log
    options.shard = try shard?.shard() ?? .whole
    options.stopsAtFailure = failFast
    options.secondsPerFile = timeout
    options.durability = fsync
    return options
  }
}
