public import Tensors

/// A convolution of images of one shape, checked and decided: where the windows lie, what comes out, how it is computed, and what it costs.
///
/// It exists only when the bank fits the input; a `StripConvolution` made of it needs no further checks.
public struct ConvolutionPlan: Sendable {
  /// The algorithms that images have.
  public static let algorithms: [Algorithm] = [.auto, .reference, .direct, .separable, .box, .fft]

  /// The channels, rows and columns that go in.
  public let input: StageShape
  /// The kernels.
  public let bank: KernelBank
  /// Where the windows lie.
  public let geometry: ConvolutionGeometry
  /// What padded samples hold.
  public let border: Border
  /// What 1 of a bias or of a border's constant is in units of a sample.
  public let fullRange: Double
  /// The channels, rows and columns that come out.
  ///
  /// The channels are the bank's outputs where it sums over the input's channels; where it is depthwise, all outputs of the first channel,
  /// then those of the second, and so on.
  public let outputShape: StageShape
  /// The type to compute in: `single` where its rounding cannot show in whole-number results, `double` elsewhere, unless one was asked for.
  public let precision: Precision
  /// The algorithm that runs.
  public let algorithm: Algorithm
  /// Why, in words.
  public let reason: String
  /// The inner loops that run.
  public let instructionSet: InstructionSet
  /// The multiplications of the formula: taps an output sample times output samples, taps of 0 included.
  public let multiplyAddCount: Int
  /// The bytes that a stage of this plan holds at most while it runs, beside the rows that are handed in and out.
  public let workingByteCount: Int
  /// The numbers of the bank: its taps, and a bias an output where any bias is not 0.
  public let parameterCount: Int
  /// How far a result of `Float` sums may lie from the exact one, in units of a sample.
  public let singlePrecisionErrorBound: Double
  /// Whether `Float` results, rounded to whole numbers, are the exact results rounded, ties included: whole samples and taps, and sums below 2²⁴.
  public let roundsExactlyInSinglePrecision: Bool

  /// What runs.
  let execution: Candidate.Execution
  /// The ring of rows.
  let memory: RingMemory
  /// The border's constant in units of a sample; 0 where it has none.
  let borderConstant: Double
  /// What the candidates were made of.
  let known: CandidateInput
  /// The algorithm that was asked for.
  let askedAlgorithm: Algorithm

  /// What the loops over strips have to know.
  var strips: StripPlan {
    StripPlan(input: input, output: outputShape, memory: memory, borderConstant: borderConstant)
  }

  /// The largest error of `Float` results that is taken for none: a result that differs in rounding lies this near to a tie, of which the rule
  /// of exact results allows 0.001.
  public static let toleratedError = 0.0009

