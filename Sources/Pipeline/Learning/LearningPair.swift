import Codecs
import Convolution
import Tensors

/// Two files of a pair, which are read side by side, once or several times.
///
/// Samples are delivered in the stored units of the deeper of all images, colours without alpha. Of a pixel that is not wholly opaque the colours
/// are unknown, NaN, and so is a target sample at either end of its range, which may have been clipped there.
final class LearningPair {
  private let job: LearningJob
  private let options: RunOptions
  private let files: (input: InputFile, target: InputFile)
  private let input: Side
  private let target: Side

  /// One image as it is read.
  private struct Side {
    let description: ImageDescription
    let selection: SampleSelection

    var depth: SampleDepth { description.pixelFormat.depth }
    var extent: Extent { Extent(height: description.height, width: description.width) }
  }

  /// Opens both files and reads their headers.
  ///
  /// - Throws: `JobError`, also where a channel asked for is missing.
  init(_ pair: LearningJob.Pair, job: LearningJob, options: RunOptions) throws(JobError) {
    self.job = job
    self.options = options
    files = (try InputFile(path: pair.input), try InputFile(path: pair.target))
    input = try Self.side(files.input, job, options)
    target = try Self.side(files.target, job, options)
  }

  private static func side(_ file: InputFile, _ job: LearningJob, _ options: RunOptions) throws(JobError) -> Side {
    let description = try open(file, job, options).description
    do {
      let selection = try SampleSelection(
        input: ChannelLayout(description.pixelFormat), channels: job.channels, alpha: .keep, isLinear: job.isLinear)
      return Side(description: description, selection: selection)
    } catch {
      throw JobError(error.kind, code: error.code, path: file.path, error.message)
    }
  }

  private static func open(
    _ file: InputFile, _ job: LearningJob, _ options: RunOptions
  ) throws(JobError) -> any RowSource {
    try file.image(reread: true, lumaOnly: job.channels == .luma && !job.isLinear, options: options)
  }

  /// The name of the input, and that of the target.
  var names: (input: String, target: String) { (files.input.path, files.target.path) }

  /// The colours of the input and of the target.
  var colorCounts: (input: Int, target: Int) { (input.selection.colorCount, target.selection.colorCount) }

  /// The deeper of both images.
  var depth: SampleDepth { input.depth == .sixteen ? .sixteen : target.depth }

  /// The step of the target's stored samples, in those of `depth`.
  func rounding(in depth: SampleDepth) -> Double { Double(depth.maximum / target.depth.maximum) }

  /// The target samples.
  var targetSampleCount: Int { target.extent.height * target.extent.width * colorCounts.target }

  /// The channels, rows and columns of the input.
  var inputShape: StageShape {
    StageShape(channelCount: colorCounts.input, height: input.extent.height, width: input.extent.width)
  }

  /// The samples that both images hold.
  var sampleCount: Int { inputShape.height * inputShape.width * colorCounts.input + targetSampleCount }

  /// Where the windows of a problem lie.
  ///
  /// - Throws: `JobError` with both shapes where the target has another size than a padding gives, or the channels do not fit.
  func geometry(_ problem: FittingProblem) throws(JobError) -> ConvolutionGeometry {
    let colors = colorCounts
    guard colors.input % problem.inputCount == 0, colors.target % problem.outputCount == 0,
      colors.input / problem.inputCount == colors.target / problem.outputCount
    else {
      throw mismatch(
        "\(input.selection.colorNames.joined(separator: ", "))",
        "\(target.selection.colorNames.joined(separator: ", "))",
        expected: "the same channels (--bank sums over channels, --channels chooses one)")
    }
    if let geometry = problem.geometry(input: input.extent, target: target.extent) { return geometry }
    let outputs = [Padding.same, .valid].compactMap { padding in
      try? ConvolutionGeometry(
        input: input.extent, kernel: problem.kernel, stride: problem.stride, padding: padding,
        dilation: problem.dilation
      ).output
    }
    throw mismatch(
      "\(input.extent)", "\(target.extent)",
      expected: outputs.isEmpty
        ? "an image of a kernel's size at least" : "a target of " + outputs.map { "\($0)" }.joined(separator: " or "))
  }

