import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct WeightsTests {
  static func array(_ shape: [Int], _ values: [Double]? = nil) throws -> NumericArray {
    let shape = try Shape(shape)
    return NumericArray(shape: shape, values: values ?? (0..<shape.elementCount).map(Double.init))
  }

  @Test func twoAxesAreOneKernelAndOneAxisIsARow() throws {
    let two = try Kernel(weight: try Self.array([2, 3]), bias: nil, layout: .oihw, name: "w")
    #expect(two == Kernel(name: "w", bank: KernelBank(rows: [[0, 1, 2], [3, 4, 5]])))
    let one = try Kernel(weight: try Self.array([3]), bias: nil, layout: .hwio, name: "w")
    #expect(one.bank == KernelBank(rows: [[0, 1, 2]]))
  }

  @Test func fourAxesAreABankInEitherLayout() throws {
    let bias = try Self.array([2], [0.5, -1])
    let oihw = try Kernel(weight: try Self.array([2, 3, 1, 2]), bias: bias, layout: .oihw, name: "w")
    #expect(
      oihw.bank
        == KernelBank(
          outputCount: 2, inputCount: 3, height: 1, width: 2, taps: (0..<12).map(Double.init), biases: [0.5, -1]))
    #expect(oihw.outputNames == ["w-1", "w-2"])
    // Element (y, x, i, o) of the array is ((y·2 + x)·3 + i)·2 + o.
    let hwio = try Kernel(weight: try Self.array([1, 2, 3, 2]), bias: bias, layout: .hwio, name: "w")
    #expect(
      hwio.bank
        == KernelBank(
          outputCount: 2, inputCount: 3, height: 1, width: 2, taps: [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11],
          biases: [0.5, -1]))
  }

  @Test func threeAxesAreSeveralPlainKernels() throws {
    let oihw = try Kernel(weight: try Self.array([2, 1, 3]), bias: nil, layout: .oihw, name: "w")
    #expect(oihw.bank == KernelBank(outputCount: 2, height: 1, width: 3, taps: [0, 1, 2, 3, 4, 5]))
    let hwio = try Kernel(weight: try Self.array([1, 3, 2]), bias: nil, layout: .hwio, name: "w")
    #expect(hwio.bank == KernelBank(outputCount: 2, height: 1, width: 3, taps: [0, 2, 4, 1, 3, 5]))
  }

  @Test func weightsKeepTheirValues() throws {
    let values = [0.1, Double(Float(0.1)), 0.0625, -3, 1e300, Double.leastNonzeroMagnitude]
    let kernel = try Kernel(weight: try Self.array([2, 3], values), bias: nil, layout: .oihw, name: "w")
    #expect(kernel.bank.weights == values)
    let dyadic = try Kernel(weight: try Self.array([3], [0.5, -0.25, 2]), bias: nil, layout: .oihw, name: "w")
    #expect(dyadic.bank == KernelBank(rows: [[2, -1, 8]], divisor: 4))
  }

  @Test func whatFitsNoBankIsNamed() throws {
    func fault(_ shape: [Int], _ values: [Double]? = nil, bias: [Double]? = nil) throws -> String {
      let bias = try bias.map { try Self.array([$0.count], $0) }
      do {
        return "\(try Kernel(weight: try Self.array(shape, values), bias: bias, layout: .oihw, name: "w.npy").bank)"
      } catch let error as KernelError {
        return "\(error.code) \(error)"
      }
    }
    #expect(try fault([]) == "shape.mismatch w.npy: the weight is scalar, expected 1 to 4 axes")
    #expect(try fault([1, 1, 1, 1, 1]) == "shape.mismatch w.npy: the weight is 1×1×1×1×1, expected 1 to 4 axes")
    #expect(try fault([3, 0]) == "shape.mismatch w.npy: the weight is 3×0, expected no empty axis")
    #expect(
      try fault([1, 4097])
        == "kernel.limit w.npy: the weight is 1×4097, expected at most 4096 taps a side and 16777216 in all")
    #expect(
      try fault([2], [1, .nan]) == "kernel.syntax w.npy: element 1 of the weight is nan, expected finite numbers")
    #expect(
      try fault([2, 1, 1, 1], bias: [1])
        == "shape.mismatch w.npy: the bias has 1 element, the weight 2×1×1×1 has 2 outputs")
    #expect(try fault([1], bias: [.infinity]) == "kernel.syntax w.npy: the bias 0 is inf, expected a finite number")
  }
}
