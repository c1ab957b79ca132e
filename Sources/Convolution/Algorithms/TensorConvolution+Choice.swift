extension TensorConvolution {
  /// The algorithms that tensors have; the others are for images.
  public static let algorithms: [Algorithm] = [.auto, .reference, .direct, .im2col, .winograd]

  /// The channels in and out from which Winograd's transforms cost less than the products they save.
  private static let winogradChannels = 32

  /// The outputs of a plane from which its transformed weights, nearly twice as many as the weights, are worth fetching.
  private static let winogradArea = 128

  /// The algorithm that `forward` runs when `algorithm` is asked for: never `auto`, and `direct` in place of those that do not serve.
  ///
  /// `auto` is Winograd for 3×3 kernels with a step and a dilation of 1 over many channels of planes not too small, else `direct`. Samples or weights beyond 2⁴⁸,
  /// infinite or not numbers make Winograd's products useless: then `direct` is run in its place.
  public func forwardAlgorithm(for algorithm: Algorithm) -> Algorithm {
    switch algorithm {
    case .reference, .im2col: algorithm
    case .winograd: WinogradLayout.serves(self) ? .winograd : .direct
    case .auto:
      WinogradLayout.serves(self) && min(channelsPerGroup, outputsPerGroup) >= Self.winogradChannels
        && output.area >= Self.winogradArea ? .winograd : .direct
    case .direct, .separable, .box, .fft: .direct
    }
  }
}
