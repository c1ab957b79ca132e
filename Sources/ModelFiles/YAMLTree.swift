/// What a YAML or JSON text holds: words, lists and maps, with the lines they stand in.
struct YAMLTree {
  /// What stands at a place.
  enum Content {
    case word(String)
    case list([YAMLTree])
    case map([(key: YAMLTree, value: YAMLTree)])
  }

  let content: Content
  /// The line, from 1; that of the whole where it is not known.
  let line: Int

  init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }
}

extension YAMLTree {
  /// What is wrong here.
  func error(_ message: String) -> ModelFileError { ModelFileError(.syntax, "line \(line): \(message)") }

  /// A word or number as it is written.
  var word: String {
    get throws(ModelFileError) {
      guard case .word(let word) = content else { throw error("a list or map stands here; expected a word") }
      return word
    }
  }

  /// Words: those of a list, or one.
  var words: [String] {
    get throws(ModelFileError) {
      guard case .list(let items) = content else { return [try word] }
      return try items.map { (item) throws(ModelFileError) in try item.word }
    }
  }

  /// Numbers: those of a list, or one.
  var numbers: [Float] {
    get throws(ModelFileError) {
      try words.map { (word) throws(ModelFileError) in
        guard let number = Float(word), number.isFinite else { throw error("found '\(word)'; expected a number") }
        return number
      }
    }
  }

  /// Whole numbers from 1 on, one for both axes or one for each: rows, then columns.
  var extent: [Int] {
    get throws(ModelFileError) {
      let numbers = try words.flatMap { $0.split(separator: ",") }.map { Int($0) ?? 0 }
      guard (1...2).contains(numbers.count), numbers.allSatisfy({ (1...1 << 20).contains($0) }) else {
        throw error("expected one or two whole numbers from 1")
      }
      return [numbers[0], numbers[numbers.count - 1]]
    }
  }
}
