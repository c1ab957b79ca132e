public import Codecs

/// How a result is written.
public struct OutputOptions: Sendable {
  /// The format; `nil` to go by the name's ending.
  public var format: ImageFormat?
  /// The quality of a JPEG, 1…100.
  public var quality: Int
  /// How hard PNGs are compressed.
  public var compression: PNGCompression
  /// Whether an existing file may be replaced.
  public var mayReplace: Bool
  /// Whether a file is on the disk, with its name, when a run returns: what a machine that loses its power then keeps.
  public var isDurable: Bool

  /// Creates options.
  public init(
    format: ImageFormat? = nil, quality: Int = 90, compression: PNGCompression = .default, mayReplace: Bool = true,
    isDurable: Bool = false
  ) {
    self.format = format
    self.quality = quality
    self.compression = compression
    self.mayReplace = mayReplace
    self.isDurable = isDurable
  }

  /// The format of an output: the one asked for, else the ending's, else PNG for standard output and pipes.
  ///
  /// - Throws: `JobError` where the ending is none of `.png`, `.jpg`, `.jpeg` and `.npy`.
  func format(forPath path: String) throws(JobError) -> ImageFormat {
    if let format { return format }
    if path == "-" { return .png }
    try FilePath.check(path, kind: .cannotCreate)
    let name = FilePath.name(of: path)
    guard let dot = name.lastIndex(of: "."), let format = ImageFormat(fileNameEnding: String(name[dot...])) else {
      if (try? FileStatus(path: path))?.kind == .pipe { return .png }
      throw JobError(
        .badData, code: "format.unsupported", path: path,
        "the name ends in none of .png, .jpg, .jpeg and .npy; --output-format says what to write")
    }
    return format
  }
}

/// What a run may use and what it puts up with.
public struct RunOptions: Sendable {
  /// The limits of what is decoded; their memory is also that of the whole run.
  public var limits: DecodeLimits
  /// Which damage of an input makes it fail.
  public var tolerance: DamagePolicy
  /// The threads of the convolution; with more than 1, decoding and encoding have one each beside them.
  public var threadCount: Int
  /// Called between strips of rows, on whichever thread decodes; an error it throws ends the run.
  public var checkpoint: (@Sendable () throws(JobError) -> Void)?

  /// Creates options; by default what the machine allows.
  public init(
    limits: DecodeLimits? = nil, tolerance: DamagePolicy = .error, threadCount: Int = Machine.processorCount
  ) {
    var standard = DecodeLimits()
    standard.maximumMemory = Machine.workingMemory(threadCount: threadCount)
    self.limits = limits ?? standard
    self.tolerance = tolerance
    self.threadCount = max(threadCount, 1)
  }
}
