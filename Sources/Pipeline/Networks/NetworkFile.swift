import ModelFiles
import Networks

/// Networks as files hold them.
enum NetworkFile {
  /// Reads a network: an ONNX model, or a file of layers.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - channelCount: the channels of the image that goes in, which a file of layers adapts to.
  ///   - memoryLimit: the bytes that may be read.
  /// - Throws: `JobError`.
  static func read(_ path: String, channelCount: Int, memoryLimit: Int) throws(JobError) -> Network {
    let bytes = try InputFile(path: path).readAll(byteLimit: memoryLimit)
    do { return try ONNXModel.network(of: bytes, memoryLimit: memoryLimit) } catch {
      throw JobError(.badData, code: error.code, path: path, error.message)
    }
  }
}

extension JobError {
  /// A network's error, about the file it came from.
  init(_ error: NetworkError, path: String) {
    self.init(.badData, code: error.code.rawValue, path: path, error.message)
  }
}
