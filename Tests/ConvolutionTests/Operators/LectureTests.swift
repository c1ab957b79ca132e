import Convolution
import Tensors
import TestSupport
import Testing

@Suite("Convolution, written out", .serialized)
struct LectureTests {
  static let algorithms = Algorithm.allCases

  @Test("A signal by a kernel of 3, with nothing, zeros and a stride", arguments: algorithms)
  func signal(algorithm: Algorithm) throws {
    let signal = try Tensor([1, 7], [1, 2, 3, 4, 5, 4, 2])
    let kernel = try Tensor([1, 1, 3], [1, 0, -1])
    #expect(try signal.convolved(with: kernel, algorithm: algorithm).elements == [-2, -2, -2, 0, 3])
    #expect(
      try signal.convolved(with: kernel, padding: .same, algorithm: algorithm).elements == [-2, -2, -2, -2, 0, 3, 4])
    #expect(try signal.convolved(with: kernel, stride: 2, algorithm: algorithm).elements == [-2, -2, 3])
    #expect(try signal.convolved(with: kernel, dilation: 2, algorithm: algorithm).elements == [-4, -2, 1])
    let bias = try Tensor([1], [10])
    #expect(try signal.convolved(with: kernel, bias: bias, algorithm: algorithm).elements == [8, 8, 8, 10, 13])
  }

  @Test("13 samples, 6 taps, stride 5: valid drops 2, same pads 1 before and 2 after", arguments: algorithms)
  func thirteenSixFive(algorithm: Algorithm) throws {
    let signal = try Tensor([1, 13], (1...13).map { Float($0) })
    let ones = try Tensor([1, 1, 6], Array(repeating: 1, count: 6))
    #expect(try signal.convolved(with: ones, stride: 5, algorithm: algorithm).elements == [21, 51])
    #expect(
      try signal.convolved(with: ones, stride: 5, padding: .same, algorithm: algorithm).elements == [
        15, 45, 11 + 12 + 13 + 10,
      ])
    #expect(
      try signal.convolved(with: ones, stride: 5, padding: .sameLower, algorithm: algorithm).elements
        == [10, 39, 9 + 10 + 11 + 12 + 13])
    let windows = try SlidingWindows(
      input: Shape([1, 1, 13]), kernel: [6], window: WindowParameters(spatialRank: 1, strides: [5]))
    #expect(windows.geometry.output.width == 2 && windows.geometry.horizontal.dropped == 2)
  }

  @Test("A binary image by a diagonal cross", arguments: algorithms)
  func image(algorithm: Algorithm) throws {
    let image = try Tensor(
      [1, 5, 5],
      [
        1, 1, 1, 0, 0,
        0, 1, 1, 1, 0,
        0, 0, 1, 1, 1,
        0, 0, 1, 1, 0,
        0, 1, 1, 0, 0,
      ])
    let kernel = try Tensor([1, 1, 3, 3], [1, 0, 1, 0, 1, 0, 1, 0, 1])
    let valid = try image.convolved(with: kernel, algorithm: algorithm)
    #expect(valid.shape.extents == [1, 3, 3])
    #expect(
      valid.elements == [
        4, 3, 4,
        2, 4, 3,
        2, 3, 4,
      ])
    #expect(try image.convolved(with: kernel, stride: 2, algorithm: algorithm).elements == [4, 4, 2, 4])
    let same = try image.convolved(with: kernel, padding: .same, algorithm: algorithm)
    #expect(same.shape == image.shape)
    #expect(same.elements[0..<5] == [2, 2, 3, 1, 1])
  }

  @Test("The channels of an image are summed, each with its own plane of the kernel", arguments: algorithms)
  func channels(algorithm: Algorithm) throws {
    let image = try Tensor([3, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400])
    let kernels = try Tensor([2, 3, 1, 1], [1, 1, 1, 1, 0, -1])
    let maps = try image.convolved(with: kernels, bias: Tensor([2], [0, 1]), algorithm: algorithm)
    #expect(maps.shape.extents == [2, 2, 2])
    #expect(maps.elements == [111, 222, 333, 444, -98, -197, -296, -395])
  }

  @Test("The correlation of a pulse is the kernel turned around: nothing is flipped", arguments: algorithms)
  func pulse(algorithm: Algorithm) throws {
    let pulse = try Tensor([1, 5], [0, 0, 1, 0, 0])
    #expect(
      try pulse.convolved(with: Tensor([1, 1, 3], [1, 2, 3]), algorithm: algorithm).elements == [3, 2, 1])
  }

  @Test("Depthwise: each channel has kernels of its own", arguments: algorithms)
  func depthwise(algorithm: Algorithm) throws {
    let signals = try Tensor([2, 3], [1, 2, 3, 10, 20, 30])
    let kernels = try Tensor([4, 1, 2], [1, 0, 0, 1, 1, 1, -1, 1])
    #expect(
      try signals.convolved(with: kernels, group: 2, algorithm: algorithm).elements == [1, 2, 2, 3, 30, 50, 10, 10])
  }

  @Test("A layer of a network: convolution, then pooling")
  func layer() throws {
    let image = try Tensor([1, 4, 4], (1...16).map { Float($0) })
    let maps = try image.convolved(with: KernelBank(rows: [[0, 0, 0], [0, 1, 0], [0, 0, 0]]), padding: .same)
    #expect(maps == image)
    #expect(try maps.maxPooled(size: 2, stride: 2).elements == [6, 8, 14, 16])
    #expect(try maps.maxPooled(size: 3, stride: 2, padding: .same).elements == [11, 12, 15, 16])
    #expect(try maps.averagePooled(size: 2, stride: 2).elements == [3.5, 5.5, 11.5, 13.5])
  }

  @Test("The rank of a result is the rank of what went in")
  func ranks() throws {
    let weight = try Tensor([2, 1, 1, 1], [1, 2])
    let image = try Tensor([1, 1, 2], [3, 4])
    #expect(try image.convolved(with: weight) == Tensor([2, 1, 2], [3, 4, 6, 8]))
    #expect(
      try image.reshaped(to: Shape([1, 1, 1, 2])).convolved(with: weight) == Tensor([1, 2, 1, 2], [3, 4, 6, 8]))
    #expect(try image.convolved(with: Tensor([1, 1, 2], [1, 10])) == Tensor([1, 1, 1], [43]))
  }
}
