import Kernels

/// The names of feature maps and of their files.
enum MapNaming {
  /// What is called after the output of a bank: the kernel's name, with the bank's before it unless it says so itself.
  static func name(_ outputName: String, of kernel: Kernel) -> String {
    outputName.hasPrefix(kernel.name) ? outputName : "\(kernel.name)-\(outputName)"
  }

  /// Names that differ: the second of a name has `-2` behind it.
  ///
  /// `taken` are names that are not to be used, and `folded` gives what two names must not have in common.
  private static func unique(
    _ names: [String], taken: Set<String> = [], folded: (String) -> String
  ) -> [String] {
    var taken = Set(taken.map(folded))
    return names.map { name in
      var candidate = name
      var number = 2
      while !taken.insert(folded(candidate)).inserted {
        candidate = "\(name)-\(number)"
        number += 1
      }
      return candidate
    }
  }

  /// The names of maps, each once.
  static func unique(_ names: [String]) -> [String] { unique(names) { $0 } }

  /// The file names of maps, without the ending: letters, figures, points, minus and underscore; each once, whatever the case.
  ///
  /// `taken` are names that other files of the folder have.
  static func fileNames(_ names: [String], taken: Set<String>) -> [String] {
    unique(names.map(fileName), taken: taken) { $0.lowercased() }
  }

  private static func fileName(_ name: String) -> String {
    let allowed = name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "-"
    }
    let stem = String(allowed.drop { $0 == "." || $0 == "-" }.prefix(100))
    return stem.isEmpty ? "map" : stem
  }
}
