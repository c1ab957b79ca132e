import Convolution
public import Networks
import Tensors

extension LayerFile {
  /// The network that the layers make on an image.
  ///
  /// - Parameters:
  ///   - channelCount: the channels of the image; kernels that reach over one channel are applied to each of them.
  ///   - weights: the numbers of all `weightSources`.
  /// - Returns: a network whose one input is `input`, `1×C×H×W`.
  /// - Throws: `ModelFileError` where numbers are missing or do not fit.
  public func network(
    channelCount: Int, weights: [WeightSource: LayerWeights]
  ) throws(ModelFileError) -> Network {
    var builder = LayerBuilder(channelCount: channelCount, weights: weights)
    for layer in layers { try builder.add(layer) }
    do {
      return try Network(
        inputs: [Network.Input(name: "input", extents: [nil, channelCount, nil, nil])],
        outputs: layers.last.map { [$0.name] } ?? [], constants: builder.constants, nodes: builder.nodes)
    } catch {
      throw ModelFileError(error)
    }
  }
}

/// Makes nodes of layers, and follows how many channels each gives.
private struct LayerBuilder {
  let weights: [LayerFile.WeightSource: LayerWeights]
  private(set) var constants: [String: NetworkValue] = [:]
  private(set) var nodes: [Network.Node] = []
  private var channels: [String: Int]

  init(channelCount: Int, weights: [LayerFile.WeightSource: LayerWeights]) {
    self.weights = weights
    channels = ["input": channelCount]
  }

  mutating func add(_ layer: LayerFile.Layer) throws(ModelFileError) {
    let given = layer.sources.map { channels[$0] ?? 0 }
    channels[layer.name] = given.first
    switch layer.kind {
    case .convolution(let source, let settings):
      try addConvolution(layer, source, settings)
    case .normalization(let source, let epsilon):
      guard case .tensors(let tensors)? = weights[source] else {
        throw fault(layer, "\(source.argument) is no file of tensors")
      }
      var inputs = layer.sources
      for names in [["scale", "weight"], ["bias"], ["mean", "running_mean"], ["variance", "running_var"]] {
        guard let tensor = names.compactMap({ tensors[Self.joined(source.tensor, $0)] }).first else {
          throw fault(layer, "\(source.argument) has no tensor \(Self.joined(source.tensor, names[0]))")
        }
        inputs.append(constant("\(layer.name).\(names[0])", tensor))
      }
      addNode(layer, "BatchNormalization", inputs, ["epsilon": .float(epsilon)])
    case .pooling(let isMaximum, let size, let stride, let padding):
      var attributes = Self.attributes(padding)
      attributes["kernel_shape"] = .integers(size)
      attributes["strides"] = .integers(stride)
      addNode(layer, isMaximum ? "MaxPool" : "AveragePool", layer.sources, attributes)
    case .plain(let operation, let numbers, let inputs):
      let names = try inputs.enumerated().map { (index, number) throws(ModelFileError) in
        constant("\(layer.name).\(index)", try Tensor(extents: [], elements: [number]))
      }
      var attributes = numbers.mapValues { Network.Attribute.float($0) }
      if operation == "Softmax" { attributes["axis"] = .integer(1) }
      addNode(layer, operation, layer.sources + names, attributes)
    case .joining(let operation):
      if operation == "Concat" { channels[layer.name] = given.reduce(0, +) }
      addNode(layer, operation, layer.sources, operation == "Concat" ? ["axis": .integer(1)] : [:])
    case .resizing(let factor):
      let scales = constant("\(layer.name).scales", try Tensor(extents: [4], elements: [1, 1, factor, factor]))
      addNode(layer, "Resize", layer.sources + ["", scales], ["mode": .text("linear")])
    }
  }

  private mutating func addConvolution(
    _ layer: LayerFile.Layer, _ source: LayerFile.WeightSource, _ settings: LayerFile.ConvolutionSettings
  ) throws(ModelFileError) {
    let channelCount = channels[layer.sources[0]] ?? 0
    var (weight, bias, group) = try numbers(layer, source)
    guard weight.shape.rank == 4 else { throw fault(layer, "the weight is \(weight.shape); expected O×I×kh×kw") }
    if let asked = settings.group {
      group = asked
    } else if weight.shape[1] == 1 && channelCount > 1 && group == nil {
      // Plain kernels: all of them on each channel.
      let copies = (0..<channelCount).flatMap { _ in weight.elements }
      let extents = [channelCount * weight.shape[0]] + weight.shape.extents.dropFirst()
      weight = try Tensor(extents: extents, elements: copies)
      if let plain = bias {
        bias = try Tensor(extents: [extents[0]], elements: (0..<channelCount).flatMap { _ in plain.elements })
      }
      group = channelCount
    }
    channels[layer.name] = weight.shape[0]
    var inputs = layer.sources
    var attributes = Self.attributes(settings.padding)
    if settings.border != .zero, settings.padding != .valid {
      inputs = [try addBorder(layer, settings, kernel: Array(weight.shape.extents.dropFirst(2)))]
      attributes = [:]
    }
    attributes["strides"] = .integers(settings.stride)
    attributes["dilations"] = .integers(settings.dilation)
    attributes["group"] = .integer(group ?? 1)
    inputs.append(constant("\(layer.name).weight", weight))
    if let bias { inputs.append(constant("\(layer.name).bias", bias)) }
    addNode(layer, "Conv", inputs, attributes)
  }