  /// Plans a convolution.
  ///
  /// - Parameters:
  ///   - input: the shape of the images.
  ///   - bank: the kernels, not flipped; it reaches over all channels of the input, or over one at a time.
  ///   - stride: the step from window to window.
  ///   - padding: how far the image is extended.
  ///   - dilation: the step from tap to tap.
  ///   - border: what padded samples hold; its constant counts in full ranges.
  ///   - fullRange: what 1 of a bias or of a border's constant is in units of a sample, as 255 for stored bytes.
  ///   - isInteger: whether every sample is a whole number.
  ///   - sampleBound: the largest magnitude of a sample.
  ///   - algorithm: the algorithm asked for.
  ///   - precision: the type asked for; `nil` leaves it to the plan.
  /// - Throws: `ConvolutionError`.
  ///
  /// Complexity: a step for each output row and row of the kernel, and for each tap.
  public init(
    input: StageShape, bank: KernelBank, stride: Extent = Extent(1), padding: Padding = .same,
    dilation: Extent = Extent(1), border: Border = .edge, fullRange: Double = 1, isInteger: Bool, sampleBound: Double,
    algorithm: Algorithm = .auto, precision: Precision? = nil
  ) throws(ConvolutionError) {
    guard Self.algorithms.contains(algorithm) else { throw .algorithm(algorithm, available: Self.algorithms) }
    guard bank.isDepthwise || bank.inputCount == input.channelCount else {
      throw .channels(bank: ConvolutionError.BankShape(bank), input: input)
    }
    do {
      geometry = try ConvolutionGeometry(
        input: input.extent, kernel: Extent(height: bank.height, width: bank.width), stride: stride, padding: padding,
        dilation: dilation, anchor: bank.anchor.map { Extent(height: $0.y, width: $0.x) })
    } catch {
      throw .geometry(error)
    }
    do { instructionSet = try InstructionSet.selected() } catch { throw .instructionSet(error) }
    // A plan holds something for each channel.
    guard geometry.isPlannable, input.channelCount <= Self.largestChannelCount,
      bank.outputCount <= Self.largestChannelCount / (bank.isDepthwise ? max(input.channelCount, 1) : 1)
    else { throw .tooLarge(input: input) }
    outputShape = StageShape(
      channelCount: bank.outputCount * (bank.isDepthwise ? input.channelCount : 1),
      height: geometry.output.height, width: geometry.output.width)
    (self.input, self.bank, self.border, self.fullRange) = (input, bank, border, fullRange)

    var borderConstant = 0.0
    if case .constant(let value) = border { borderConstant = value * fullRange }
    self.borderConstant = borderConstant
    let known = CandidateInput(
      input: input, bank: bank, geometry: geometry, border: border, fullRange: fullRange,
      borderConstant: borderConstant,
      isInteger: isInteger, sampleBound: max(abs(sampleBound), abs(borderConstant)), used: UsedTaps(bank))
    self.known = known
    askedAlgorithm = algorithm
    let chosen: Candidate
    do { chosen = try Candidate.chosen(algorithm, known, precision: precision) } catch {
      throw .unsuitable(algorithm, reason: error.reason)
    }
    self.algorithm = chosen.algorithm
    execution = chosen.execution
    singlePrecisionErrorBound = chosen.errorBound
    roundsExactlyInSinglePrecision = chosen.roundsExactly
    self.precision = precision ?? (chosen.servesInSinglePrecision ? .single : .double)

    guard
      let memory = chosen.memory(known, scalarByteCount: self.precision.byteCount),
      let multiplyAddCount = Self.product([
        outputShape.channelCount, outputShape.height, outputShape.width, bank.inputCount, bank.height, bank.width,
      ]),
      let inputCount = Self.product([8, input.channelCount, input.height, input.width]),
      let outputCount = Self.product([16, outputShape.channelCount, outputShape.height, outputShape.width])
    else { throw .tooLarge(input: input) }
    self.memory = memory
    self.multiplyAddCount = multiplyAddCount
    let biasCount = bank.biases.contains { $0 != 0 } ? bank.outputCount : 0
    parameterCount = bank.taps.count + biasCount
    if self.algorithm == .reference {
      guard inputCount <= Int.max - outputCount else { throw .tooLarge(input: input) }
      workingByteCount = inputCount + outputCount
      reason = chosen.finding
    } else {
      workingByteCount = memory.byteCount
      reason =
        (algorithm == .auto ? "" : "\(algorithm.rawValue) was asked for: ") + chosen.finding + "; "
        + Self.precisionReason(asked: precision, chosen)
    }
  }

  /// Why sums are of one type, in words.
  static func precisionReason(asked: Precision?, _ chosen: Candidate) -> String {
    let serving = chosen.servesInSinglePrecision ? Precision.single : .double
    if let asked, asked != serving {
      return asked == .single
        ? "32-bit sums were asked for"
        : "32-bit sums would serve this convolution alone; what else is done to the samples needs 64 bits"
    }
    if chosen.roundsExactly { return "32-bit sums of whole numbers are exact" }
    return serving == .single
      ? "32-bit sums err by at most \(chosen.errorBound.forPeople)"
      : "32-bit sums could err by \(chosen.errorBound.forPeople), so they have 64 bits"
  }

  /// The most channels that go in or come out: 2²⁴.
  public static let largestChannelCount = 1 << 24

  private static func product(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}
