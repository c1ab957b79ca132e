public import Codecs
public import FeatureMaps
public import Tensors

/// What a finished job did.
public struct JobReport: Sendable {
  /// The image that was read.
  public let input: ImageDescription
  /// The plan that was followed.
  public let plan: JobPlan
  /// The format of the result.
  public let outputFormat: ImageFormat
  /// The pixels of the result; `nil` for an array.
  public let outputPixels: PixelFormat?
  /// The colours' sums before they were mapped, in full ranges.
  public let statistics: ValueStatistics
  /// What the mapping lost, in one line; `nil` when it lost nothing.
  public let rangeReport: String?
  /// Damage of the input that was put up with.
  public let damage: [CodecError]
  /// What else the user should know.
  public let notes: [String]
}

/// Runs a job on one image: rows flow from a decoder through the operators into an encoder.
public enum JobRunner {
  /// Filters one image into a file.
  ///
  /// The output appears whole or not at all, and only after the input was read to its end.
  ///
  /// - Parameters:
  ///   - job: what is done.
  ///   - input: the image to read; `-` is standard input.
  ///   - output: the file to write; `-` is standard output.
  ///   - outputOptions: how it is written.
  ///   - options: what the run may use.
  ///   - memory: what is shared with other runs at the same time; this one waits until it has its part.
  ///   - progress: told now and then how much of the work is done, from 0 to 1; called on the caller's thread.
  /// - Returns: what was done, and what the user should know of it.
  /// - Throws: `JobError`.
  public static func run(
    _ job: ImageJob, input: String, output: String, outputOptions: OutputOptions = OutputOptions(),
    options: RunOptions = RunOptions(), memory: MemoryBudget? = nil, progress: ((Double) -> Void)? = nil
  ) throws(JobError) -> JobReport {
    let format = try outputOptions.format(forPath: output)
    let run = try ImageRun(job: job, inputPath: input, format: format, options: options, progress: progress)
    let share = memory?.reserve(run.workingByteCount)
    defer { if let share { memory?.release(share) } }
    return try run.write(to: output, options: outputOptions)
  }

  /// Describes an image and fits a job to it, as if its results became a PNG; decodes no pixel.
  ///
  /// - Throws: `JobError`.
  public static func plan(
    _ job: ImageJob, input: String, options: RunOptions = RunOptions()
  ) throws(JobError) -> (ImageDescription, JobPlan) {
    let run = try ImageRun(job: job, inputPath: input, format: .png, options: options, progress: nil)
    return (run.description, run.plan)
  }
}