  private func mismatch(_ a: String, _ b: String, expected: String) -> JobError {
    JobError(
      .badData, code: "shape.mismatch",
      "\(files.input.path) is \(a), \(files.target.path) is \(b); expected \(expected)")
  }

  /// Goes through both images from the top.
  ///
  /// `input` is given rows, `target` as many as fit the rows of the input that have come, as `wanted` counts them.
  ///
  /// - Throws: `JobError` where a file cannot be read, and what a checkpoint throws.
  func read(
    in depth: SampleDepth, wanted: (_ inputRows: Int) -> Int, input takeInput: (PlanarRows<Double>) -> Void,
    target takeTarget: (PlanarRows<Double>) -> Void
  ) throws(JobError) {
    let sources = (try Self.open(files.input, job, options), try Self.open(files.target, job, options))
    var (inputRows, targetRows) = (0, 0)
    while let rows = try next(sources.0, upToRows: 64, path: files.input.path) {
      try options.checkpoint?()
      takeInput(samples(rows, of: input, in: depth, isTarget: false))
      inputRows += rows.rowCount
      while targetRows < wanted(inputRows),
        let rows = try next(sources.1, upToRows: wanted(inputRows) - targetRows, path: files.target.path)
      {
        takeTarget(samples(rows, of: target, in: depth, isTarget: true))
        targetRows += rows.rowCount
      }
    }
  }

  /// Both images, whole.
  ///
  /// - Throws: as `read`.
  func training(_ problem: FittingProblem, in depth: SampleDepth) throws(JobError) -> TrainingPair {
    var whole: (input: PlanarRows<Float>?, target: PlanarRows<Float>?)
    let height = target.extent.height
    func append(_ rows: PlanarRows<Double>, to whole: inout PlanarRows<Float>?) {
      let narrowed = PlanarRows(
        channelCount: rows.channelCount, width: rows.width, rowCount: rows.rowCount,
        samples: rows.samples.map { Float($0) })
      if whole?.append(narrowed) == nil { whole = narrowed }
    }
    try read(in: depth) { _ in
      height
    } input: {
      append($0, to: &whole.input)
    } target: {
      append($0, to: &whole.target)
    }
    guard let input = whole.input, let target = whole.target else { preconditionFailure("an image has rows") }
    return TrainingPair(input: input, target: target, geometry: try geometry(problem))
  }

  private func next(_ source: any RowSource, upToRows count: Int, path: String) throws(JobError) -> PixelRows? {
    do { return try source.read(upToRows: count) } catch { throw JobError(error, path: path) }
  }

  /// The samples of some rows, with those that are unknown as NaN.
  private func samples(
    _ rows: PixelRows, of side: Side, in depth: SampleDepth, isTarget: Bool
  ) -> PlanarRows<Double> {
    var planes = side.selection.apply(to: rows, as: Double.self)
    let full = Double(side.depth.maximum)
    let clips = isTarget && !job.usesClipped
    let mixes = side.selection.channels == .luma && side.selection.input.colorCount == 3
    let stored: PlanarRows<Double>? = clips && mixes ? SampleUnpacking.unpack(rows, as: Double.self) : nil
    let (colors, width) = (side.selection.colorCount, rows.width)
    for row in 0..<rows.rowCount {
      let start = row * planes.channelCount * width
      for x in 0..<width {
        let isHidden = side.selection.hasAlpha && planes.samples[start + colors * width + x] < full
        let isClipped =
          stored.map { stored in
            (0..<3).contains { channel in
              Self.isAtEnd(stored.samples[(row * stored.channelCount + channel) * width + x], full)
            }
          } ?? false
        for channel in 0..<colors {
          let place = start + channel * width + x
          let isUnknown = isHidden || isClipped || (clips && !mixes && Self.isAtEnd(planes.samples[place], full))
          planes.samples[place] = isUnknown ? .nan : planes.samples[place] * Double(depth.maximum / side.depth.maximum)
        }
      }
    }
    return side.selection.hasAlpha ? planes.prefix(channels: colors) : planes
  }

  private static func isAtEnd(_ sample: Double, _ full: Double) -> Bool { sample <= 0 || sample >= full }
}
