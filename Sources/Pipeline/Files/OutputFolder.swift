#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder that the files of one run go to.
enum OutputFolder {
  /// Makes the folder where it is missing, and removes what runs that were killed have left in it.
  ///
  /// - Parameter path: the folder; those above it are made as well.
  /// - Returns: whether it was made.
  /// - Throws: `JobError`; its code is `io.create` where there can be none.
  @discardableResult
  static func make(_ path: String) throws(JobError) -> Bool {
    try FilePath.check(path, kind: .cannotCreate)
    let isNew = (try? FileStatus(path: path)) == nil
    do { try FileCalls.makeFolders(path) } catch {
      throw error.jobError(path: path, verb: "create", .cannotCreate, code: "io.create")
    }
    if !isNew { TemporaryFiles.removeLeftovers(in: path) }
    return isNew
  }

  /// Writes what a run has to say of its files as JSON, whole or not at all; infinities and NaN become words.
  ///
  /// - Parameters:
  ///   - manifest: what is said.
  ///   - path: the file.
  ///   - mayReplace: whether it may be there already.
  /// - Throws: `JobError`.
  static func write(_ manifest: some Encodable, to path: String, mayReplace: Bool) throws(JobError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let bytes: [UInt8]
    do { bytes = Array(try encoder.encode(manifest)) + [UInt8(ascii: "\n")] } catch {
      throw JobError(.internalError, code: "internal", path: path, "\(error)")
    }
    let file = try AtomicFile(path: path, mayReplace: mayReplace)
    try ByteStream.write(bytes, to: file.descriptor, path: path)
    try file.commit()
  }
}
