import Convolution

/// Reads one layer of a file.
struct LayerReader {
  private let tree: YAMLTree
  private var fields: [(key: String, value: YAMLTree)] = []

  /// A layer is a word, or a map in which one key is its operator.
  init(_ tree: YAMLTree) throws(ModelFileError) {
    self.tree = tree
    switch tree.content {
    case .word(let word): fields = [(word, tree)]
    case .map(let pairs):
      for (key, value) in pairs { fields.append((try key.word, value)) }
    case .list: throw tree.error("a list stands here; expected a layer")
    }
  }

  /// The operators without weights and numbers.
  private static let plain = [
    "relu": "Relu", "abs": "Abs", "sigmoid": "Sigmoid", "tanh": "Tanh", "silu": "Swish", "mish": "Mish",
    "gelu": "Gelu", "hard-swish": "HardSwish", "hard-sigmoid": "HardSigmoid", "softplus": "Softplus",
    "softmax": "Softmax", "flatten": "Flatten",
  ]
  private static let joining = [
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "maximum": "Max", "concat": "Concat",
  ]
  private static let operators =
    plain.keys.sorted() + joining.keys.sorted()
    + ["batchnorm", "clip", "conv", "global", "leaky-relu", "pool", "resize"]

  /// The layer at a place of the file.
  ///
  /// - Parameters:
  ///   - index: its place, which names it where nothing else does.
  ///   - names: the layers before it.
  /// - Returns: the layer.
  /// - Throws: `ModelFileError` with the line of what is not understood.
  func layer(at index: Int, after names: [String]) throws(ModelFileError) -> LayerFile.Layer {
    guard let field = fields.first(where: { Self.operators.contains($0.key) }) else {
      throw tree.error("no operator stands here; expected one of \(Self.operators.joined(separator: ", "))")
    }
    let name = try value("name").map { (tree) throws(ModelFileError) in try tree.word } ?? "\(field.key)_\(index)"
    guard name != "input", !names.contains(name) else { throw tree.error("there is a layer '\(name)' already") }
    var sources = [names.last ?? "input"]
    if let from = value("from") { sources = [try from.word] }
    if Self.joining[field.key] != nil { sources = try field.value.words }
    if let missing = sources.first(where: { $0 != "input" && !names.contains($0) }) {
      throw tree.error("there is no layer '\(missing)' before this one")
    }
    let (kind, keys) = try kind(field.key, field.value)
    if let unknown = fields.first(where: { !(keys + ["name", "from", field.key]).contains($0.key) }) {
      let expected = (keys + ["name", "from"]).joined(separator: ", ")
      throw unknown.value.error("\(field.key) has no '\(unknown.key)'; expected \(expected)")
    }
    return LayerFile.Layer(name: name, sources: sources, kind: kind, line: tree.line)
  }

  private func value(_ key: String) -> YAMLTree? { fields.first { $0.key == key }?.value }

  /// What the layer does, and the keys that say more of it.
  private func kind(
    _ key: String, _ argument: YAMLTree
  ) throws(ModelFileError) -> (LayerFile.Kind, keys: [String]) {
    if let operation = Self.plain[key] { return (.plain(operation, numbers: [:], inputs: []), []) }
    if let operation = Self.joining[key] { return (.joining(operation), []) }
    switch key {
    case "conv":
      return (
        .convolution(try source(argument), try settings()),
        ["tensor", "stride", "dilation", "padding", "border", "group"]
      )
    case "batchnorm":
      let epsilon = try value("epsilon").map { (tree) throws(ModelFileError) in try tree.numbers[0] } ?? 1e-5
      return (.normalization(try source(argument), epsilon: epsilon), ["tensor", "epsilon"])
    case "pool":
      let kind = try argument.word
      guard kind == "max" || kind == "average" else { throw argument.error("found '\(kind)'; expected max or average") }
      guard let size = try value("size")?.extent else { throw argument.error("pool has no size") }
      let stride = try value("stride")?.extent ?? size
      return (
        .pooling(isMaximum: kind == "max", size: size, stride: stride, padding: try padding(or: .valid)),
        ["size", "stride", "padding"]
      )
    case "global":
      let kind = try argument.word
      guard kind == "max" || kind == "average" else { throw argument.error("found '\(kind)'; expected max or average") }
      return (.plain(kind == "max" ? "GlobalMaxPool" : "GlobalAveragePool", numbers: [:], inputs: []), [])
    case "leaky-relu":
      return (.plain("LeakyRelu", numbers: ["alpha": try argument.numbers[0]], inputs: []), [])
    case "clip":
      let limits = try argument.numbers
      guard limits.count == 2, limits[0] <= limits[1] else { throw argument.error("expected two numbers, as [0, 6]") }
      return (.plain("Clip", numbers: [:], inputs: limits), [])
    default:
      let factor = try argument.numbers[0]
      guard factor > 0, factor <= 64 else { throw argument.error("found \(factor); expected a factor up to 64") }
      return (.resizing(factor), [])
    }
  }

  private func source(_ argument: YAMLTree) throws(ModelFileError) -> LayerFile.WeightSource {
    let tensor = try value("tensor").map { (tree) throws(ModelFileError) in try tree.word }
    return LayerFile.WeightSource(argument: try argument.word, tensor: tensor)
  }

  private func settings() throws(ModelFileError) -> LayerFile.ConvolutionSettings {
    var settings = LayerFile.ConvolutionSettings()
    if let stride = value("stride") { settings.stride = try stride.extent }
    if let dilation = value("dilation") { settings.dilation = try dilation.extent }
    settings.padding = try padding(or: .same)
    if let border = value("border") {
      do { settings.border = try Border(name: try border.word) } catch { throw border.error("\(error)") }
    }
    if let group = value("group") { settings.group = try group.extent[0] }
    return settings
  }

  private func padding(or standard: Padding) throws(ModelFileError) -> Padding {
    guard let tree = value("padding") else { return standard }
    let text = try tree.words.joined(separator: ",")
    guard let padding = Padding(text: text) else {
      throw tree.error(
        "padding is '\(text)'; expected valid, same, same-lower or one, two or four whole numbers from 0")
    }
    return padding
  }
}
