import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct NPYFileTests {
  /// Types that NumPy wrote: the numbers 0…23 as 2×3×4, quarters from −0.75 for reals, from −3 for signed integers.
  static let types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]

  static func expected(_ type: String) -> [Double] {
    (0..<24).map { index in
      switch type.first {
      case "f": Double(index - 3) / 4
      case "i": Double(index - 3)
      case "b": Double(index % 2)
      default: Double(index)
      }
    }
  }

  @Test(arguments: types) func everyTypeIsReadInBothByteOrders(type: String) throws {
    for name in type.hasSuffix("1") ? [type] : [type, type + "-big"] {
      let array = try NPYFile.read(.bytes(Fixtures.bytes(name + ".npy")))
      #expect(array.shape.extents == [2, 3, 4])
      #expect(mismatch(array.values, NPYFileTests.expected(type)) == nil, "\(name)")
      let tensor = try NPYFile.readTensor(.bytes(Fixtures.bytes(name + ".npy")))
      #expect(mismatch(tensor.elements, NPYFileTests.expected(type).map(Float.init)) == nil, "\(name)")
    }
  }

  @Test(arguments: ["version-2", "version-3"]) func laterVersionsAreRead(name: String) throws {
    #expect(try NPYFile.read(.bytes(Fixtures.bytes(name + ".npy"))).values == (0..<24).map(Double.init))
  }

  @Test func fortranOrderIsTurnedIntoRows() throws {
    let array = try NPYFile.read(.bytes(Fixtures.bytes("fortran.npy")))
    #expect(array.shape.extents == [2, 3, 4])
    #expect(array.values == (0..<24).map(Double.init))
  }

  @Test func scalarsVectorsAndEmptyArraysAreRead() throws {
    #expect(try NPYFile.read(.bytes(Fixtures.bytes("scalar.npy"))) == NumericArray(shape: Shape([]), values: [2.5]))
    #expect(
      try NPYFile.read(.bytes(Fixtures.bytes("vector.npy"))) == NumericArray(shape: Shape([2]), values: [1.5, -2]))
    #expect(try NPYFile.read(.bytes(Fixtures.bytes("empty.npy"))) == NumericArray(shape: Shape([0, 3]), values: []))
  }

  @Test func halvesAtTheEdgesOfTheirRangeAreExact() throws {
    let values = try NPYFile.read(.bytes(Fixtures.bytes("half-specials.npy"))).values
    #expect(mismatch(values, [0x1p-23, -0x1p-24, 65504, .infinity, -.infinity, .nan, 0]) == nil)
    #expect(values[6].sign == .minus)
  }

  @Test(arguments: ["object", "structure", "complex"]) func whatIsNoNumberIsRefused(name: String) throws {
    let error = #expect(throws: CodecError.self) { try NPYFile.read(.bytes(Fixtures.bytes(name + ".npy"))) }
    #expect(error?.code == .npyType)
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let bytes = try Fixtures.bytes("f4.npy")
    for count in bytes.indices {
      let error = #expect(throws: CodecError.self) { try NPYFile.read(.bytes(Array(bytes[..<count]))) }
      #expect(error.map { [.npyTruncated, .npyCorrupt].contains($0.code) } == true)
    }
    #expect(#expect(throws: CodecError.self) { try NPYFile.read(.bytes(bytes + [0])) }?.code == .npyCorrupt)
  }

  @Test func flippedBitsEndInNumbersOrAnError() throws {
    let bytes = try Fixtures.bytes("f4.npy")
    var limits = DecodeLimits()
    limits.maximumMemory = 1 << 20
    var refused = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        do { _ = try NPYFile.read(.bytes(damaged), limits: limits) } catch { refused += 1 }
      }
    }
    #expect(refused > 8 * 60)
  }

  @Test func hugeShapesAreRefusedBeforeTheyAreAllocated() throws {
    func file(_ shape: String) -> [UInt8] {
      let header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape)), }\n".utf8)
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header
    }
    for shape in ["4000000000, 4000000000, 4000000000", "1000000000,", "99999999999999999999,"] {
      let error = #expect(throws: CodecError.self) { try NPYFile.read(.bytes(file(shape))) }
      #expect(error.map { [.tooMuchMemory, .npyCorrupt].contains($0.code) } == true)
    }
    #expect(#expect(throws: CodecError.self) { try NPYFile.read(.bytes(file("1000,"))) }?.code == .npyTruncated)
  }

  @Test func whatIsWrittenIsWhatNumPyWrites() throws {
    let file = ScratchFile()
    try NPYFile.write(Tensor(shape: Shape([2]), elements: [1.5, -2]), descriptor: file.descriptor)
    #expect(try file.bytes == Fixtures.bytes("vector.npy"))
    let cube = ScratchFile()
    try NPYFile.write(
      Tensor(shape: Shape([2, 3, 4]), elements: NPYFileTests.expected("f4").map(Float.init)),
      descriptor: cube.descriptor)
    #expect(try cube.bytes == Fixtures.bytes("f4.npy"))
  }
}

