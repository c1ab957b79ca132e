import ArgumentParser
import Codecs
import Pipeline

/// How much a command says.
struct TalkOptions: ParsableArguments {
  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Say how it is done.")
  var verbose = false

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  var reporter: Reporter { Reporter(isQuiet: quiet, isVerbose: verbose) }
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to use (default: what affinity and the control group allow).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); expected 1 to 1024")
    }
  }

  var count: Int { threads.map { Machine.threadCount(upTo: $0) } ?? Machine.processorCount }
}

/// What every command takes that prints a report and writes no file: `--force` and `--no-clobber` then have nothing to decide.
struct ReportOptions: ParsableArguments {
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print the result as JSON.")
  var json = false
}

/// What a run may use and what it puts up with.
struct ResourceOptions: ParsableArguments {
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("The longest side of an image that is read.", valueName: "pixels"))
  var maxSide: Int?

  @Option(help: ArgumentHelp("The most pixels of an image that is read.", valueName: "n"))
  var maxPixels: Int?

  @Option(
    help: ArgumentHelp(
      "Memory to work with, as 500M or 4G (default: 2G, or less where less is allowed).", valueName: "bytes"))
  var maxMemory: ByteCount?

  @Option(help: ArgumentHelp("The most scans of a progressive JPEG.", valueName: "n"))
  var maxScans: Int?

  @Option(help: ArgumentHelp("The longest chunk of a PNG beside its pixels.", valueName: "bytes"))
  var maxChunk: ByteCount?

  @Option(help: "Which damage makes an input fail: none, truncated, error or warning.")
  var failOn: DamagePolicy = .error

  func validate() throws {
    try check(("--max-memory", maxMemory), ("--max-chunk", maxChunk))
    for (name, value) in [
      ("--max-side", maxSide), ("--max-pixels", maxPixels), ("--max-scans", maxScans),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value); expected at least 1") }
    }
  }

  var runOptions: RunOptions {
    var options = RunOptions(tolerance: failOn, threadCount: threads.count)
    if let maxSide { options.limits.maximumSide = maxSide }
    if let maxPixels { options.limits.maximumPixels = maxPixels }
    if let maxMemory { options.limits.maximumMemory = maxMemory.value }
    if let maxScans { options.limits.maximumScans = maxScans }
    if let maxChunk { options.limits.maximumChunkBytes = maxChunk.value }
    return options
  }
}

/// Whether an existing file may be replaced.
struct OverwriteOptions: ParsableArguments {
  @Flag(help: "Refuse to replace a file (exit code 73).")
  var noClobber = false

  @Flag(help: "Replace a file; the default for one file.")
  var force = false

  func validate() throws {
    if noClobber && force { throw ValidationError("--no-clobber and --force exclude each other") }
  }

  var mayReplace: Bool { !noClobber }
}

/// How a result is written, whatever its format.
struct EncodingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The quality of a JPEG, 1 to 100.", valueName: "q"))
  var quality = 90

  @Option(help: "How hard PNGs are compressed: fast, default or small.")
  var compression: PNGCompression = .default

  func validate() throws {
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }
}

/// How the result of a command on one file is written.
struct OutputFileOptions: ParsableArguments {
  @Option(help: "What is written, whatever the name: png, jpeg or npy.")
  var outputFormat: ImageFormat?

  @OptionGroup var encoding: EncodingOptions
  @OptionGroup var overwriting: OverwriteOptions

  var outputOptions: OutputOptions {
    OutputOptions(
      format: outputFormat, quality: encoding.quality, compression: encoding.compression,
      mayReplace: overwriting.mayReplace)
  }
}
