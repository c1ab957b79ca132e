import Tensors
import Testing

@Suite("A tensor")
struct TensorTests {
  @Test func isRowMajor() throws {
    let tensor = Tensor(shape: try Shape([2, 2, 3]), elements: (0..<12).map(Float.init))
    #expect(tensor[0, 0, 0] == 0 && tensor[0, 0, 2] == 2 && tensor[0, 1, 0] == 3 && tensor[1, 1, 2] == 11)
  }

  @Test func isAValue() throws {
    var first = Tensor(repeating: 0, shape: try Shape([2, 2]))
    let second = first
    first[1, 0] = 5
    #expect(first.elements == [0, 0, 5, 0])
    #expect(second.elements == [0, 0, 0, 0])
  }

  @Test func keepsItsElementsInOrderUnderAnotherShape() throws {
    let tensor = Tensor(shape: try Shape([6]), elements: [0, 1, 2, 3, 4, 5])
    #expect(tensor.reshaped(to: try Shape([2, 3]))[1, 0] == 3)
  }

  @Test func trapsOutsideItself() async {
    await #expect(processExitsWith: .failure) {
      let tensor = Tensor(repeating: 0, shape: try Shape([2, 2]))
      _ = tensor[2, 0]
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(shape: try Shape([2, 2]), elements: [1])
    }
  }
}
