import Codecs
import Convolution
import FeatureMaps
import Tensors

/// One run of a job on one image.
final class ImageRun {
  let plan: JobPlan
  let description: ImageDescription
  let file: InputFile
  private let format: ImageFormat
  let options: RunOptions
  private let progress: ((Double) -> Void)?
  let mapping: RangeMapping?
  let passCount: Int
  /// Whether a JPEG need not decode its colours: luma is what it stores.
  private let lumaOnly: Bool
  private(set) var source: any RowSource

  init(
    job: ImageJob, file: InputFile, format: ImageFormat, options: RunOptions, looksAtSums: Bool = false,
    progress: ((Double) -> Void)?
  ) throws(JobError) {
    self.format = format
    self.options = options
    self.progress = progress
    mapping = job.mapping ?? (format == .npy ? nil : .clamp)
    passCount =
      switch mapping?.statisticsNeeded {
      case nil, .some(.none): 1
      case .extrema: 2
      case .histogram: 3
      }
    self.file = file
    lumaOnly = job.channels == .luma && !job.isLinear
    source = try file.image(reread: passCount > 1, lumaOnly: lumaOnly, options: options)
    description = source.description
    do {
      plan = try JobPlan(
        job: job, format: description.pixelFormat, width: description.width, height: description.height,
        storesPixels: !looksAtSums && mapping == .clamp
          && (format == .png || description.pixelFormat.depth == .eight))
    } catch {
      throw JobError(error.kind, code: error.code, path: file.path, error.message)
    }
    try checkMemory()
  }

  convenience init(
    job: ImageJob, inputPath: String, format: ImageFormat, options: RunOptions, looksAtSums: Bool = false,
    progress: ((Double) -> Void)?
  ) throws(JobError) {
    try self.init(
      job: job, file: InputFile(path: inputPath), format: format, options: options, looksAtSums: looksAtSums,
      progress: progress)
  }

  /// Rows that travel as one strip, in fours as operators sweep them: enough to be worth a hand-over, few enough to stay in a cache,
  /// of wide images too.
  private var stripRowCount: Int {
    let bytesPerRow = max(1, description.width * description.pixelFormat.bytesPerPixel)
    return min(max(1, (320 << 10) / bytesPerRow / 4), 128) * 4
  }

  /// The bytes the run holds at most: what the reader keeps, the operators' rows, and strips on their way.
  var workingByteCount: Int {
    let scalar = plan.pixels == nil ? (plan.precision == .single ? 4 : 8) : description.pixelFormat.depth.byteCount
    let (input, output) = (plan.inputShape, plan.outputShape)
    let strip = stripRowCount * max(input.width * input.channelCount, output.width * output.channelCount)
    return description.residentByteCount + plan.workingByteCount
      + strip * (3 * scalar + (2 * Conveyor.queueCapacity + 2) * description.pixelFormat.depth.byteCount)
  }

  /// Checks that the run's memory, and some more bytes for what is made of it, are within the limit.
  ///
  /// - Throws: `JobError` with the code `limit.memory`.
  func checkMemory(more: Int = 0, for purpose: String = "") throws(JobError) {
    guard workingByteCount + more <= options.limits.maximumMemory else {
      throw JobError(
        .badData, code: "limit.memory", path: file.path,
        """
        needs \(ByteCountText(workingByteCount + more)) of memory (\(ByteCountText(description.residentByteCount)) to hold the image, \
        \(ByteCountText(plan.workingByteCount)) for the operators\(more > 0 ? ", \(ByteCountText(more)) for \(purpose)" : "")); \
        \(ByteCountText(options.limits.maximumMemory)) may be used, --max-memory allows more
        """)
    }
  }

  func write(to path: String, options outputOptions: OutputOptions) throws(JobError) -> JobReport {
    var notes: [String] = []
    let target = try targetFormat(notes: &notes)
    let output = try AtomicFile(
      path: path, mayReplace: outputOptions.mayReplace, isDurable: outputOptions.isDurable)
    let resolved = try resolveMapping(target: target)
    let sink: ResultSink
    do { sink = try makeSink(descriptor: output.descriptor, target: target, options: outputOptions) } catch {
      throw JobError(error, path: path)
    }
    let finish = ResultFinish(plan: plan, target: target, mapping: resolved)
    let tally = Tally(fullRange: plan.fullRange, mapping: mapping)
    try pass(passCount - 1, finish: finish, tally: tally) { (product) throws(JobError) in
      do throws(CodecError) { try sink.write(product) } catch { throw JobError(error, path: path) }
    }
    do { try sink.finish() } catch { throw JobError(error, path: path) }
    try options.checkpoint?()
    try output.commit()
    return JobReport(
      input: description, plan: plan, outputFormat: format, outputPixels: target, statistics: tally.statistics,
      rangeReport: mapping.flatMap { RangeReport.line(for: $0, statistics: tally.statistics) }, damage: source.damage,
      notes: notes)
  }

  /// Goes through the image as a run does, and keeps what a probe looks for.
  ///
  /// - Returns: how sums become samples, settled.
  func look(with probe: WindowProbe) throws(JobError) -> ResultFinish {
    let target = PixelFormat(.grey, depth: plan.channels.depth)
    let finish = ResultFinish(plan: plan, target: target, mapping: try resolveMapping(target: target))
    try pass(
      passCount - 1, finish: finish, tally: Tally(fullRange: plan.fullRange, mapping: mapping), probe: probe, write: nil
    )
    return finish
  }

