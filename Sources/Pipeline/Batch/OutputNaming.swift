public import Codecs

/// How the outputs of a batch are called.
public struct OutputNaming: Sendable {
  /// The folder that they go to.
  public var folder: String
  /// What is put behind the name, before the ending.
  public var suffix: String
  /// The format; `nil` to keep the one that the input's name ends in, or PNG where it ends in none.
  public var format: ImageFormat?

  /// Creates the rule.
  public init(folder: String, suffix: String = "", format: ImageFormat? = nil) {
    self.folder = folder
    self.suffix = suffix
    self.format = format
  }

  /// The output of an input that lies at `place` below what was named.
  func output(for place: String) -> String {
    let name = FilePath.name(of: place)
    let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 == name.startIndex ? nil : $0 }
    var ending = dot.map { String(name[$0...]) } ?? ""
    var kept = ImageFormat(fileNameEnding: ending)
    // What is read is never an array.
    if kept == .npy { kept = nil }
    let stem = kept == nil ? name : String(name[..<(dot ?? name.endIndex)])
    if kept == nil || format ?? kept != kept {
      ending =
        switch format ?? .png {
        case .png: ".png"
        case .jpeg: ".jpg"
        case .npy: ".npy"
        }
    }
    let below = FilePath.hasFolder(place) ? FilePath.joined(folder, FilePath.folder(of: place)) : folder
    return FilePath.joined(below, stem + suffix + ending)
  }
}
