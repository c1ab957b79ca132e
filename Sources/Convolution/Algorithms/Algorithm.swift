/// How a convolution is computed; the results agree to the rounding of the sums.
///
/// Tensors (`TensorConvolution`) have those that are not for images alone, images (`ConvolutionPlan`) those of `ConvolutionPlan.algorithms`.
public enum Algorithm: String, Hashable, Sendable, CaseIterable {
  /// The one that suits the shape is chosen; a plan never says this of itself.
  case auto
  /// The dot product of the formula, window by window, summed in `Double`: the oracle of the others.
  case reference
  /// Sums of products without a matrix of windows: of rows of images, and of tiles of the outputs of layers.
  case direct
  /// The matrix of all windows, and one matrix product; needs `C·kh·kw·H'·W'` floats of memory an image.
  case im2col
  /// Winograd's F(2×2, 3×3), with less than half the products: for 3×3 kernels with a step and a dilation of 1. For tensors.
  case winograd
  /// Sums along each row, then sums down the columns: for kernels that are products of a column and a row, or sums of a few. For images.
  case separable
  /// Running sums, whatever the kernel's size: for kernels whose taps are all equal, on whole samples. For images.
  case box
  /// Fourier transforms of tiles, whatever the kernel's size and rank: for large kernels that are neither. For images of bytes.
  case fft
}
