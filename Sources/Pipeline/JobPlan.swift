public import Convolution
import FeatureMaps
public import Tensors

/// A job fitted to one image, or to a tensor of any number of channels: every shape known, every check made, no sample seen.
public struct JobPlan: Sendable {
  /// One operator with its shapes.
  enum Stage: Sendable {
    case convolution(PlannedConvolution)
    case activation(Activation)
    case pooling(PoolingStep, StageShape, hasAlpha: Bool, ConvolutionGeometry)

    /// Where its windows lie; `nil` where each sample stands for itself.
    var geometry: ConvolutionGeometry? {
      switch self {
      case .convolution(let planned): planned.color.geometry
      case .activation: nil
      case .pooling(_, _, _, let geometry): geometry
      }
    }

    /// What comes out when `input` goes in.
    func outputShape(of input: StageShape) -> StageShape {
      switch self {
      case .convolution(let planned): planned.outputShape
      case .activation: input
      case .pooling(_, _, _, let geometry):
        StageShape(channelCount: input.channelCount, height: geometry.output.height, width: geometry.output.width)
      }
    }
  }

  /// The job.
  public let job: ImageJob
  /// The channels that are there, before any is chosen.
  public let channels: ChannelLayout
  /// What goes into the first operator: colours, then alpha where it takes part.
  public let inputShape: StageShape
  /// What comes out of the last operator: colours, then alpha where there is one.
  public let outputShape: StageShape
  /// Whether the last output channel is alpha.
  public let outputHasAlpha: Bool
  /// Whether sums are held in 32 bits, which is done where the rounding cannot show, or in 64.
  public let precision: Precision
  /// The part of the input that one output depends on.
  public let receptiveField: ReceptiveField
  /// The bytes the operators hold at most.
  public let workingByteCount: Int
  /// How stored pixels become stored pixels, where they are to and one convolution is all that is done to them; `nil` elsewhere.
  public let pixels: PixelPlan?
  let selection: SampleSelection
  let stages: [Stage]

  /// Fits a job to an image of `width × height` pixels in `format`.
  ///
  /// `storesPixels` tells that the results are clamped and stored as pixels of the same depth, and nobody looks at the sums.
  ///
  /// - Throws: `JobError` of kind `badData` where a kernel does not fit the image.
  public init(
    job: ImageJob, format: PixelFormat, width: Int, height: Int, storesPixels: Bool = false
  ) throws(JobError) {
    try self.init(
      job: job, channels: ChannelLayout(format), width: width, height: height, stored: storesPixels ? format : nil)
  }

  /// Fits a job to `width × height` samples of some channels.
  ///
  /// - Throws: `JobError` of kind `badData` where a kernel does not fit them.
  public init(job: ImageJob, channels: ChannelLayout, width: Int, height: Int) throws(JobError) {
    try self.init(job: job, channels: channels, width: width, height: height, stored: nil)
  }

  private init(
    job: ImageJob, channels: ChannelLayout, width: Int, height: Int, stored: PixelFormat?
  ) throws(JobError) {
    let selection = try SampleSelection(
      input: channels, channels: job.channels, alpha: job.alpha, isLinear: job.isLinear)
    let start = StageShape(
      channelCount: selection.colorCount + (selection.hasAlpha ? 1 : 0), height: height, width: width)
    // A first pass finds what precision the sums need, a second plans every stage in it.
    let draft = try Self.plan(job: job, selection: selection, start: start, precision: nil)
    let precision = Self.precision(of: draft.stages, job: job, selection: selection)
    let final = try Self.plan(job: job, selection: selection, start: start, precision: precision)
    self.job = job
    self.channels = channels
    self.selection = selection
    self.precision = precision
    inputShape = start
    stages = final.stages
    outputShape = final.shape
    outputHasAlpha = final.hasAlpha
    receptiveField = try Self.receptiveField(of: final.stages)
    if let stored, selection.isIdentity, final.stages.count == 1, case .convolution(let only) = final.stages[0] {
      pixels = PixelPlan(only.color, format: stored)
    } else {
      pixels = nil
    }
    workingByteCount = pixels?.workingByteCount ?? final.bytes
  }

  /// The colours that come out.
  public var outputColorCount: Int { outputShape.channelCount - (outputHasAlpha ? 1 : 0) }

