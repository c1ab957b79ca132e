/// How a convolution is computed; the results agree to the rounding of the sums.
///
/// Tensors (`TensorConvolution`) have all of them, images (`ConvolutionPlan`) those of `ConvolutionPlan.algorithms`.
public enum Algorithm: String, Hashable, Sendable, CaseIterable {
  /// The one that suits the shape is chosen; a plan never says this of itself.
  case auto
  /// The dot product of the formula, window by window, summed in `Double`: the oracle of the others.
  case reference
  /// Row by row and tap by tap, without a matrix of windows.
  case direct
  /// The matrix of all windows, and one matrix product; needs `C·kh·kw·H'·W'` floats of memory an image.
  case im2col
}
