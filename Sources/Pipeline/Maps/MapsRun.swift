import Codecs
import Convolution
import FeatureMaps
import Tensors

/// One run of banks on one image: passes over its rows, and what they find.
final class MapsRun {
  let job: MapsJob
  let file: InputFile
  let description: ImageDescription
  let banks: [MapBank]
  /// The maps of all banks, and what is made of them, in the order given.
  let entries: [Entry]
  /// The longer side of the pictures on the sheet.
  let pictureSide: Int
  let options: RunOptions
  private let progress: ((Double) -> Void)?
  private let lumaOnly: Bool
  private var firstSource: (any RowSource)?
  private var rowsDone = 0
  private(set) var damage: [CodecError] = []

  /// What one file shows.
  struct Entry {
    let bank: Int
    /// The place in the bank; `nil` for the principal components of its maps.
    let map: Int?
    let name: String
    let fileName: String
  }

  /// The files that are written in one pass: each has an encoder, with its memory, and a descriptor.
  private static let filesPerPass = 128
  /// What an encoder holds at most.
  private static let bytesPerFile = 1 << 20

  init(
    _ job: MapsJob, inputPath: String, options: RunOptions, progress: ((Double) -> Void)?
  ) throws(JobError) {
    self.job = job
    self.options = options
    self.progress = progress
    file = try InputFile(path: inputPath)
    lumaOnly = job.banks.allSatisfy { $0.job.channels == .luma && !$0.job.isLinear }
    let source = try Self.open(file, lumaOnly: lumaOnly, options: options)
    firstSource = source
    description = source.description
    var banks: [MapBank] = []
    for bank in job.banks {
      do throws(JobError) {
        banks.append(
          try MapBank(
            bank, mapping: job.mapping ?? MapsJob.defaultMapping, reduction: job.reduction,
            channels: ChannelLayout(description.pixelFormat), width: description.width, height: description.height,
            threadCount: options.threadCount))
      } catch {
        throw JobError(error.kind, code: error.code, path: inputPath, error.message)
      }
    }
    self.banks = banks
    entries = Self.entries(of: banks, job.reduction)
    pictureSide = ContactSheet.pictureSide(tileCount: entries.count + 1)
    try checkMemory()
  }

  /// The names of the maps' files, without endings.
  var fileNames: [String] { entries.map(\.fileName) }

  /// The mapping of values to colours.
  var mapping: RangeMapping { job.mapping ?? MapsJob.defaultMapping }

  private static func entries(of banks: [MapBank], _ reduction: MapsJob.Reduction?) -> [Entry] {
    var found: [(bank: Int, map: Int?, name: String)] = []
    for (index, bank) in banks.enumerated() {
      found += bank.names.indices.map { (index, $0, bank.names[$0]) }
      if reduction == .pca { found.append((index, nil, "\(bank.name)-pca")) }
    }
    let names = MapNaming.unique(found.map(\.name))
    let fileNames = MapNaming.fileNames(
      names, taken: [MapsRunner.sheetName, MapsRunner.manifestName, MapsRunner.pageName])
    return found.indices.map {
      Entry(bank: found[$0].bank, map: found[$0].map, name: names[$0], fileName: fileNames[$0])
    }
  }

  private func checkMemory() throws(JobError) {
    let strip = banks.reduce(description.width * description.pixelFormat.channelCount * 4) {
      $0 + 3 * $1.names.count * $1.plan.outputShape.width * 8
    }
    let needed =
      description.residentByteCount * (job.isOverlay ? 2 : 1) + banks.reduce(0) { $0 + $1.workingByteCount }
      + stripRowCount * strip + min(entries.count, Self.filesPerPass) * Self.bytesPerFile
      + entries.count * ContactSheet.bytesPerTile(side: pictureSide)
    guard needed <= options.limits.maximumMemory else {
      throw JobError(
        .badData, code: "limit.memory", path: file.path,
        """
        needs \(ByteCountText(needed)) of memory for \(entries.count.counted("map")); \
        \(ByteCountText(options.limits.maximumMemory)) may be used, --max-memory allows more
        """)
    }
  }

  /// Rows that travel together, in fours: few enough that all maps of them stay in a cache.
  private var stripRowCount: Int {
    let values = description.width * entries.count
    return min(max(1, (256 << 10) / max(1, values) / 4), 32) * 4
  }

  private static func open(
    _ file: InputFile, lumaOnly: Bool, options: RunOptions
  ) throws(JobError) -> any RowSource {
    let bytes = try file.input(reread: true, byteLimit: options.limits.maximumMemory)
    do {
      return try ImageReader.open(bytes, limits: options.limits, tolerance: options.tolerance, lumaOnly: lumaOnly)
    } catch {
      throw JobError(error, path: file.path)
    }
  }

  /// The image once more, from its first row.
  ///
  /// - Throws: `JobError`, also where another image has taken its place.
  private func reopened(_ file: InputFile, lumaOnly: Bool) throws(JobError) -> any RowSource {
    let source = try Self.open(file, lumaOnly: lumaOnly, options: options)
    guard source.description.width == description.width, source.description.height == description.height else {
      throw JobError(.badData, code: "input.changed", path: file.path, "has changed while it was read")
    }
    return source
  }

