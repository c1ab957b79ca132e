import Codecs
import Kernels

extension JobError {
  /// A codec's error, about the file it came from.
  init(_ error: CodecError, path: String) {
    let kind: Kind =
      switch error.code {
      case .readFailed: .inputOutput
      case .writeFailed, .full, .memoryRefused, .encodingFailed: .inputOutput
      case .closedPipe: .closedPipe
      default: .badData
      }
    self.init(kind, code: error.code.rawValue, path: path, error.message)
  }

  /// A kernel's error, which names its own place.
  init(_ error: KernelError) {
    self.init(.badData, code: error.code, "\(error)")
  }
}
