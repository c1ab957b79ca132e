import Codecs
import Tensors

/// The codecs alone: a file decoded from memory, and its pixels encoded as PNG into the void.
public struct CodecBenchmark: Sendable {
  /// One step's figures.
  public struct Result: Encodable, Sendable {
    /// What was done, as `decode` or `encode fast`.
    public let step: String
    /// The threads.
    public let threads: Int
    /// The fastest run in milliseconds.
    public let msMin: Double
    /// The run in the middle in milliseconds.
    public let msMedian: Double
    /// Millions of pixels in a second, of the run in the middle.
    public let mpixPerS: Double

    /// The figures in one line.
    public var text: String {
      "\(step) (\(threads) threads): \(msMedian.rounded(places: 2)) ms, fastest \(msMin.rounded(places: 2)) ms, "
        + "\(mpixPerS.rounded(places: 1)) Mpixel/s"
    }

    private enum CodingKeys: String, CodingKey {
      case step, threads
      case msMin = "ms_min"
      case msMedian = "ms_median"
      case mpixPerS = "mpix_per_s"
    }
  }

  private let bytes: [UInt8]
  private let path: String
  private let options: RunOptions

  /// Reads a file into memory.
  ///
  /// - Throws: `JobError` where it cannot be read.
  public init(path: String, options: RunOptions = RunOptions()) throws(JobError) {
    self.path = path
    self.options = options
    bytes = try InputFile(path: path).readAll(byteLimit: options.limits.maximumMemory)
  }

  /// Times decoding, and encoding at each level of compression.
  ///
  /// The encoder's threads are those of the options; the decoder has one. Every encoded image is written to `/dev/null`.
  ///
  /// - Parameter runs: the runs that count; one more is made before them.
  /// - Returns: the figures, decoding first.
  /// - Throws: `JobError` where the file is damaged.
  public func run(runs: Int) throws(JobError) -> [Result] {
    var image: PixelRows?
    let decoding = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in image = try decode() }
    guard let image else { preconditionFailure("a measured step has run") }
    let pixels = Double(image.rowCount * image.width)
    var results = [result("decode", threads: 1, decoding, pixels: pixels)]
    for compression in PNGCompression.allCases {
      let timing = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in try encode(image, compression) }
      results.append(result("encode \(compression.rawValue)", threads: options.threadCount, timing, pixels: pixels))
    }
    return results
  }

  private func result(_ step: String, threads: Int, _ timing: BenchmarkTiming, pixels: Double) -> Result {
    Result(
      step: step, threads: threads, msMin: timing.minimum, msMedian: timing.median,
      mpixPerS: pixels / timing.median / 1e3)
  }

  private func decode() throws(JobError) -> PixelRows {
    do {
      let source = try ImageReader.open(.bytes(bytes), limits: options.limits, tolerance: options.tolerance)
      let description = source.description
      var rows = PixelRows(format: description.pixelFormat, width: description.width, rowCount: 0)
      rows.reserveCapacity(rowCount: description.height)
      while let strip = try source.read(upToRows: 16) { rows.append(strip) }
      return rows
    } catch {
      throw JobError(error, path: path)
    }
  }

  private func encode(_ image: PixelRows, _ compression: PNGCompression) throws(JobError) {
    let output = try AtomicFile(path: "/dev/null", mayReplace: true)
    do throws(CodecError) {
      let writer = try PNGWriter(
        descriptor: output.descriptor, width: image.width, height: image.rowCount, format: image.format,
        color: ColorMetadata(), compression: compression, threadCount: options.threadCount)
      for start in stride(from: 0, to: image.rowCount, by: 16) {
        try writer.write(image.rows(start..<min(start + 16, image.rowCount)))
      }
      try writer.finish()
    } catch {
      throw JobError(error, path: "/dev/null")
    }
    try output.commit()
  }
}