  /// The photograph in its colours, shrunk; it is decoded beside whatever else reads the image.
  func photograph(rows: AreaAverage.Axis, columns: AreaAverage.Axis) throws(JobError) -> PhotographRows {
    let again = try file.another(byteLimit: options.limits.maximumMemory)
    return PhotographRows(try reopened(again, lumaOnly: false), of: again, rows: rows, columns: columns)
  }

  /// The photograph where a bank's maps lie on it, as an area for each of `height × width` values that stand for all of a map.
  func photograph(under bank: MapBank, width: Int, height: Int) throws(JobError) -> PhotographRows {
    let (shape, field) = (bank.plan.outputShape, bank.plan.receptiveField)
    func axis(_ field: AxisReceptiveField, _ count: Int, of extent: Int, on length: Int) -> AreaAverage.Axis {
      let start = Double(field.start) + Double(field.size - field.jump) / 2
      return AreaAverage.Axis(
        count: count, of: length, start: start, step: Double(field.jump * extent) / Double(count))
    }
    return try photograph(
      rows: axis(field.vertical, height, of: shape.height, on: description.height),
      columns: axis(field.horizontal, width, of: shape.width, on: description.width))
  }

  /// The first pass: statistics, and maps shrunk for the sheet.
  func look() throws(JobError) {
    for bank in banks { bank.startLooking(side: pictureSide) }
    try pass(use: .look)
    for bank in banks { bank.finishLooking(side: pictureSide) }
  }

  /// Goes through the image once.
  ///
  /// - Parameters:
  ///   - use: what is done with the values of the maps.
  ///   - brushes: what makes pixels of them, one a bank.
  ///   - files: what takes the pixels.
  /// - Throws: `JobError`.
  func pass(
    use: MapBank.Use? = nil, brushes: [MapBrush?] = [], files: [MapFile] = []
  ) throws(JobError) {
    let source: any RowSource
    if let firstSource {
      source = firstSource
    } else {
      source = try reopened(file, lumaOnly: lumaOnly)
      for bank in banks { try bank.restart(threadCount: options.threadCount) }
    }
    firstSource = nil
    try Conveyor.run(
      isConcurrent: options.threadCount > 1,
      produce: { [stripRowCount, path = file.path, checkpoint = options.checkpoint] () throws(JobError) in
        try checkpoint?()
        do throws(CodecError) { return try source.read(upToRows: stripRowCount) } catch {
          throw JobError(error, path: path)
        }
      },
      transform: { (rows: PixelRows) throws(JobError) -> [MapRows]? in
        rowsDone += rows.rowCount
        progress?(Double(rowsDone) / Double(description.height * passCount))
        var painted: [MapRows] = []
        for (index, bank) in banks.enumerated() {
          painted += try bank.push(rows, use: use, brush: brushes.isEmpty ? nil : brushes[index])
        }
        return painted.isEmpty ? nil : painted
      },
      consume: { (painted: [MapRows]) throws(JobError) in
        for part in painted { try files[part.file].write(part.rows) }
      })
    damage = source.damage
  }

  /// How often the image is gone through.
  private var passCount: Int {
    (mapping.statisticsNeeded == .histogram ? 2 : 1) + (entries.count + Self.filesPerPass - 1) / Self.filesPerPass
  }

  /// Writes a PNG for each entry.
  func write(_ scales: MapScales, to folder: MapsFolder) throws(JobError) {
    for start in stride(from: 0, to: entries.count, by: Self.filesPerPass) {
      let group = Array(entries[start..<min(start + Self.filesPerPass, entries.count)])
      let depth = description.pixelFormat.depth
      var files: [MapFile] = []
      var targets = banks.map { _ in [MapBrush.Target]() }
      for (number, entry) in group.enumerated() {
        let bank = banks[entry.bank]
        let subject: MapBrush.Subject =
          entry.map.map { .map($0, scales[entry.bank, $0]) } ?? .components(PrincipalComponents(bank.moments))
        files.append(
          try MapFile(
            path: folder.path(of: entry.fileName, "png"), width: bank.plan.outputShape.width,
            height: bank.plan.outputShape.height,
            format: MapBrush.format(of: subject, depth: depth, isOverlay: job.isOverlay), options: folder.options))
        targets[entry.bank].append(.init(file: number, subject: subject))
      }
      var brushes: [MapBrush?] = []
      for (bank, targets) in zip(banks, targets) {
        let shape = bank.plan.outputShape
        let photograph =
          job.isOverlay && !targets.isEmpty
          ? try photograph(under: bank, width: shape.width, height: shape.height) : nil
        brushes.append(
          targets.isEmpty
            ? nil : MapBrush(targets, fullRange: bank.plan.fullRange, depth: depth, photograph: photograph))
      }
      try pass(brushes: brushes, files: files)
      for file in files { try file.finish() }
      try options.checkpoint?()
      for file in files { try file.commit() }
    }
  }
}
