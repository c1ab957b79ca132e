import Pipeline

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Reporter {
  /// A value as JSON on standard output.
  ///
  /// - Throws: `JobError` when it cannot be written.
  static func outputJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try output(bytes: Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
  }
}

/// Why a command failed, as JSON: `{"error": {"code": …, "message": …, "path": …}}`.
struct ErrorSummary: Encodable {
  /// What is known of the failure; no `path` where it is about none.
  struct Evidence: Encodable {
    let code: String
    let path: String?
    let message: String
  }

  let error: Evidence

  init(_ error: JobError) {
    self.error = Evidence(
      code: error.code, path: error.path.map(PathBytes.readable), message: PathBytes.readable(error.message))
  }
}
