import Codecs
public import FeatureMaps
import Tensors

/// Two images or two arrays compared, sample by sample.
public struct FileComparison: Sendable {
  /// The differences found, in stored units for images and in the arrays' own for arrays.
  public let result: ImageComparison
  /// What was compared, as `8-bit RGB` or `3×300×451`.
  public let detail: String

  /// Compares two files.
  ///
  /// Images are compared as they are decoded, row by row, and must agree in size, channels and depth; arrays must agree in shape.
  ///
  /// - Parameters:
  ///   - first: an image or an `.npy` array; `-` is standard input.
  ///   - second: another of the same kind.
  ///   - heatMap: where to write a PNG of the absolute differences, from black for none to white for the largest; images only.
  ///   - outputOptions: how the heat map is written.
  ///   - options: what the run may use.
  /// - Throws: `JobError`; its code is `shape.mismatch` where the files cannot be compared.
  public init(
    _ first: String, _ second: String, heatMap: String? = nil, outputOptions: OutputOptions = OutputOptions(),
    options: RunOptions = RunOptions()
  ) throws(JobError) {
    let pair = Pair(first: try InputFile(path: first), second: try InputFile(path: second), options: options)
    if let heatMap, try outputOptions.format(forPath: heatMap) != .png {
      throw JobError(
        .badData, code: "format.unsupported", path: heatMap,
        "a heat map is written as PNG; expected a name ending in .png")
    }
    let inputs = (
      try pair.first.input(reread: true, byteLimit: options.limits.maximumMemory),
      try pair.second.input(reread: true, byteLimit: options.limits.maximumMemory)
    )
    if let arrays = try pair.arrays(inputs) {
      guard heatMap == nil else {
        throw JobError(.badData, code: "format.unsupported", path: first, "is an array; a heat map is drawn of images")
      }
      guard arrays.0.shape == arrays.1.shape else {
        throw pair.mismatch("\(arrays.0.shape)", "\(arrays.1.shape)")
      }
      var comparison = ImageComparison(width: arrays.0.shape.extents.last ?? 1, fullRange: 1)
      comparison.add(arrays.0.values, arrays.1.values)
      result = comparison
      detail = "array of \(arrays.0.shape)"
      return
    }
    let compared = try pair.compareImages()
    result = compared.0
    detail = compared.1
    if let heatMap {
      try pair.drawHeatMap(
        to: heatMap, maximum: max(compared.0.maximumDifference, 1), outputOptions: outputOptions)
    }
  }
}

/// Two files that are read side by side.
private struct Pair {
  let first: InputFile
  let second: InputFile
  let options: RunOptions

  /// The arrays that the files hold, or `nil` where the first is none.
  func arrays(_ inputs: (ByteInput, ByteInput)) throws(JobError) -> (NumericArray, NumericArray)? {
    let areArrays = (
      ImageFormat.detect(firstBytes: inputs.0.firstBytes) == .npy,
      ImageFormat.detect(firstBytes: inputs.1.firstBytes) == .npy
    )
    guard areArrays.0 || areArrays.1 else { return nil }
    guard areArrays.0 == areArrays.1 else {
      throw mismatch(
        areArrays.0 ? "an array" : "an image", areArrays.1 ? "an array" : "an image", expected: "two of a kind")
    }
    return (try array(inputs.0, path: first.path), try array(inputs.1, path: second.path))
  }

  private func array(_ input: ByteInput, path: String) throws(JobError) -> NumericArray {
    do { return try NPYFile.read(input) } catch { throw JobError(error, path: path) }
  }

  func compareImages() throws(JobError) -> (ImageComparison, String) {
    var comparison: ImageComparison?
    var detail = ""
    try eachStrip { description, a, b in
      if comparison == nil {
        detail = "\(description.pixelFormat), \(description.width)×\(description.height)"
        comparison = ImageComparison(
          width: a.width, channelCount: a.format.channelCount, fullRange: Double(a.format.depth.maximum))
      }
      comparison?.add(a, b)
    }
    guard let comparison else { preconditionFailure("an image has rows") }
    return (comparison, detail)
  }

  func drawHeatMap(to path: String, maximum: Double, outputOptions: OutputOptions) throws(JobError) {
    let description = try first.image(reread: true, options: options).description
    let output = try AtomicFile(path: path, mayReplace: outputOptions.mayReplace)
    do {
      let writer = try PNGWriter(
        descriptor: output.descriptor, width: description.width, height: description.height, format: PixelFormat(.rgb),
        color: ColorMetadata(), compression: outputOptions.compression, threadCount: options.threadCount)
      try eachStrip { _, a, b in
        try writer.write(ImageComparison.heatMap(of: a, and: b, maximum: maximum))
      }
      try writer.finish()
    } catch let error as CodecError {
      throw JobError(error, path: path)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
    try output.commit()
  }

  func mismatch(_ a: String, _ b: String, expected: String = "equal shapes") -> JobError {
    JobError(.badData, code: "shape.mismatch", "\(first.path) is \(a), \(second.path) is \(b); expected \(expected)")
  }

  /// Decodes both files together.
  private func eachStrip(_ body: (ImageDescription, PixelRows, PixelRows) throws -> Void) throws(JobError) {
    let a = try first.image(reread: true, options: options)
    let b = try second.image(reread: true, options: options)
    let (left, right) = (a.description, b.description)
    guard left.width == right.width, left.height == right.height, left.pixelFormat == right.pixelFormat else {
      throw mismatch(
        "\(left.width)×\(left.height) \(left.pixelFormat)", "\(right.width)×\(right.height) \(right.pixelFormat)")
    }
    var path = first.path
    do {
      while true {
        path = first.path
        guard let rows = try a.read(upToRows: 64) else { break }
        path = second.path
        var others = PixelRows(format: rows.format, width: rows.width, rowCount: 0)
        while others.rowCount < rows.rowCount, let more = try b.read(upToRows: rows.rowCount - others.rowCount) {
          others.append(more)
        }
        try body(left, rows, others)
      }
    } catch let error as CodecError {
      throw JobError(error, path: path)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
  }
}