  /// What sums are computed in, in words.
  var arithmetic: String { pixels?.arithmetic.text ?? precision.text }

  /// The largest stored sample, which is 1 in full ranges: 255 or 65535.
  public var fullRange: Double { Double(channels.depth.maximum) }

  /// The plans of the convolutions, in order.
  public var convolutions: [ConvolutionPlan] {
    stages.compactMap { stage in
      if case .convolution(let planned) = stage { planned.color } else { nil }
    }
  }

  private static func plan(
    job: ImageJob, selection: SampleSelection, start: StageShape, precision: Precision?
  ) throws(JobError) -> (stages: [Stage], shape: StageShape, hasAlpha: Bool, bytes: Int) {
    var stages: [Stage] = []
    var shape = start
    var hasAlpha = selection.hasAlpha
    var bytes = 0
    for (index, step) in job.steps.enumerated() {
      switch step {
      case .activation(let activation):
        stages.append(.activation(activation))
      case .pooling(let pooling):
        // Channels are pooled one by one: one tells whether the windows fit.
        let plane = StageShape(channelCount: 1, height: shape.height, width: shape.width)
        let probe = try pooling.stage(for: plane, as: Double.self, threadCount: 1)
        let stage = Stage.pooling(pooling, shape, hasAlpha: hasAlpha, probe.geometry)
        stages.append(stage)
        bytes = try sum(bytes, pooling.workingByteCount(for: shape))
        shape = stage.outputShape(of: shape)
      case .convolution(let convolution):
        let planned = try PlannedConvolution(
          convolution, input: shape, hasAlpha: hasAlpha, alpha: job.alpha,
          fullRange: Double(selection.input.depth.maximum), isInteger: index == 0 && selection.isInteger,
          precision: precision)
        stages.append(.convolution(planned))
        bytes = try sum(bytes, planned.workingByteCount)
        shape = planned.outputShape
        hasAlpha = planned.alpha != nil
      }
    }
    return (stages, shape, hasAlpha, bytes)
  }

  private static func sum(_ bytes: Int, _ more: Int?) throws(JobError) -> Int {
    guard let more, case (let sum, false) = bytes.addingReportingOverflow(more) else {
      throw JobError(.badData, code: "limit.dimension", "the operators need more memory than can be counted")
    }
    return sum
  }

  private static func receptiveField(of stages: [Stage]) throws(JobError) -> ReceptiveField {
    do {
      return try ReceptiveField(of: stages.compactMap(\.geometry))
    } catch {
      throw JobError(.badData, code: error.code, "\(error)")
    }
  }

  /// 32-bit sums where one convolution, or none, is all that could round, and its error cannot show.
  private static func precision(of stages: [Stage], job: ImageJob, selection: SampleSelection) -> Precision {
    guard selection.isInteger else { return .double }
    // Stretching a 16-bit range would show the last bits of a 32-bit sum.
    switch job.mapping {
    case nil, .clamp, .abs: break
    default: guard selection.input.depth == .eight else { return .double }
    }
    for (index, stage) in stages.enumerated() {
      switch stage {
      case .convolution(let planned):
        guard index == 0, planned.weighting == nil, planned.color.precision == .single else { return .double }
      case .activation(let activation):
        guard activation == .relu || activation == .abs || selection.input.depth == .eight else { return .double }
      case .pooling(let pooling, _, let hasAlpha, _):
        guard !(hasAlpha && job.alpha == .premultiply) else { return .double }
        guard pooling.kind == .max || selection.input.depth == .eight else { return .double }
      }
    }
    return .single
  }
}

/// A convolution fitted to an image: the plan of its colours and, where the image has alpha, that of alpha.
struct PlannedConvolution: Sendable {
  let color: ConvolutionPlan
  let alpha: ConvolutionPlan?
  /// The biases to add after colours were divided by alpha, in stored units; `nil` where colours are not weighted.
  let weighting: [Double]?

