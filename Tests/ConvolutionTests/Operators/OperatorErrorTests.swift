import Convolution
import Tensors
import TestSupport
import Testing

@Suite("What an operator refuses")
struct OperatorErrorTests {
  /// The code and message of what making a convolution throws.
  private func refusal(
    _ input: [Int], _ weight: [Int], group: Int = 1,
    window: (Int) throws -> WindowParameters = { try WindowParameters(spatialRank: $0) }
  ) throws -> String? {
    #expect(throws: OperatorError.self) {
      _ = try TensorConvolution(
        input: Shape(input), weight: Shape(weight), window: window(weight.count - 2), group: group)
    }.map { "\($0.code): \($0)" }
  }

  @Test("A rank that does not fit")
  func rank() throws {
    #expect(
      try refusal([3, 4, 4], [1, 3, 2, 2])
        == "shape.mismatch: the input is 3×4×4; expected N×C×H×W without an empty axis")
    #expect(
      try refusal([1, 1, 3, 4, 4], [1, 3, 2])
        == "shape.mismatch: the input is 1×1×3×4×4; expected N×C×L without an empty axis")
    let window = try WindowParameters(spatialRank: 2)
    let error = #expect(throws: OperatorError.self) {
      try TensorConvolution(input: Shape([1, 3, 4, 4]), weight: Shape([1, 3, 2]), window: window)
    }
    #expect(
      error?.description
        == "the input 1×3×4×4 and the weight 1×3×2 do not fit with group 1; "
        + "expected a weight O×(C/group)×kh×kw without an empty axis")
  }

  @Test("An empty axis")
  func emptyAxis() throws {
    #expect(
      try refusal([1, 3, 0, 4], [1, 3, 2, 2])
        == "shape.mismatch: the input is 1×3×0×4; expected N×C×H×W without an empty axis")
    #expect(
      try refusal([1, 3, 4, 4], [1, 3, 0, 2])
        == "shape.mismatch: the input 1×3×4×4 and the weight 1×3×0×2 do not fit with group 1; "
        + "expected a weight O×(C/group)×kh×kw without an empty axis")
  }

  @Test("Channels and groups that do not divide")
  func channels() throws {
    #expect(
      try refusal([1, 4, 5, 5], [2, 3, 3, 3])
        == "shape.mismatch: the input 1×4×5×5 and the weight 2×3×3×3 do not fit with group 1; "
        + "expected 4 input channels = group × 3, and 2 outputs a multiple of group")
    #expect(try refusal([1, 4, 5, 5], [3, 2, 3, 3], group: 2)?.contains("3 outputs a multiple of group") == true)
    #expect(try refusal([1, 4, 5, 5], [4, 1, 3, 3], group: 3)?.hasPrefix("shape.mismatch") == true)
    #expect(try refusal([1, 4, 5, 5], [3, 1, 3, 3], group: 3)?.contains("4 input channels = group × 1") == true)
    #expect(
      try refusal([1, 4, 5, 5], [4, 1, 3, 3], group: 0) == "operator.attribute: group is 0; expected at least 1")
  }

  @Test("A kernel that is larger than the padded input")
  func doesNotFit() throws {
    let message = try refusal([1, 1, 5], [1, 1, 4]) { _ in
      try WindowParameters(spatialRank: 1, pads: [1, 0], dilations: [2])
    }
    #expect(
      message
        == "shape.mismatch: the kernel 4 does not fit the input 1×1×5: a window spans 7 samples, the input with its padding has 6"
    )
    #expect(
      try refusal([1, 2, 4, 5], [3, 2, 7, 3]) { _ in try WindowParameters(spatialRank: 2, pads: [1, 0, 0, 2]) }
        == "shape.mismatch: the kernel 7×3 does not fit the input 1×2×4×5: "
        + "a window spans 7×3 samples, the input with its padding has 5×7")
  }

  @Test("Attributes of the wrong count or value")
  func attributes() throws {
    func message(_ make: () throws -> WindowParameters) -> String? {
      #expect(throws: OperatorError.self) { _ = try make() }.map { "\($0.code): \($0)" }
    }
    #expect(
      message { try WindowParameters(spatialRank: 2, strides: [2]) }
        == "operator.attribute: strides is 2; expected 2 numbers from 1 to 1073741824")
    #expect(
      message { try WindowParameters(spatialRank: 2, pads: [1, 1]) }
        == "operator.attribute: pads is 1,1; expected 4 numbers from 0 to 1073741824")
    #expect(
      message { try WindowParameters(spatialRank: 1, dilations: [0]) }
        == "operator.attribute: dilations is 0; expected 1 number from 1 to 1073741824")
    #expect(
      message { try WindowParameters(spatialRank: 1, pads: [-1, 0]) }
        == "operator.attribute: pads is -1,0; expected 2 numbers from 0 to 1073741824")
    #expect(
      message { try WindowParameters(spatialRank: 1, pads: [1, 1], autoPad: .sameUpper) }
        == "operator.attribute: pads is 1,1; expected none beside auto_pad SAME_UPPER")
    #expect(message { try WindowParameters(stride: 0) }?.hasPrefix("operator.attribute: strides is 0,0") == true)
    #expect(message { try WindowParameters(padding: .explicit(top: 0, right: -2, bottom: 0, left: 0)) } != nil)
    #expect(message { try WindowParameters(dilation: -1) } != nil)
  }

  @Test("Tensors of other shapes than were fitted")
  func otherShapes() throws {
    let fitted = try TensorConvolution(
      input: Shape([1, 1, 3]), weight: Shape([2, 1, 2]), window: WindowParameters(spatialRank: 1))
    let (input, weight) = (try Tensor([1, 1, 3], [1, 2, 3]), try Tensor([2, 1, 2], [1, 2, 3, 4]))
    let bias = try Tensor([1], [1])
    #expect(throws: OperatorError.shape(name: "bias", found: bias.shape, expected: try Shape([2]))) {
      try fitted.forward(input, weight: weight, bias: bias)
    }
    #expect(throws: OperatorError.shape(name: "weight", found: input.shape, expected: weight.shape)) {
      try fitted.forward(input, weight: input)
    }
    #expect(throws: OperatorError.shape(name: "input", found: weight.shape, expected: input.shape)) {
      try fitted.forward(weight, weight: weight)
    }
  }

  @Test("A weight or bias that is no number, and no exponent below 1")
  func values() throws {
    let input = try Tensor([1, 3], [1, 2, 3])
    let error = #expect(throws: OperatorError.self) { try input.convolved(with: Tensor([1, 1, 2], [1, .nan])) }
    #expect(error?.code == "operator.value")
    #expect(error?.description == "element 1 of the weight 1×1×2 is not a finite number")
    #expect(throws: OperatorError.notFinite(name: "bias", shape: try Shape([1]), element: 0)) {
      try input.convolved(with: Tensor([1, 1, 2], [1, 1]), bias: Tensor([1], [.infinity]))
    }
    let fitted = try TensorConvolution(
      input: Shape([1, 1, 3]), weight: Shape([1, 1, 2]), window: WindowParameters(spatialRank: 1))
    #expect(throws: OperatorError.notFinite(name: "weight", shape: fitted.weightShape, element: 0)) {
      try fitted.dInput(weight: Tensor([1, 1, 2], [.infinity, 1]), dOutput: Tensor([1, 1, 2], [1, 1]))
    }
    let pooling = try TensorPooling(global: Shape([1, 1, 3]))
    #expect(throws: OperatorError.attribute(name: "p", found: [0], expected: "at least 1")) {
      try pooling.norm(of: Tensor([1, 1, 3], [1, 2, 3]), p: 0)
    }
  }

  @Test("Results that cannot be counted, before any memory is asked for")
  func tooLarge() throws {
    let huge = 1 << 30
    let window = try WindowParameters(spatialRank: 2, pads: [huge, huge, huge, huge])
    let error = #expect(throws: OperatorError.self) {
      try TensorConvolution(input: Shape([1, 4, 1, 1]), weight: Shape([64, 4, 1, 1]), window: window)
    }
    #expect(error?.code == "limit.dimension")
    let transposed = try WindowParameters(spatialRank: 1, strides: [huge])
    #expect(throws: OperatorError.self) {
      try TransposedConvolution(input: Shape([1, 1, 9]), weight: Shape([1, 1, 1]), window: transposed)
    }
  }
}
