public import Codecs
import Tensors

/// Which files a batch makes of which: every name known, every clash found, nothing written.
public struct BatchPlan: Sendable {
  /// A file that is read, or why it is not.
  struct Item: Sendable {
    /// What is to be done.
    enum Work: Sendable {
      /// An output is to be made.
      case run
      /// An output of an earlier run stays, and so does its record.
      case keep(BatchRecord)
      /// The file is left out.
      case skip(code: String, reason: String)
      /// The file cannot be read.
      case fail(JobError)
    }

    let input: String
    let output: String?
    /// What the input was when it was planned; `nil` where it is none.
    let status: FileStatus?
    var work: Work
  }

  /// The files of this part of the batch, in order.
  let items: [Item]
  /// What the log of a run that is resumed has of other files: it stays there.
  let otherRecords: [BatchRecord]
  /// The files of the whole batch.
  public let totalCount: Int
  /// A checksum of the names of all of them and of their outputs.
  let identity: String
  /// A checksum of all options that decide what an output holds.
  let parameters: String
  /// Which part this is.
  public let shard: Shard
  let job: ImageJob
  let outputOptions: OutputOptions
  let options: BatchOptions

  /// Finds the inputs, names the outputs, and refuses what cannot go well.
  ///
  /// - Parameters:
  ///   - inputs: what is to be worked on.
  ///   - naming: how outputs are called.
  ///   - job: what is done to each image.
  ///   - outputOptions: how results are written; their format and whether they may replace files is for `naming` and `options` to say.
  ///   - tolerance: which damage makes a file fail; part of what decides an output.
  ///   - options: how the batch goes about it.
  /// - Throws: `JobError`: `badData` where two inputs have one output, an output is an input or the log, `cannotCreate` where an output is there
  ///   before the run, `noInput` where there is nothing to be read.
  public init(
    inputs: BatchInputs, naming: OutputNaming, job: ImageJob, outputOptions: OutputOptions, tolerance: DamagePolicy,
    options: BatchOptions
  ) throws(JobError) {
    let found = try InputFinder.find(inputs, outputFolder: naming.folder)
    var clashes = NameClashes()
    var inputFiles: Set<FileStatus.Identity> = []
    var items: [(place: String, item: Item)] = []
    // A file that was named twice is one.
    var known: Set<[UInt8]> = []
    for input in found {
      let item = Item(input, naming: naming)
      guard known.insert(BatchRecord.key(input: item.input, output: item.output)).inserted else { continue }
      items.append((input.relativePath, item))
      if let status = item.status { inputFiles.insert(status.identity) }
      if let output = item.output { clashes.add(item.input, output: output) }
    }
    try clashes.refuse(log: options.logPath)
    guard items.contains(where: { if case .fail = $0.item.work { false } else { true } }) else {
      if case .fail(let error)? = items.first?.item.work { throw error }
      throw JobError(.noInput, code: "input.none", "there is no file to work on")
    }

    totalCount = items.count
    identity = Self.identity(of: items.map { BatchRecord.key(input: $0.item.input, output: $0.item.output) })
    let writing = OutputOptions(
      format: naming.format, quality: outputOptions.quality, compression: outputOptions.compression,
      mayReplace: options.mayReplace, isDurable: options.durability == .each)
    self.outputOptions = writing
    self.job = job
    self.options = options
    shard = options.shard
    parameters = Self.checksum(
      "\(job) \(writing.quality) \(writing.compression) \(String(describing: writing.format)) \(tolerance)")
    var own = items.filter { [shard] in shard.holds($0.place) }.map(\.item)
    try Self.checkOutputs(of: own, inputs: inputFiles, options: options)
    if case .resume = options.existing, let log = options.logPath {
      otherRecords = try Self.keepWhatIsDone(
        of: &own, log: log, parameters: parameters, usesChecksums: options.usesChecksums)
    } else {
      otherRecords = []
    }
    self.items = own
  }

  /// The folders that outputs go to, each once.
  var outputFolders: [String] {
    Set(items.compactMap(\.output).map { FilePath.folder(of: $0) }).sorted()
  }

  /// The files that outputs will be made of.
  public var workCount: Int {
    items.count { if case .run = $0.work { true } else { false } }
  }

