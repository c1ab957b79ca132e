extension TensorConvolution {
  /// The algorithms that tensors have; the others are for images.
  public static let algorithms: [Algorithm] = [.auto, .reference, .direct, .im2col]

  /// The algorithm that `forward` runs when `algorithm` is asked for: never `auto`, and `direct` in place of those for images.
  public func forwardAlgorithm(for algorithm: Algorithm) -> Algorithm {
    switch algorithm {
    case .reference, .im2col: algorithm
    case .auto, .direct, .separable, .box, .fft: .direct
    }
  }

  /// The algorithm that gradients, and with them transposed convolutions, run when `algorithm` is asked for.
  ///
  /// `im2col` goes by products with the matrix of windows, everything else tap by tap.
  public func gradientAlgorithm(for algorithm: Algorithm) -> Algorithm {
    algorithm == .im2col ? .im2col : .direct
  }
}
