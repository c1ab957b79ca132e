import Codecs
public import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The way from what a user writes for a kernel to the kernel itself.
public enum KernelResolver {
  /// The bytes of a kernel file that are read at most.
  static let byteLimit = 256 << 20

  /// Finds a kernel and checks all that its file says: an existing file, a built-in or parametric name with or without `.kernel`, or inline text, in this order.
  ///
  /// - Parameters:
  ///   - argument: what the user wrote; `-` is standard input.
  ///   - format: what the file or text holds, where its content does not tell.
  ///   - layout: the axes of a four-dimensional array.
  /// - Returns: the kernel, with notes where something about it should be said.
  /// - Throws: `JobError`.
  public static func kernel(
    _ argument: String, format: KernelFormat? = nil, layout: WeightLayout = .oihw
  ) throws(JobError) -> Kernel {
    if argument.isEmpty {
      throw JobError(
        .badData, code: "kernel.unknown", "the kernel is empty; expected a file, a built-in name or numbers")
    }
    let kernel = try found(argument, format: format, layout: layout)
    _ = try kernel.advisedBorder()
    _ = try kernel.advisedMapping()
    return kernel
  }

  private static func found(
    _ argument: String, format: KernelFormat?, layout: WeightLayout
  ) throws(JobError) -> Kernel {
    if argument == "-" { return try file(argument, format: format, layout: layout) }
    var status: FileStatus?
    do { status = try FileStatus(path: argument) } catch {
      // A name that cannot be looked at is a file that may not be read, not the name of a built-in kernel.
      if error.number == EACCES { throw error.jobError(path: argument, verb: "open", .noInput, code: "io.open") }
    }
    if let status, status.kind != .folder { return try file(argument, format: format, layout: layout) }
    do {
      if let kernel = try Catalogue.kernel(named: argument) { return kernel }
      if InlineKernel.isInlineText(argument) {
        return try KernelParser.parse(Array(argument.utf8), file: "kernel", format: format)
      }
    } catch {
      throw JobError(error)
    }
    if status?.kind == .folder {
      throw JobError(.noInput, code: "input.folder", path: argument, "is a folder; expected a kernel file")
    }
    if FilePath.hasFolder(argument) {
      throw JobError(.noInput, code: "io.open", path: argument, "there is no such file")
    }
    let similar = Catalogue.suggestions(for: argument)
    let hint =
      similar.isEmpty ? "imgconv kernels list shows the built-in ones" : "similar: \(similar.joined(separator: ", "))"
    throw JobError(
      .badData, code: "kernel.unknown", path: argument, "is neither a file, nor a built-in kernel, nor numbers; \(hint)"
    )
  }

  private static func file(
    _ path: String, format: KernelFormat?, layout: WeightLayout
  ) throws(JobError) -> Kernel {
    let bytes = try InputFile(path: path).readAll(
      byteLimit: byteLimit, reason: "the most that a kernel's file may have")
    let name = path == "-" ? "standard input" : path
    do {
      switch format ?? KernelParser.isNumericArrayFile(bytes) {
      case .npy:
        return try Kernel(
          weight: try array(bytes, path: path), bias: nil, layout: layout, name: FilePath.name(of: name))
      case .npz:
        let members = try members(bytes, path: path)
        guard let weight = members["weight"] else {
          throw JobError(
            .badData, code: "kernel.syntax", path: path,
            "holds \(members.keys.sorted().joined(separator: ", ")); expected an array named weight")
        }
        return try Kernel(
          weight: weight, bias: members["bias"], layout: layout, name: FilePath.name(of: name))
      case let format:
        return try KernelParser.parse(bytes, file: name, format: format)
      }
    } catch let error as KernelError {
      throw JobError(error)
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
  }

  private static func array(_ bytes: [UInt8], path: String) throws(JobError) -> NumericArray {
    do { return try NPYFile.read(.bytes(bytes)) } catch { throw JobError(error, path: path) }
  }

  private static func members(_ bytes: [UInt8], path: String) throws(JobError) -> [String: NumericArray] {
    do { return try NPZFile.read(.bytes(bytes)) } catch { throw JobError(error, path: path) }
  }
}
