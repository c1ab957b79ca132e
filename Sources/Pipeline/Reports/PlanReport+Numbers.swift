public import Codecs
import FeatureMaps
import Tensors

extension PlanReport {
  /// The plan of a job on `width × height` samples that are in no file, within the limits that a file would be read under.
  ///
  /// A signal is a row of any length; its job is made by `ImageJob.onSignal`. One or three channels are otherwise taken for those of an 8-bit
  /// image that becomes one, as a run would do it.
  ///
  /// - Throws: `JobError` of kind `badData` where a kernel does not fit the samples, or with the code of the limit they exceed.
  public init(
    _ job: ImageJob, channelCount: Int, width: Int, height: Int, isSignal: Bool, limits: DecodeLimits
  ) throws(JobError) {
    guard isSignal || max(width, height) <= limits.maximumSide else {
      throw JobError(
        .badData, code: "limit.dimension",
        "\(width)×\(height) pixels are too long a side; at most \(limits.maximumSide) are read (--max-side)")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.maximumPixels else {
      throw JobError(
        .badData, code: "limit.pixels",
        "\(width)×\(height) are too many pixels; at most \(limits.maximumPixels) are read (--max-pixels)")
    }
    let plan: JobPlan
    if !isSignal, let color = PixelFormat.Color(rawValue: channelCount) {
      plan = try JobPlan(
        job: job, format: PixelFormat(color), width: width, height: height,
        storesPixels: (job.mapping ?? .clamp) == .clamp)
    } else {
      plan = try JobPlan(
        job: isSignal ? job.onSignal() : job, channels: ChannelLayout(colorCount: channelCount), width: width,
        height: height)
    }
    guard plan.workingByteCount <= limits.maximumMemory else {
      throw JobError(
        .badData, code: "limit.memory",
        """
        the operators need \(ByteCountText(plan.workingByteCount)) of memory; \(ByteCountText(limits.maximumMemory)) may be \
        used, --max-memory allows more
        """)
    }
    self.init(plan, isSignal: isSignal)
  }
}
