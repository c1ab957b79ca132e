import Codecs
import Convolution
import Tensors

/// What goes into a network: a photograph, or an array as it is.
enum NetworkInput {
  /// A photograph `C×H×W` with samples in 0…1; alpha is left out.
  case image(Tensor, kind: String)
  /// An array of a `.npy` file.
  case array(Tensor)

  /// Reads a file; `-` is standard input.
  ///
  /// - Throws: `JobError`.
  init(path: String, options: RunOptions) throws(JobError) {
    let file = try InputFile(path: path)
    let bytes = try file.readAll(byteLimit: options.limits.maximumMemory)
    do {
      if ImageFormat.detect(firstBytes: bytes.prefix(8)) == .npy {
        self = .array(try NPYFile.readTensor(.bytes(bytes), limits: options.limits))
      } else {
        let source = try ImageReader.open(.bytes(bytes), limits: options.limits, tolerance: options.tolerance)
        self = .image(try Self.samples(of: source, limits: options.limits), kind: source.description.detail)
      }
    } catch {
      throw JobError(error, path: path)
    }
  }

  /// The channels of a photograph, or what an array has on its second axis.
  var channelCount: Int {
    switch self {
    case .image(let tensor, _): tensor.shape[0]
    case .array(let tensor): tensor.shape.rank > 1 ? tensor.shape[1] : 1
    }
  }

  /// All colour samples of an image, in 0…1.
  private static func samples(of source: any RowSource, limits: DecodeLimits) throws(CodecError) -> Tensor {
    let (width, height) = (source.description.width, source.description.height)
    let format = source.description.pixelFormat
    let channels = format.color.rawValue
    // As decoded, and prepared.
    guard width * height <= limits.maximumMemory / (2 * channels * MemoryLayout<Float>.size),
      let shape = try? Shape([channels, height, width])
    else {
      throw CodecError(
        .tooMuchMemory,
        "\(width)×\(height) pixels as floats need more than the \(limits.maximumMemory) bytes that may be used "
          + "(--max-memory)")
    }
    var samples = [Float](repeating: 0, count: shape.elementCount)
    let factor = 1 / Float(format.depth.maximum)
    var first = 0
    while let rows = try source.read(upToRows: 64) {
      let planar: PlanarRows<Float> = SampleUnpacking.unpack(rows)
      for row in 0..<planar.rowCount {
        for channel in 0..<channels {
          let start = (channel * height + first + row) * width
          for (x, value) in planar.run(row: row, channel: channel).enumerated() { samples[start + x] = value * factor }
        }
      }
      first += planar.rowCount
    }
    return Tensor(shape: shape, elements: samples)
  }
}
