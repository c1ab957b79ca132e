import Convolution
import Pipeline
import Tensors
import Testing

@Suite("A plan")
struct PlanTests {
  private func plan(_ steps: [ImageJob.Step], _ format: PixelFormat = PixelFormat(.rgb)) throws -> JobPlan {
    try JobPlan(job: ImageJob(steps: steps), format: format, width: 64, height: 48)
  }

  private func step(_ kernel: String, _ choices: ConvolutionStep.Choices = .init()) throws -> ImageJob.Step {
    .convolution(try ConvolutionStep(try KernelResolver.kernel(kernel), choices))
  }

  @Test("holds sums in 32 bits only where one convolution of whole numbers is all that could round")
  func precision() throws {
    #expect(try plan([step("sobel-x")]).precision == .single)
    #expect(try plan([step("box3")]).precision == .single)
    #expect(try plan([step("gaussian5")], PixelFormat(.grey, depth: .sixteen)).precision == .single)
    #expect(try plan([step("gaussian:1.3")], PixelFormat(.grey, depth: .sixteen)).precision == .double)
    #expect(try plan([step("box3"), step("sobel-x")]).precision == .double)
    #expect(try plan([step("sobel-x")], PixelFormat(.rgb, hasAlpha: true)).precision == .double)
  }

  @Test("follows shapes, receptive field, parameters and cost through a chain")
  func chain() throws {
    let plan = try plan([
      step("gaussian5", .init(padding: .valid, stride: Extent(2))), .activation(.relu),
      .pooling(PoolingStep(kind: .max, size: Extent(2))), step("sobel-x", .init(padding: .valid)),
    ])
    let report = PlanReport(plan)
    #expect(report.operators.map(\.output) == [[3, 22, 30], [3, 22, 30], [3, 11, 15], [3, 9, 13]])
    // 5; then + (2 − 1)·2 for the pooling; then + (3 − 1)·4 for the second kernel.
    #expect(report.receptiveField == [15, 15])
    #expect(plan.receptiveField.size == Extent(15) && plan.receptiveField.vertical.jump == 4)
    #expect(report.operators[0].multiplyAdds == 3 * 22 * 30 * 25)
    #expect(plan.outputShape == StageShape(channelCount: 3, height: 9, width: 13))
  }

  @Test("needs no pixels: a bank of 64 channels is fitted to 64 feature maps, and refused by 3")
  func anyNumberOfChannels() throws {
    let bank = KernelBank(
      outputCount: 16, inputCount: 64, height: 1, width: 1, taps: Array(repeating: 1, count: 16 * 64))
    let job = ImageJob(steps: [.convolution(ConvolutionStep(name: "mix", bank: bank))])
    let plan = try JobPlan(job: job, channels: ChannelLayout(colorCount: 64), width: 56, height: 56)
    #expect(plan.inputShape.channelCount == 64 && plan.outputShape.channelCount == 16)
    #expect(PlanReport(plan).image == [64, 56, 56])
    #expect(throws: JobError.self) { try JobPlan(job: job, format: PixelFormat(.rgb), width: 56, height: 56) }
  }

  @Test("holds rows, not the image: only the schedule of rows grows with height, by some bytes a row")
  func memoryDoesNotGrowWithHeight() throws {
    let job = ImageJob(steps: [try step("gaussian:5")])
    let low = try JobPlan(job: job, format: PixelFormat(.rgb), width: 1000, height: 500)
    let high = try JobPlan(job: job, format: PixelFormat(.rgb), width: 1000, height: 50_000)
    #expect(high.workingByteCount - low.workingByteCount <= 32 * 49_500)
  }
}
