import Codecs
import Kernels
import ModelFiles
import Networks
import Tensors

/// Networks as files hold them.
enum NetworkFile {
  /// Reads a network: an ONNX model, or a file of layers.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - channelCount: the channels of the image that goes in, which a file of layers adapts to.
  ///   - memoryLimit: the bytes that may be read.
  /// - Returns: the network.
  /// - Throws: `JobError`.
  static func read(_ path: String, channelCount: Int, memoryLimit: Int) throws(JobError) -> Network {
    let bytes = try InputFile(path: path).readAll(byteLimit: memoryLimit)
    // A model begins with the number of its first field, which no text begins with.
    let isText = bytes.first.map { $0 >= UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") } ?? false
    let file: LayerFile
    do {
      if !isText { return try ONNXModel.network(of: bytes, memoryLimit: memoryLimit) }
      file = try LayerFile(bytes)
    } catch {
      throw JobError(.badData, code: error.code, path: path, error.message)
    }
    return try network(of: file, path: path, channelCount: channelCount, memoryLimit: memoryLimit)
  }

  private static func network(
    of file: LayerFile, path: String, channelCount: Int, memoryLimit: Int
  ) throws(JobError) -> Network {
    var weights: [LayerFile.WeightSource: LayerWeights] = [:]
    for source in file.weightSources where weights[source] == nil {
      weights[source] = try self.weights(source.argument, besides: path, memoryLimit: memoryLimit)
    }
    do { return try file.network(channelCount: channelCount, weights: weights) } catch {
      throw JobError(.badData, code: error.code, path: path, error.message)
    }
  }

  /// Kernels by name, or the numbers of a file; a relative name is looked for beside the network's file first.
  private static func weights(
    _ argument: String, besides path: String, memoryLimit: Int
  ) throws(JobError) -> LayerWeights {
    var argument = argument
    let neighbour = FilePath.joined(FilePath.folder(of: path), argument)
    if !FilePath.isAbsolute(argument), path != "-", (try? FileStatus(path: neighbour))?.kind == .regular {
      argument = neighbour
    }
    guard (try? FileStatus(path: argument))?.kind == .regular else {
      return .bank(try bank(argument))
    }
    let bytes = try InputFile(path: argument).readAll(byteLimit: memoryLimit)
    if SafetensorsFile.isRecognised(bytes) {
      do { return .tensors(try SafetensorsFile.read(bytes)) } catch {
        throw JobError(.badData, code: error.code, path: argument, error.message)
      }
    }
    do {
      switch KernelParser.isNumericArrayFile(bytes) {
      case .npz?: return .tensors(try NPZFile.read(.bytes(bytes)).mapValues(tensor))
      case .npy?: return .tensors(["weight": tensor(try NPYFile.read(.bytes(bytes)))])
      default: return .bank(try bank(argument))
      }
    } catch let error as CodecError {
      throw JobError(error, path: argument)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, code: "internal", path: argument, "\(error)")
    }
  }

  private static func tensor(_ array: NumericArray) -> Tensor {
    Tensor(shape: array.shape, elements: array.values.map(Float.init))
  }

  /// Kernels as they are laid on an image: those that convolve are turned.
  private static func bank(_ argument: String) throws(JobError) -> KernelBank {
    try ConvolutionStep(KernelResolver.kernel(argument)).bank
  }
}

extension JobError {
  /// A network's error, about the file it came from, with what may help where shapes are at fault.
  init(_ error: NetworkError, path: String, hint: String? = nil) {
    let advice = error.code == .shape ? hint.map { "; \($0)" } ?? "" : ""
    self.init(.badData, code: error.code.rawValue, path: path, error.message + advice)
  }
}
