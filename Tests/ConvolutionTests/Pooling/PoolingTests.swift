import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Pooling, written out")
struct PoolingTests {
  static let image: [Float] = [
    1, 3, 2, 4,
    5, 6, 7, 8,
    3, 2, 1, 0,
    1, 2, 3, 4,
  ]

  @Test("The maxima of a 4×4 image in windows of 2×2")
  func maxima() throws {
    let pooled = try Tensor([1, 4, 4], Self.image).maxPooled(size: 2)
    #expect(pooled.shape.extents == [1, 2, 2])
    #expect(pooled.elements == [6, 8, 3, 4])
  }

  @Test("Overlapping windows of 3 at stride 1")
  func overlapping() throws {
    #expect(try Tensor([1, 4, 4], Self.image).maxPooled(size: 3, stride: 1).elements == [7, 8, 7, 8])
  }

  @Test("The means of a 4×4 image in windows of 2×2")
  func means() throws {
    #expect(try Tensor([1, 4, 4], Self.image).averagePooled(size: 2).elements == [3.75, 5.25, 2, 2])
  }

  @Test("Global pooling leaves one sample a plane")
  func global() throws {
    let image = try Tensor([2, 2, 2], [1, 2, 3, 6, -1, -2, -3, -6])
    #expect(try image.globallyMaxPooled() == Tensor([2, 1, 1], [6, -1]))
    #expect(try image.globallyAveragePooled() == Tensor([2, 1, 1], [3, -3]))
    #expect(
      try TensorPooling(global: Shape([1, 1, 4])).norm(of: Tensor([1, 1, 4], [1, -1, 3, 5]), p: 2).elements == [6])
  }

  @Test("Indices count the elements of the whole input, and name the first of equal maxima")
  func indices() throws {
    let input = try Tensor([2, 1, 2, 3], [1, 1, 0, 1, 0, 0, 4, 5, 5, 5, 5, 4])
    let pooled = try TensorPooling(
      input: input.shape, kernel: [2, 2], window: WindowParameters(spatialRank: 2)
    ).maximum(of: input)
    #expect(pooled.maxima.elements == [1, 1, 5, 5])
    #expect(pooled.indices == [0, 1, 7, 7])
  }

  @Test("Padding wins no maximum, not even over negative infinity, and has no index")
  func paddingNeverWins() throws {
    let input = try Tensor([1, 1, 2], [-.infinity, -3])
    let pooled = try TensorPooling(
      input: input.shape, kernel: [2], window: WindowParameters(spatialRank: 1, pads: [1, 1])
    ).maximum(of: input)
    #expect(pooled.maxima.elements == [-.infinity, -3, -3])
    #expect(pooled.indices == [0, 1, 1])
  }

  @Test("A NaN wins every window that holds it, wherever it stands")
  func notANumber() throws {
    let input = try Tensor([1, 1, 4], [.nan, 2, 3, .nan])
    let pooled = try TensorPooling(
      input: input.shape, kernel: [2], window: WindowParameters(spatialRank: 1)
    ).maximum(of: input)
    #expect(mismatch(pooled.maxima.elements, [.nan, 3, .nan]) == nil)
    #expect(pooled.indices == [0, 2, 3])
  }

  @Test("Zeros of the padding count in a mean only when asked to")
  func countingPadding() throws {
    let image = try Tensor([1, 1, 3], [2, 4, 6])
    let (size, padding) = (Extent(height: 1, width: 3), Padding.explicit(top: 0, right: 1, bottom: 0, left: 1))
    #expect(try image.averagePooled(size: size, stride: 1, padding: padding).elements == [3, 4, 5])
    #expect(
      try image.averagePooled(size: size, stride: 1, padding: padding, countingPadding: true).elements
        == [2, 4, Float(10.0 / 3)])
  }

  @Test("A last window rounded up to counts what it reaches, and of the padding only what was asked for")
  func ceil() throws {
    let input = try Tensor([1, 1, 8], [1, 2, 3, 4, 5, 6, 7, 8])
    let pooling = try TensorPooling(
      input: input.shape, kernel: [5], window: WindowParameters(spatialRank: 1, strides: [4], pads: [1, 1]),
      rounding: .ceil)
    #expect(try pooling.average(of: input, countingPadding: true).elements == [2, 6, 4])
    #expect(try pooling.average(of: input).elements == [2.5, 6, 8])
    #expect(try pooling.maximum(of: input).maxima.elements == [4, 8, 8])
  }

  @Test("A window that would start in the padding after the input is dropped")
  func windowInTrailingPadding() throws {
    let image = try Tensor([1, 1, 4], [1, 2, 3, 4])
    let pooled = try image.averagePooled(
      size: Extent(height: 1, width: 2), stride: Extent(height: 1, width: 2),
      padding: .explicit(top: 0, right: 1, bottom: 0, left: 0), rounding: .ceil)
    #expect(pooled.elements == [1.5, 3.5])
  }

  @Test("Norms are right where powers would overflow or vanish")
  func norms() throws {
    let input = try Tensor([1, 1, 6], [3, -4, 3e38, 1e38, 1e-30, 0])
    let pooling = try TensorPooling(
      input: input.shape, kernel: [2], window: WindowParameters(spatialRank: 1, strides: [2]))
    #expect(mismatch(try pooling.norm(of: input, p: 2).elements, [5, 3.1622777e38, 1e-30], relative: 1e-6) == nil)
    #expect(mismatch(try pooling.norm(of: input, p: 1).elements, [7, .infinity, 1e-30], relative: 1e-6) == nil)
    #expect(try pooling.norm(of: input, p: 40).elements[2] == 1e-30)
    let odd = try Tensor([1, 1, 6], [.nan, 1, -.infinity, 1, 0, 0])
    #expect(mismatch(try pooling.norm(of: odd).elements, [.nan, .infinity, 0]) == nil)
  }

  @Test("A window of padding alone is an error that names it")
  func emptyWindow() throws {
    let input = try Tensor([1, 1, 1], [7])
    let pooling = try TensorPooling(
      input: input.shape, kernel: [2], window: WindowParameters(spatialRank: 1, pads: [1, 1], dilations: [2]))
    let error = #expect(throws: OperatorError.self) { try pooling.maximum(of: input) }
    #expect(
      error?.description == "the kernel 2 on the input 1×1×1 has a window, at [0], that holds padding alone; "
        + "expected every window to reach a sample")
    #expect(error?.code == "shape.mismatch")
    #expect(throws: OperatorError.self) { try pooling.average(of: input) }
    #expect(throws: OperatorError.self) { try pooling.dInputOfAverage(dOutput: input) }
    #expect(try pooling.dInputOfAverage(dOutput: input, countingPadding: true).elements == [0])
    #expect(try pooling.average(of: input, countingPadding: true).elements == [0])
    #expect(try pooling.norm(of: input).elements == [0])
    let image = try Tensor([1, 2, 2], [1, 2, 3, 4])
    #expect(
      throws: OperatorError.emptyWindow(input: try Shape([1, 1, 2, 2]), kernel: try Shape([1, 2]), window: [0, 0])
    ) {
      try image.maxPooled(
        size: Extent(height: 1, width: 2), stride: 1, padding: .explicit(top: 1, right: 0, bottom: 0, left: 0))
    }
  }
}
