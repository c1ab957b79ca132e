public import FeatureMaps

extension Page {
  /// Writes the page of some data: one HTML file that works from a disk.
  ///
  /// - Parameters:
  ///   - data: what the page shows.
  ///   - path: the file, which appears whole or not at all; `-` is standard output.
  ///   - mayReplace: whether a file of that name may be replaced.
  /// - Throws: `JobError` where the file cannot be written.
  public func write(_ data: some Encodable, to path: String, mayReplace: Bool = true) throws(JobError) {
    let output = try AtomicFile(path: path, mayReplace: mayReplace)
    let html: [UInt8]
    do { html = try self.html(of: data) } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
    try ByteStream.write(html, to: output.descriptor, path: path)
    try output.commit()
  }
}