@Suite struct NPYWriterTests {
  /// Rows of the 2×5×3 array of the numbers 0…29.
  static func rows(_ range: Range<Int>) -> PlanarRows<Float> {
    let samples = range.flatMap { row in
      (0..<2).flatMap { channel in (0..<3).map { Float(channel * 15 + row * 3 + $0) } }
    }
    return PlanarRows(channelCount: 2, width: 3, rowCount: range.count, samples: samples)
  }

  static func write(to descriptor: Int32) throws {
    let writer = try NPYWriter(descriptor: descriptor, channelCount: 2, height: 5, width: 3)
    for range in [0..<2, 2..<3, 3..<3, 3..<5] { try writer.write(rows(range)) }
    try writer.finish()
  }

  static func expectArray(_ input: ByteInput) throws {
    let tensor = try NPYFile.readTensor(input)
    #expect(tensor.shape.extents == [2, 5, 3])
    #expect(tensor.elements == (0..<30).map(Float.init))
  }

  @Test func rowsBecomePlanesInAFile() throws {
    let file = ScratchFile()
    try NPYWriterTests.write(to: file.descriptor)
    #expect(lseek(file.descriptor, 0, SEEK_CUR) == 128 + 30 * 4)
    try NPYWriterTests.expectArray(.bytes(file.bytes))
  }

  @Test func rowsBecomePlanesInAPipe() throws {
    let pipe = Pipe()
    try NPYWriterTests.write(to: pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    try NPYWriterTests.expectArray(.descriptor(pipe.fileHandleForReading.fileDescriptor))
  }
}

@Suite struct NPZFileTests {
  @Test(arguments: ["stored.npz", "deflated.npz"]) func arraysAreReadByName(name: String) throws {
    let arrays = try NPZFile.read(.bytes(Fixtures.bytes(name)))
    #expect(Set(arrays.keys) == ["weight", "bias"])
    #expect(arrays["weight"]?.shape.extents == [2, 3, 4])
    #expect(arrays["weight"]?.values == (0..<24).map(Double.init))
    #expect(arrays["bias"]?.values == [1, -1])
  }

  @Test(arguments: ["stored.npz", "deflated.npz"]) func damageIsFound(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for count in bytes.indices {
      #expect(throws: CodecError.self) { try NPZFile.read(.bytes(Array(bytes[..<count]))) }
    }
    let whole = try NPZFile.read(.bytes(bytes))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      // What is read in spite of a flipped bit (in a date, say) are the same numbers.
      if let arrays = try? NPZFile.read(.bytes(damaged)) {
        #expect(Set(arrays.values).isSubset(of: Set(whole.values)), "byte \(index)")
      }
    }
  }
}

@Suite struct CodecVersionsTests {
  @Test func everyLibrarySaysItsVersion() {
    for version in [CodecVersions.libpng, CodecVersions.libjpegTurbo, CodecVersions.zlib] {
      #expect(version.first?.isNumber == true && version.contains("."), "\(version)")
    }
    #expect((CodecVersions.isal == nil) == (DeflateLibrary.available == [.zlib]))
  }
}
