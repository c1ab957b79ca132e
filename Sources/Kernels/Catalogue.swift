import Tensors

/// The built-in kernels: the files of `kernels/`, which the binary carries, and the parametric names.
public enum Catalogue {
  /// What the kernels of a group are for.
  public enum Category: String, Sendable, CaseIterable {
    /// Blurs, of positive weights with sum 1.
    case smoothing
    /// Sum 1 with negative neighbours.
    case sharpening
    /// Outlines, whatever their direction or by one direction.
    case edges
    /// First derivatives.
    case derivatives
    /// Directed light.
    case relief
    /// Thin lines.
    case lines
    /// Periodic patterns.
    case texture
    /// Several kernels in one file.
    case banks
    /// Names with numbers, such as `gaussian:1.5`.
    case parametric
  }

  /// One line of the list of kernels.
  public struct Entry: Sendable, Equatable {
    /// What to type: a name, or the pattern of a parametric one such as `gaussian:SIGMA[,RADIUS]`.
    public let name: String
    /// One sentence on what it does.
    public let description: String
    /// Where it comes from.
    public let source: String
    /// What it is for.
    public let category: Category
    /// The size as in `3×3` (columns × rows), or `8 of 3×3` for a bank; `nil` for a parametric name.
    public let size: String?
  }

  /// The names of the built-in files, without ending, in the order of `entries`.
  public static var names: [String] { files.map(\.name) }

  /// Every file and every parametric name, with what it does.
  ///
  /// Parses all files: meant for `kernels list`, not for finding one.
  public static var entries: [Entry] {
    files.compactMap { file in
      guard let kernel = try? kernel(of: file) else { return nil }
      return Entry(
        name: file.name, description: kernel.description ?? "", source: kernel.source ?? "", category: file.category,
        size: kernel.sizeDescription)
    }
      + ParametricForm.all.map {
        Entry(name: $0.usage, description: $0.summary, source: $0.source, category: .parametric, size: nil)
      }
  }

  /// The kernel of a built-in name, with or without `.kernel`, of a parametric name such as `gaussian:1.5,4`, or of an ImageMagick name such as `Sobel:90`.
  ///
  /// `nil` when nothing is called so. Our own names are lower case, ImageMagick's begin with a capital. Throws `kernel.parameter` when
  /// a parametric name is known but its numbers are not what it takes.
  public static func kernel(named name: String) throws(KernelError) -> Kernel? {
    let bare = name.hasSuffix(".kernel") ? String(name.dropLast(7)) : name
    if let file = files.first(where: { $0.name == bare }) { return try kernel(of: file) }
    if let parametric = try ParametricForm.kernel(named: name) { return parametric }
    guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
      ImageMagickFormat.isName(Array(name.utf8))
    else { return nil }
    return try KernelParser.parse(Array(name.utf8), file: name, format: .imagemagick)
  }

  /// The names most like a misspelt one, best first; empty when none is near.
  ///
  /// Near means at most a third of the letters, and at least one, wrong, missing, added or swapped; or that one name begins the other.
  public static func suggestions(for name: String) -> [String] {
    let wanted = name.lowercased().split(separator: ":", omittingEmptySubsequences: false)[0]
    let bare = Array((wanted.hasSuffix(".kernel") ? wanted.dropLast(7) : wanted).utf8)
    guard !bare.isEmpty, bare.count <= 64 else { return [] }
    let candidates = names.map { ($0, $0) } + ParametricForm.all.map { ($0.name, $0.usage) }
    let near = candidates.compactMap { key, shown -> (shown: String, distance: Int)? in
      let letters = Array(key.utf8)
      if bare.count >= 3, letters.starts(with: bare) || bare.starts(with: letters) { return (shown, 1) }
      let distance = editDistance(bare, letters)
      return distance <= max(1, max(bare.count, letters.count) / 3) ? (shown, distance) : nil
    }
    let ordered = near.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
    return ordered.prefix(5).map(\.element.shown)
  }

  private static func kernel(of file: File) throws(KernelError) -> Kernel {
    try KernelParser.parse(file.bytes(), file: "\(file.name).kernel", format: .native)
  }

  /// The fewest letters changed, added, dropped or swapped with their neighbour (optimal string alignment).
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in 1...max(a.count, 1) where i <= a.count {
      var row = [i]
      for j in 1...max(b.count, 1) where j <= b.count {
        var best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
        row.append(best)
      }
      (before, above) = (above, row)
    }
    return above[b.count]
  }
}

extension Kernel {
  /// The size as in `3×3` (columns × rows), `8 of 3×3`, or `2 of 3×3 over 3 channels`.
  public var sizeDescription: String {
    let one = "\(bank.width)×\(bank.height)" + (bank.isDepthwise ? "" : " over \(bank.inputCount) channels")
    return bank.outputCount == 1 ? one : "\(bank.outputCount) of \(one)"
  }
}