  init(
    _ step: ConvolutionStep, input: StageShape, hasAlpha: Bool, alpha handling: AlphaHandling, fullRange: Double,
    isInteger: Bool, precision: Precision?
  ) throws(JobError) {
    let bank = step.bank
    let colorCount = input.channelCount - (hasAlpha ? 1 : 0)
    let sumsAlphaToo = hasAlpha && handling == .filter && bank.inputCount == input.channelCount && bank.inputCount > 1
    guard hasAlpha && !sumsAlphaToo else {
      color = try Self.plan(
        step, bank: bank, channelCount: input.channelCount, input: input, unit: fullRange, isInteger: isInteger,
        precision: precision)
      (alpha, weighting) = (nil, nil)
      return
    }

    let weighs = handling == .premultiply
    weighting =
      weighs ? (0..<(bank.isDepthwise ? colorCount : 1)).flatMap { _ in bank.biases.map { $0 * fullRange } } : nil
    color = try Self.plan(
      step, bank: weighs ? bank.withoutBias : bank, channelCount: colorCount, input: input,
      unit: weighs ? fullRange * fullRange : fullRange, isInteger: isInteger, precision: precision)

    let isPlain = bank.isDepthwise && bank.outputCount == 1
    let alphaBank =
      switch handling {
      case .filter where isPlain: bank
      case .premultiply where isPlain && !bank.isZeroSum: bank.withSumOne
      default: bank.identity(lowerCentre: step.padding == .sameLower)
      }
    var opaque = step
    // What lies beyond the image is opaque, so that an opaque image stays so.
    if case .constant = step.border { opaque.border = .constant(1) }
    alpha = try Self.plan(
      opaque, bank: alphaBank, channelCount: 1, input: input, unit: fullRange, isInteger: isInteger,
      precision: precision)
  }

  var outputShape: StageShape {
    let shape = color.outputShape
    return StageShape(
      channelCount: shape.channelCount + (alpha == nil ? 0 : 1), height: shape.height, width: shape.width)
  }

  var workingByteCount: Int { color.workingByteCount + (alpha?.workingByteCount ?? 0) }

  func stage<Scalar: EngineScalar>(as type: Scalar.Type, fullRange: Double, threadCount: Int) -> any RowStage<Scalar> {
    let colorStage = StripConvolution<Scalar>(plan: color, threadCount: threadCount)
    guard let alpha else { return colorStage }
    return AlphaStage(
      color: colorStage, alpha: StripConvolution<Scalar>(plan: alpha, threadCount: threadCount),
      weighting: weighting.map { .init(biases: $0.map { Scalar($0) }, fullRange: Scalar(fullRange)) })
  }

  private static func plan(
    _ step: ConvolutionStep, bank: KernelBank, channelCount: Int, input: StageShape, unit: Double, isInteger: Bool,
    precision: Precision?
  ) throws(JobError) -> ConvolutionPlan {
    do {
      return try ConvolutionPlan(
        input: StageShape(channelCount: channelCount, height: input.height, width: input.width), bank: bank,
        stride: step.stride, padding: step.padding, dilation: step.dilation, border: step.border, fullRange: unit,
        isInteger: isInteger, sampleBound: unit, algorithm: step.algorithm, precision: precision)
    } catch {
      throw JobError(.badData, code: error.code, "\(step.mention): \(error)")
    }
  }
}

extension KernelBank {
  /// Whether every kernel's weights add up to 0, but for the rounding of their decimals.
  var isZeroSum: Bool {
    let count = inputCount * height * width
    return (0..<outputCount).allSatisfy { output in
      let weights = taps[output * count..<(output + 1) * count]
      let magnitude = weights.reduce(0) { $0 + abs($1) }
      return abs(weights.reduce(0, +)) <= 1e-6 * magnitude
    }
  }

  /// The same kernels with biases of 0.
  var withoutBias: KernelBank {
    KernelBank(
      outputCount: outputCount, inputCount: inputCount, height: height, width: width, taps: taps, divisors: divisors,
      anchor: anchor)
  }

  /// The same plain kernel, its weights divided by their sum, without bias: an opaque image stays opaque under it.
  var withSumOne: KernelBank {
    KernelBank(height: height, width: width, taps: taps, divisors: [taps.reduce(0, +)], anchor: anchor)
  }

  /// The plain kernel of this bank's size that copies the sample under its anchor.
  func identity(lowerCentre: Bool) -> KernelBank {
    let centre = centre(isLower: lowerCentre)
    var taps = Array(repeating: 0.0, count: width * height)
    taps[centre.y * width + centre.x] = 1
    return KernelBank(height: height, width: width, taps: taps, anchor: anchor)
  }
}
