public import Foundation

/// The reference cases and photographs that stand beside a checkout, where they do.
///
/// Tests that need them are skipped, by name, elsewhere: `.enabled(if: SharedFiles.exist)`.
public enum SharedFiles {
  /// The folder named by `IMGCONV_SHARED`, or `../shared` beside the package.
  public static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["IMGCONV_SHARED"] { return URL(fileURLWithPath: path) }
    return packageFolder.deletingLastPathComponent().appendingPathComponent("shared")
  }()

  /// The folder of `Package.swift`.
  public static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether the folder is there.
  public static var exist: Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("conformance").path)
  }
}
