public import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A function of each sample on its own, as networks apply it after a convolution.
///
/// NaN stays NaN.
public enum Activation: String, Hashable, Sendable, CaseIterable {
  /// `max(x, 0)`.
  case relu
  /// `|x|`.
  case abs
  /// `1 / (1 + e⁻ˣ)`, where 1 is full range.
  case sigmoid
  /// The hyperbolic tangent, where 1 is full range.
  case tanh

  /// Replaces every sample by the function's value: in all channels, or in those of a range.
  ///
  /// `sigmoid` and `tanh` work on `x / fullRange`, in `Double`, and give a fraction of full range times `fullRange`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func apply<Scalar: EngineScalar>(
    to rows: inout PlanarRows<Scalar>, channels: Range<Int>? = nil, fullRange: Double
  ) {
    let channels = channels ?? 0..<rows.channelCount
    let (width, stride) = (rows.width, rows.channelCount * rows.width)
    for row in 0..<rows.rowCount {
      let run = row * stride + channels.lowerBound * width..<row * stride + channels.upperBound * width
      switch self {
      case .relu: Self.replace(&rows.samples, run) { $0 < 0 ? 0 : $0 }
      case .abs: Self.replace(&rows.samples, run) { Swift.abs($0) }
      case .sigmoid: Self.replace(&rows.samples, run) { Scalar(fullRange / (1 + exp(-Double($0) / fullRange))) }
      case .tanh:
        Self.replace(&rows.samples, run) { Scalar(fullRange * Self.hyperbolicTangent(Double($0) / fullRange)) }
      }
    }
  }

  /// The C library's `tanh`, whose name the case of this type hides.
  private static func hyperbolicTangent(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.tanh(value)
    #else
      Darwin.tanh(value)
    #endif
  }

  @inline(__always)
  private static func replace<Scalar>(_ samples: inout [Scalar], _ run: Range<Int>, _ function: (Scalar) -> Scalar) {
    for index in run { samples[index] = function(samples[index]) }
  }
}