  /// A checksum of files, each by its names, that does not depend on their order.
  static func identity(of keys: [[UInt8]]) -> String {
    var sum: UInt32 = 0
    for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) { sum = Checksum.crc32(key, behind: sum) }
    return sum.hexadecimal
  }

  private static func checksum(_ text: String) -> String {
    Checksum.crc32(Array(text.utf8)).hexadecimal
  }

  /// Looks at what stands under the names of outputs.
  private static func checkOutputs(
    of items: [Item], inputs: Set<FileStatus.Identity>, options: BatchOptions
  ) throws(JobError) {
    var existing: [String] = []
    for output in items.compactMap(\.output) + [options.logPath].compactMap({ $0 }) {
      guard let status = try? FileStatus(path: output) else { continue }
      if inputs.contains(status.identity) {
        throw JobError(.badData, code: "output.input", path: output, "is an input too; --out names another folder")
      }
      guard status.kind == .regular || output == options.logPath else {
        throw JobError(.cannotCreate, code: "output.folder", path: output, "is there and no file")
      }
      if status.kind == .regular { existing.append(output) }
    }
    guard let first = existing.first, !options.mayReplace else { return }
    let rest = existing.count == 1 ? "" : ", \((existing.count - 1).counted("other")) too"
    throw JobError(
      .cannotCreate, code: "output.exists", path: first,
      "is there before the run\(rest); --force replaces them, --resume does what is missing")
  }

  /// Looks in a log for what need not be done again.
  ///
  /// - Returns: the records of other files, in the order of their names.
  /// - Throws: `JobError` where the log cannot be read.
  private static func keepWhatIsDone(
    of items: inout [Item], log: String, parameters: String, usesChecksums: Bool
  ) throws(JobError) -> [BatchRecord] {
    guard (try? FileStatus(path: log)) != nil else { return [] }
    var known: [[UInt8]: BatchRecord] = [:]
    for record in try BatchLog.read(log).records { known[record.key] = record }
    for index in items.indices {
      guard case .run = items[index].work, let status = items[index].status, let output = items[index].output,
        let record = known[BatchRecord.key(input: items[index].input, output: output)], record.status == .done,
        record.parameters == parameters, record.inputBytes == status.byteCount,
        let written = try? FileStatus(path: output), written.byteCount == record.outputBytes
      else { continue }
      let isSame =
        usesChecksums
        ? record.crc32 != nil && record.crc32 == (try? FileChecksum.crc32(of: items[index].input))
        : record.modified == status.modified
      if isSame { items[index].work = .keep(record) }
    }
    // Void are the records of files that are gone, and of outputs that this run makes of other inputs.
    let outputs = Set(items.compactMap { $0.output.map { PathBytes.bytes($0) } })
    for item in items { known[BatchRecord.key(input: item.input, output: item.output)] = nil }
    return known.filter { _, record in
      (try? FileStatus(path: PathBytes.string(record.inputName))) != nil
        && record.outputName.map { !outputs.contains($0) } ?? true
    }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }
}

extension BatchPlan.Item {
  /// What is to be done with an input; only a file that can be read has an output.
  fileprivate init(_ input: FoundInput, naming: OutputNaming) {
    self.input = input.path
    switch input.verdict {
    case .file(let status): (output, self.status, work) = (naming.output(for: input.relativePath), status, .run)
    case .skipped(let code, let reason): (output, status, work) = (nil, nil, .skip(code: code, reason: reason))
    case .failed(let error): (output, status, work) = (nil, nil, .fail(error))
    }
  }
}

/// Outputs that several inputs would have.
private struct NameClashes {
  private var inputs: [OutputPlace: (input: String, output: String, place: OutputPlace)] = [:]
  private var places = OutputPlaces()
  private var clashes: [String] = []

  /// Takes an output in, which no two inputs may have.
  mutating func add(_ input: String, output: String) {
    let place = places.place(of: output)
    guard let earlier = inputs.updateValue((input, output, place), forKey: place.folded) else { return }
    if PathBytes.bytes(earlier.output) == PathBytes.bytes(output) {
      clashes.append(
        "\(earlier.input) and \(input) both become \(output); --root may tell them apart, or a run for each")
    } else {
      let reason =
        PathBytes.bytes(earlier.place.name) == PathBytes.bytes(place.name)
        ? "which links make one file" : "which not every file system tells apart"
      clashes.append(
        "\(earlier.input) becomes \(earlier.output) and \(input) becomes \(output), \(reason); "
          + "give each a run of its own")
    }
  }

  /// - Throws: `JobError` with the first clash.
  mutating func refuse(log: String?) throws(JobError) {
    if let log, let taken = inputs[places.place(of: log).folded] {
      throw JobError(
        .badData, code: "output.clash", path: log,
        "is the log and the output of \(taken.input) too; --log names another file")
    }
    guard let first = clashes.first else { return }
    let rest = clashes.count == 1 ? "" : "; \(clashes.count - 1) more like it"
    throw JobError(.badData, code: "output.clash", first + rest)
  }
}