  /// The pixels to be written; `nil` for an array.
  private func targetFormat(notes: inout [String]) throws(JobError) -> PixelFormat? {
    guard format != .npy else { return nil }
    let colors = plan.outputColorCount
    guard let color = PixelFormat.Color(rawValue: colors) else {
      throw JobError(
        .badData, code: "shape.mismatch", path: file.path,
        "the result has \(colors.counted("feature map")), an image holds 1 or 3; write .npy")
    }
    guard format == .jpeg else {
      return PixelFormat(color, hasAlpha: plan.outputHasAlpha, depth: description.pixelFormat.depth)
    }
    if plan.outputHasAlpha { notes.append("alpha is dropped: a JPEG has none") }
    if description.pixelFormat.depth == .sixteen { notes.append("16-bit samples become 8-bit: a JPEG has no more") }
    return PixelFormat(color)
  }

  /// Goes through the image as often as the mapping needs before it can be applied.
  func resolveMapping(target: PixelFormat?) throws(JobError) -> ResolvedMapping? {
    guard let mapping else { return nil }
    let finish = ResultFinish(plan: plan, target: target, mapping: nil)
    let tally = Tally(fullRange: plan.fullRange, mapping: mapping)
    for number in 0..<passCount - 1 {
      if number == 1 { tally.startHistogram() }
      try pass(number, finish: finish, tally: tally, write: nil)
    }
    return ResolvedMapping(
      mapping, statistics: tally.statistics, histogram: tally.histogram, fullRange: plan.fullRange)
  }

  /// The image from its first row, to be read by the caller after the mapping was settled, or before anything is read.
  func rewound() throws(JobError) -> any RowSource {
    if passCount > 1 { source = try file.image(reread: true, lumaOnly: lumaOnly, options: options) }
    return source
  }

  private func makeSink(
    descriptor: Int32, target: PixelFormat?, options outputOptions: OutputOptions
  ) throws(CodecError) -> ResultSink {
    let shape = plan.outputShape
    guard let target else {
      return .samples(
        try NPYWriter(
          descriptor: descriptor, channelCount: shape.channelCount, height: shape.height, width: shape.width))
    }
    var color = description.color
    if description.pixelFormat.color != target.color { color.iccProfile = nil }
    if format == .jpeg {
      return .pixels(
        try JPEGWriter(
          descriptor: descriptor, width: shape.width, height: shape.height, format: target, color: color,
          quality: outputOptions.quality))
    }
    return .pixels(
      try PNGWriter(
        descriptor: descriptor, width: shape.width, height: shape.height, format: target, color: color,
        compression: outputOptions.compression, threadCount: options.threadCount))
  }

  /// One way through the image, in the plan's precision; the first uses the reader that planning opened.
  private func pass(
    _ number: Int, finish: ResultFinish, tally: Tally, probe: WindowProbe? = nil,
    write: ((ResultFinish.Product) throws(JobError) -> Void)?
  ) throws(JobError) {
    if number > 0 { source = try file.image(reread: true, lumaOnly: lumaOnly, options: options) }
    if let pixels = plan.pixels { return try pass(pixels, tally: tally, write: write) }
    switch plan.precision {
    case .single: try pass(as: Float.self, number, finish: finish, tally: tally, probe: probe, write: write)
    case .double: try pass(as: Double.self, number, finish: finish, tally: tally, probe: probe, write: write)
    }
  }

  /// The way from pixels to pixels.
  private func pass(
    _ pixels: PixelPlan, tally: Tally, write: ((ResultFinish.Product) throws(JobError) -> Void)?
  ) throws(JobError) {
    let convolution = PixelConvolution(plan: pixels, threadCount: options.threadCount)
    try convey { (rows: PixelRows) throws(JobError) in
      let result = convolution.push(rows)
      return result.rowCount > 0 ? .pixels(result) : nil
    } write: { (product) throws(JobError) in
      try write?(product)
    }
    tally.add(convolution.statistics)
  }

  private func pass<Scalar: EngineScalar>(
    as type: Scalar.Type, _ number: Int, finish: ResultFinish, tally: Tally, probe: WindowProbe?,
    write: ((ResultFinish.Product) throws(JobError) -> Void)?
  ) throws(JobError) {
    let chain = try StageChain<Scalar>(plan: plan, threadCount: options.threadCount)
    try convey(number) { [plan] (rows: PixelRows) throws(JobError) in
      let sums = finish.encoded(chain.push(plan.selection.apply(to: rows, as: type), probe: probe))
      guard sums.rowCount > 0 else { return nil }
      tally.add(sums, colorCount: plan.outputColorCount)
      return write == nil ? nil : finish.product(sums)
    } write: { (product) throws(JobError) in
      try write?(product)
    }
  }

  /// Sends the image's rows from the decoder through `transform` to the encoder.
  private func convey(
    _ number: Int = 0, transform: (PixelRows) throws(JobError) -> ResultFinish.Product?,
    write: @escaping (ResultFinish.Product) throws(JobError) -> Void
  ) throws(JobError) {
    let rowTotal = Double(description.height * passCount)
    var rowsDone = number * description.height
    try Conveyor.run(
      isConcurrent: options.threadCount > 1,
      produce: { [source, stripRowCount, path = file.path, checkpoint = options.checkpoint] () throws(JobError) in
        try checkpoint?()
        do throws(CodecError) { return try source.read(upToRows: stripRowCount) } catch {
          throw JobError(error, path: path)
        }
      },
      transform: { [progress] (rows: PixelRows) throws(JobError) -> ResultFinish.Product? in
        rowsDone += rows.rowCount
        progress?(Double(rowsDone) / rowTotal)
        return try transform(rows)
      },
      consume: write)
  }
}
