import Convolution
public import Tensors

/// A stack of layers as people write it, in YAML or JSON.
///
///     layers:
///       - conv: gabor-bank        # kernels by name, or a file of weights
///         stride: 2
///       - relu
///       - pool: max
///         size: 2
///       - name: fine
///         from: input
///         conv: layer1.safetensors
///         tensor: features.0
///       - concat: [fine, conv_0]
///
/// Each layer reads the one before it, or what `from` names; the first reads `input`.
public struct LayerFile: Sendable {
  /// One layer.
  public struct Layer: Sendable {
    /// What it is called.
    public let name: String
    /// What it reads.
    let sources: [String]
    /// What it does.
    let kind: Kind
    /// The line it begins in, from 1.
    let line: Int
  }

  /// Where the numbers of a layer come from.
  public struct WeightSource: Hashable, Sendable {
    /// Kernels by name, or a file.
    public let argument: String
    /// What the names of its tensors begin with, in a file of many.
    public let tensor: String?
  }

  /// What a layer does.
  enum Kind: Sendable {
    case convolution(WeightSource, ConvolutionSettings)
    case normalization(WeightSource, epsilon: Float)
    case pooling(isMaximum: Bool, size: [Int], stride: [Int], padding: Padding)
    /// An operator without weights under ONNX's name.
    case plain(String, numbers: [String: Float], inputs: [Float])
    case joining(String)
    case resizing(Float)
  }

  /// How a convolution's windows are laid.
  struct ConvolutionSettings: Sendable {
    var stride = [1, 1]
    var dilation = [1, 1]
    var padding = Padding.same
    var border = Border.zero
    var group: Int?
  }

  /// The layers in order.
  public let layers: [Layer]

  /// Whether files may be in YAML; in JSON they always may.
  public static var readsYAML: Bool {
    #if IMGCONV_HAVE_YAML
      true
    #else
      false
    #endif
  }

  /// Reads a file.
  ///
  /// - Throws: `ModelFileError` with the line of what is not understood.
  public init(_ bytes: [UInt8]) throws(ModelFileError) {
    let tree = try YAMLTree(bytes)
    var found: [YAMLTree]?
    guard case .map(let pairs) = tree.content else { throw tree.error("expected a map with the key layers") }
    for (key, value) in pairs {
      switch (try key.word, value.content) {
      case ("layers", .list(let list)): found = list
      case ("name", .word), ("description", .word): continue
      case ("layers", _): throw value.error("layers is no list; expected a layer an item")
      case (let word, _): throw key.error("found '\(word)'; expected name, description or layers")
      }
    }
    guard let found, !found.isEmpty else { throw tree.error("there are no layers") }
    var layers: [Layer] = []
    for (index, tree) in found.enumerated() {
      layers.append(try LayerReader(tree).layer(at: index, after: layers.map(\.name)))
    }
    self.layers = layers
  }

  /// What has to be looked up: kernels and files of weights.
  public var weightSources: [WeightSource] {
    layers.compactMap { layer in
      switch layer.kind {
      case .convolution(let source, _), .normalization(let source, _): source
      case .pooling, .plain, .joining, .resizing: nil
      }
    }
  }
}

/// The numbers of a layer.
public enum LayerWeights: Sendable {
  /// Kernels, which are applied to each channel alone where they reach over one.
  case bank(KernelBank)
  /// The tensors of a file by name.
  case tensors([String: Tensor])
}
