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

  /// The one kernel that equals `first` followed by `second`, and the stride it is applied with.
  ///
  /// The kernels are turned first where they say that they are to be convolved with. Equality holds where no tap reaches over a border.
  ///
  /// - Throws: `JobError` where the second does not take what the first gives.
  public static func compose(
    _ first: Kernel, _ second: Kernel, firstStride: Int = 1, secondStride: Int = 1
  ) throws(JobError) -> (kernel: Kernel, stride: Int) {
    do {
      let composed = try KernelComposition.compose(
        first.correlationBank(), second.correlationBank(), firstStride: firstStride, secondStride: secondStride)
      let description = "\(first.name) followed by \(second.name), to be applied with stride \(composed.stride)"
      return (
        Kernel(name: "\(first.name)-\(second.name)", description: description, bank: composed.bank), composed.stride
      )
    } catch {
      throw JobError(error)
    }
  }
}
