import Kernels

/// The names of feature maps and of their files.
enum MapNaming {
  /// What is called after the output of a bank: the kernel's name, with the bank's before it unless it says so itself.
  static func name(_ outputName: String, of kernel: Kernel) -> String {
    outputName.hasPrefix(kernel.name) ? outputName : "\(kernel.name)-\(outputName)"
  }

  /// The file names of maps, without the ending: letters, figures, points, minus and underscore; each once, whatever the case.
  ///
  /// `taken` are names that other files of the folder have.
  static func fileNames(_ names: [String], taken: Set<String>) -> [String] {
    var taken = Set(taken.map { $0.lowercased() })
    return names.map { name in
      let stem = fileName(name)
      var candidate = stem
      var number = 2
      while !taken.insert(candidate.lowercased()).inserted {
        candidate = "\(stem)-\(number)"
        number += 1
      }
      return candidate
    }
  }

  private static func fileName(_ name: String) -> String {
    let allowed = name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "-"
    }
    let stem = String(allowed.drop { $0 == "." || $0 == "-" }.prefix(100))
    return stem.isEmpty ? "map" : stem
  }
}
