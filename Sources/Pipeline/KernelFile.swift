public import Kernels

/// Kernels on their way to a file.
public enum KernelFile {
  /// Writes a kernel in a format, to standard output where the path is `-`.
  ///
  /// The file appears whole or not at all.
  ///
  /// - Throws: `JobError`, of kind `badData` where the format cannot hold the kernel.
  public static func write(
    _ kernel: Kernel, to path: String, format: KernelFormat, mayReplace: Bool
  ) throws(JobError) {
    let bytes: [UInt8]
    do { bytes = try KernelWriter.text(of: kernel, as: format) } catch { throw JobError(error) }
    let file = try AtomicFile(path: path, mayReplace: mayReplace)
    try ByteStream.write(bytes, to: file.descriptor, path: path)
    try file.commit()
  }

  /// The one kernel that equals `first` followed by `second`, and how it is laid on an image.
  ///
  /// The kernels are turned first where they say that they are to be convolved with.
  ///
  /// - Throws: `JobError` where the second does not take what the first gives.
  public static func compose(
    _ first: Kernel, _ second: Kernel, firstStride: Int = 1, secondStride: Int = 1
  ) throws(JobError) -> (kernel: Kernel, placement: KernelComposition.Placement) {
    do {
      return try KernelComposition.compose(first, second, firstStride: firstStride, secondStride: secondStride)
    } catch {
      throw JobError(error)
    }
  }
}
