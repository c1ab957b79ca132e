import Convolution
import Tensors
import TestSupport
import Testing

@Suite("The matrix of windows")
struct ColumnsTests {
  @Test("Rows are taps, columns are windows")
  func writtenOut() throws {
    let image = try Tensor([1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let columns = try image.im2col(kernel: 2)
    #expect(columns.shape.extents == [4, 4])
    #expect(
      columns.elements == [
        1, 2, 4, 5,
        2, 3, 5, 6,
        4, 5, 7, 8,
        5, 6, 8, 9,
      ])
  }

  @Test("Channels follow one another, padding is 0")
  func channelsAndPadding() throws {
    let image = try Tensor([2, 1, 2], [1, 2, 3, 4])
    let columns = try image.im2col(kernel: Extent(height: 1, width: 2), padding: .same)
    #expect(columns.shape.extents == [4, 2])
    #expect(columns.elements == [1, 2, 2, 0, 3, 4, 4, 0])
  }

  @Test("Back to the image every sample is counted as often as windows hold it")
  func columnToImage() throws {
    let ones = try Tensor([4, 4], Array(repeating: 1, count: 16))
    #expect(
      try ones.col2im(image: Shape([1, 3, 3]), kernel: 2).elements == [
        1, 2, 1,
        2, 4, 2,
        1, 2, 1,
      ])
  }

  @Test("Image to columns and columns to image are adjoint on every random shape")
  func adjoint() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<1000 {
      let item = try RandomConvolution(using: &generator)
      let windows = item.fitted.windows
      let columns = try Tensor.wholeNumbers(windows.columnsShape, using: &generator)
      #expect(
        try windows.im2col(item.input).inner(columns) == item.input.inner(windows.col2im(columns)),
        "\(item.description)")
    }
  }

  @Test("A convolution is the weight times the matrix of windows")
  func product() throws {
    var generator = SeededGenerator(seed: 12)
    let image = try Tensor.wholeNumbers(Shape([2, 6, 7]), using: &generator)
    let weight = try Tensor.wholeNumbers(Shape([3, 2, 3, 2]), using: &generator)
    let columns = try image.im2col(
      kernel: Extent(height: 3, width: 2), stride: 2, padding: .sameLower, dilation: Extent(height: 1, width: 2))
    let convolved = try image.convolved(
      with: weight, stride: 2, padding: .sameLower, dilation: Extent(height: 1, width: 2), algorithm: .reference)
    let windows = columns.shape[1]
    for o in 0..<3 {
      for window in 0..<windows {
        let sum = (0..<12).reduce(Float(0)) { $0 + weight.elements[o * 12 + $1] * columns[$1, window] }
        #expect(sum == convolved.elements[o * windows + window])
      }
    }
  }

  @Test("A matrix of another shape is refused with both shapes")
  func wrongMatrix() throws {
    let matrix = try Tensor([4, 5], Array(repeating: 0, count: 20))
    let error = #expect(throws: OperatorError.self) { try matrix.col2im(image: Shape([1, 3, 3]), kernel: 2) }
    #expect(error?.description.contains("1×4×5") == true && error?.description.contains("1×4×4") == true)
  }
}
