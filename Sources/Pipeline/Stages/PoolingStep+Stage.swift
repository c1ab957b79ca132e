import Convolution
import Tensors

extension PoolingStep {
  /// The stage that pools every channel of an image on its own.
  ///
  /// - Throws: `JobError` where no window fits.
  func stage<Scalar: EngineScalar>(
    for shape: StageShape, as type: Scalar.Type, threadCount: Int
  ) throws(JobError) -> StripPooling<Scalar> {
    do {
      return try StripPooling(
        input: shape, kind: kind, size: size, stride: stride, padding: padding, rounding: rounding,
        countsPadding: countsPadding, threadCount: threadCount)
    } catch {
      throw JobError(.badData, code: "shape.mismatch", "\(kind) pooling: \(error)")
    }
  }

  /// The bytes the stage holds at most, the rows of a window and a strip of output; `nil` where they cannot be counted.
  func workingByteCount(for shape: StageShape) -> Int? {
    try? Shape([size.height + stride.height, shape.channelCount, shape.width + size.width, 8]).elementCount
  }
}
