import Codecs

extension InputFile {
  /// Opens the image that the file holds, from its first row.
  ///
  /// With `reread` a later call will open it once more; `lumaOnly` is as in `ImageReader.open`.
  ///
  /// - Throws: `JobError` where it is no image, or is damaged beyond what is put up with.
  func image(reread: Bool, lumaOnly: Bool = false, options: RunOptions) throws(JobError) -> any RowSource {
    let bytes = try input(reread: reread, byteLimit: options.limits.maximumMemory)
    do {
      return try ImageReader.open(bytes, limits: options.limits, tolerance: options.tolerance, lumaOnly: lumaOnly)
    } catch {
      throw JobError(error, path: path)
    }
  }
}
