import Codecs
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The codecs alone: a file decoded from memory, and its pixels encoded as PNG into the void, each step checked and then timed.
public struct CodecBenchmark: Sendable {
  /// One step's figures.
  public struct Result: Encodable, Sendable {
    /// What was done, as `decode` or `encode fast`.
    public let step: String
    /// The threads.
    public let threads: Int
    /// The bytes of the file that was read or written.
    public let bytes: Int
    /// The fastest run in milliseconds.
    public let msMin: Double
    /// The run in the middle in milliseconds.
    public let msMedian: Double
    /// Millions of pixels in a second, of the run in the middle.
    public let mpixPerS: Double

    /// The figures in one line.
    public var text: String {
      "\(step) (\(threads) threads): \(msMedian.rounded(places: 2)) ms, fastest \(msMin.rounded(places: 2)) ms, "
        + "\(mpixPerS.rounded(places: 1)) Mpixel/s, \(bytes) bytes"
    }

    private enum CodingKeys: String, CodingKey {
      case step, threads, bytes
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

  /// Checks and times decoding, and encoding at each level of compression.
  ///
  /// Before they are timed, the pixels are compared with those that libpng decodes by zlib, where the file is a PNG, and each level's
  /// file is read back. The encoder's threads are those of the options; the decoder has one. Every image that is timed is written to
  /// `/dev/null`.
  ///
  /// - Parameter runs: the runs that count; one more is made before them.
  /// - Returns: the figures, decoding first.
  /// - Throws: `JobError` where the file is damaged; of kind `internalError` where pixels differ.
  public func run(runs: Int) throws(JobError) -> [Result] {
    let image = try decode(.bytes(bytes))
    guard try decode(.bytes(bytes), library: .zlib) == image else { throw Self.mismatch("decode") }
    let decoding = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in _ = try decode(.bytes(bytes)) }
    var results = [result("decode", threads: 1, decoding, image: image, byteCount: bytes.count)]
    for compression in PNGCompression.allCases {
      let step = "encode \(compression.rawValue)"
      let byteCount = try verify(image, compression, step: step)
      let timing = try BenchmarkTiming.measure(runs: runs) { () throws(JobError) in
        let output = try AtomicFile(path: "/dev/null", mayReplace: true)
        try encode(image, compression, to: output.descriptor)
        try output.commit()
      }
      results.append(result(step, threads: options.threadCount, timing, image: image, byteCount: byteCount))
    }
    return results
  }

  private static func mismatch(_ step: String) -> JobError {
    JobError(.internalError, code: "bench.mismatch", "\(step): the pixels are not those of the image")
  }

  /// Encodes into a file without a name, reads it back, and gives its size.
  private func verify(_ image: PixelRows, _ compression: PNGCompression, step: String) throws(JobError) -> Int {
    let descriptor: Int32
    do { descriptor = try FileCalls.openedUnnamed() } catch {
      throw error.jobError(path: "temporary file", verb: "create", .inputOutput, code: "io.open")
    }
    defer { close(descriptor) }
    try encode(image, compression, to: descriptor)
    let byteCount = Int(lseek(descriptor, 0, SEEK_CUR))
    lseek(descriptor, 0, SEEK_SET)
    guard try decode(.descriptor(descriptor)) == image else { throw Self.mismatch(step) }
    return byteCount
  }

  private func result(
    _ step: String, threads: Int, _ timing: BenchmarkTiming, image: PixelRows, byteCount: Int
  ) -> Result {
    Result(
      step: step, threads: threads, bytes: byteCount, msMin: timing.minimum, msMedian: timing.median,
      mpixPerS: Double(image.rowCount * image.width) / timing.median / 1e3)
  }

  private func decode(_ input: ByteInput, library: DeflateLibrary = .preferred) throws(JobError) -> PixelRows {
    do {
      let source = try ImageReader.open(
        input, limits: options.limits, tolerance: options.tolerance, library: library)
      let description = source.description
      var rows = PixelRows(format: description.pixelFormat, width: description.width, rowCount: 0)
      rows.reserveCapacity(rowCount: description.height)
      while let strip = try source.read(upToRows: 16) { rows.append(strip) }
      return rows
    } catch {
      throw JobError(error, path: path)
    }
  }

  private func encode(_ image: PixelRows, _ compression: PNGCompression, to descriptor: Int32) throws(JobError) {
    do throws(CodecError) {
      let writer = try PNGWriter(
        descriptor: descriptor, width: image.width, height: image.rowCount, format: image.format,
        color: ColorMetadata(), compression: compression, threadCount: options.threadCount)
      for start in stride(from: 0, to: image.rowCount, by: 16) {
        try writer.write(image.rows(start..<min(start + 16, image.rowCount)))
      }
      try writer.finish()
    } catch {
      throw JobError(error, path: path)
    }
  }
}
