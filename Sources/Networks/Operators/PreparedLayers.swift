import Convolution
import Tensors

/// Convolutions whose weights are packed, kept from run to run under the names of their nodes.
final class PreparedLayers {
  private var layers: [String: PreparedConvolution] = [:]

  /// The convolution of a node: the one kept, where its shapes are the same, else a new one.
  func layer(
    _ name: String, fitting convolution: TensorConvolution, isKept: Bool,
    _ make: () throws(OperatorError) -> PreparedConvolution
  ) throws(OperatorError) -> PreparedConvolution {
    if isKept, let layer = layers[name], layer.convolution == convolution { return layer }
    let layer = try make()
    if isKept { layers[name] = layer }
    return layer
  }
}
