/// How a convolution of tensors is computed; the results agree to the rounding of 32-bit sums.
public enum TensorAlgorithm: String, Hashable, Sendable, CaseIterable {
  /// The one that suits the shape: at present `direct` throughout.
  case auto
  /// The dot product of the formula, window by window, summed in `Double`: the oracle of the others.
  case reference
  /// The matrix of all windows, and one matrix product. Needs `C·kh·kw·H'·W'` floats of memory an image.
  case im2col
  /// Row by row and tap by tap, without any copy of the input.
  case direct
}
