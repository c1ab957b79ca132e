import Codecs
import Tensors
import Testing

@Suite("Arrays of integers, and long arrays")
struct NPYIntegersTests {
  @Test("Integers are written as NumPy writes them")
  func integers() throws {
    let file = ScratchFile()
    try NPYFile.write(
      NPYFileTests.expected("i8").map { Int($0) }, shape: Shape([2, 3, 4]), descriptor: file.descriptor)
    #expect(try file.bytes == Fixtures.bytes("i8.npy"))
  }

  @Test("Every 64-bit integer keeps its bits", arguments: [Int.min, -1, 0, 1 << 53 + 1, Int.max])
  func extremes(number: Int) throws {
    let file = ScratchFile()
    try NPYFile.write([number], shape: Shape([1]), descriptor: file.descriptor)
    let bytes = file.bytes.suffix(8).enumerated().map { UInt64($1) << (8 * UInt64($0)) }
    #expect(Int(truncatingIfNeeded: bytes.reduce(0, |)) == number)
  }

  @Test("Arrays longer than a block come back whole", arguments: [65_535, 65_536, 65_537, 200_000])
  func blocks(count: Int) throws {
    let shape = try Shape([count])
    let (floats, integers) = (ScratchFile(), ScratchFile())
    let tensor = Tensor(shape: shape, elements: (0..<count).map { Float($0) })
    try NPYFile.write(tensor, descriptor: floats.descriptor)
    try NPYFile.write(Array(0..<count), shape: shape, descriptor: integers.descriptor)
    #expect(try NPYFile.readTensor(.bytes(floats.bytes)) == tensor)
    #expect(try NPYFile.read(.bytes(integers.bytes)).values == (0..<count).map { Double($0) })
  }
}
