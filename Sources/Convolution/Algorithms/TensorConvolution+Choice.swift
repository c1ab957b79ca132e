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
}