  /// The weight and the bias of a convolution, and its groups where the file says so.
  private func numbers(
    _ layer: LayerFile.Layer, _ source: LayerFile.WeightSource
  ) throws(ModelFileError) -> (weight: Tensor, bias: Tensor?, group: Int?) {
    switch weights[source] {
    case .bank(let bank)?:
      guard bank.anchor == nil else {
        throw fault(layer, "\(source.argument) has an anchor; expected kernels without one")
      }
      let taps = bank.height * bank.width * bank.inputCount
      let elements = bank.taps.enumerated().map { Float($0.element / bank.divisors[$0.offset / taps]) }
      let weight = try Tensor(
        extents: [bank.outputCount, bank.inputCount, bank.height, bank.width], elements: elements)
      let hasBias = bank.biases.contains { $0 != 0 }
      return (
        weight, hasBias ? try Tensor(extents: [bank.outputCount], elements: bank.biases.map(Float.init)) : nil, nil
      )
    case .tensors(let tensors)?:
      // Weights of a file say by their shape which channels they reach over.
      let name = Self.joined(source.tensor, "weight")
      guard let weight = tensors[name] ?? source.tensor.flatMap({ tensors[$0] }) else {
        let names = tensors.keys.sorted().prefix(8).joined(separator: ", ")
        throw fault(layer, "\(source.argument) has no tensor \(name), but \(names); tensor: NAME chooses one")
      }
      return (weight, tensors[Self.joined(source.tensor, "bias")], 1)
    case nil: throw fault(layer, "\(source.argument) was not read")
    }
  }

  /// A border that holds something else than zeros is laid before the convolution.
  private mutating func addBorder(
    _ layer: LayerFile.Layer, _ settings: LayerFile.ConvolutionSettings, kernel: [Int]
  ) throws(ModelFileError) -> String {
    let pads: [Int]
    switch settings.padding {
    case .explicit(let top, let right, let bottom, let left): pads = [0, 0, top, left, 0, 0, bottom, right]
    case .same where settings.stride == [1, 1], .sameLower where settings.stride == [1, 1]:
      let total = zip(kernel, settings.dilation).map { ($0 - 1) * $1 }
      let isLower = settings.padding == .sameLower
      let before = total.map { ($0 + (isLower ? 1 : 0)) / 2 }
      pads = [0, 0] + before + [0, 0] + zip(total, before).map { $0 - $1 }
    default:
      throw fault(layer, "the border \(settings.border) beside a stride needs a padding in numbers")
    }
    var attributes: [String: Network.Attribute] = ["pads": .integers(pads)]
    switch settings.border {
    case .constant(let value): attributes["value"] = .float(Float(value))
    case .edge: attributes["mode"] = .text("edge")
    case .reflect101: attributes["mode"] = .text("reflect")
    case .symmetric: attributes["mode"] = .text("symmetric")
    case .wrap: attributes["mode"] = .text("wrap")
    }
    let name = "\(layer.name).border"
    nodes.append(
      Network.Node(name: name, operation: "Pad", inputs: layer.sources, outputs: [name], attributes: attributes))
    return name
  }

  private mutating func constant(_ name: String, _ tensor: Tensor) -> String {
    constants[name] = .floats(tensor)
    return name
  }

  private mutating func addNode(
    _ layer: LayerFile.Layer, _ operation: String, _ inputs: [String], _ attributes: [String: Network.Attribute]
  ) {
    nodes.append(
      Network.Node(
        name: layer.name, operation: operation, inputs: inputs, outputs: [layer.name], attributes: attributes))
  }

  private static func attributes(_ padding: Padding) -> [String: Network.Attribute] {
    switch padding {
    case .valid: ["auto_pad": .text("VALID")]
    case .same: ["auto_pad": .text("SAME_UPPER")]
    case .sameLower: ["auto_pad": .text("SAME_LOWER")]
    case .explicit(let top, let right, let bottom, let left): ["pads": .integers([top, left, bottom, right])]
    }
  }

  private static func joined(_ prefix: String?, _ name: String) -> String { prefix.map { "\($0).\(name)" } ?? name }

  private func fault(_ layer: LayerFile.Layer, _ message: String) -> ModelFileError {
    ModelFileError(.syntax, "line \(layer.line): \(layer.name): \(message)")
  }
}

extension Tensor {
  /// A tensor of extents whose elements are there.
  fileprivate init(extents: [Int], elements: [Float]) throws(ModelFileError) {
    do { self.init(shape: try Shape(extents), elements: elements) } catch {
      throw ModelFileError(.memory, "\(error)")
    }
  }
}
