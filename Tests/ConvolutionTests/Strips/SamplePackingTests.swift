import Convolution
import Tensors
import TestSupport
import Testing

/// Stored samples to numbers and back.
@Suite struct SamplePackingTests {
  static let formats = PixelFormat.Color.allCases.flatMap { color in
    [false, true].flatMap { alpha in
      SampleDepth.allCases.map { PixelFormat(color, hasAlpha: alpha, depth: $0) }
    }
  }

  @Test(arguments: formats) func `unpacking takes the channels apart and packing puts them together`(
    format: PixelFormat
  ) {
    var random = SeededGenerator(seed: 13)
    for width in [1, 7, 100] {
      let bytes = (0..<3 * width * format.bytesPerPixel).map { _ in UInt8.random(in: 0...255, using: &random) }
      let rows = PixelRows(format: format, width: width, rowCount: 3, bytes: bytes)
      for level in InstructionSet.available {
        let single: PlanarRows<Float> = SampleUnpacking.unpack(rows, instructionSet: level)
        let double: PlanarRows<Double> = SampleUnpacking.unpack(rows, instructionSet: level)
        for row in 0..<3 {
          for channel in 0..<format.channelCount {
            let expected = (0..<width).map { Float(rows[row: row, x: $0, channel: channel]) }
            #expect(Array(single.run(row: row, channel: channel)) == expected)
            #expect(double.run(row: row, channel: channel).map { Float($0) } == expected)
          }
        }
        #expect(SamplePacking.pack(single, into: format, instructionSet: level) == rows)
        #expect(SamplePacking.pack(double, into: format, instructionSet: level) == rows)
      }
    }
  }

  @Test func `ties go to even numbers, and what is no sample is brought inside`() {
    let cases: [(Double, Int)] = [
      (0.5, 0), (1.5, 2), (2.5, 2), (3.5, 4), (254.5, 254), (0.49999, 0), (0.500001, 1), (-0.5, 0), (-7, 0),
      (255.5, 255),
      (1e30, 255), (.infinity, 255), (-.infinity, 0), (.nan, 0), (128, 128),
    ]
    for level in InstructionSet.available {
      // Repeated, so that whole vectors are filled.
      let numbers = (0..<5).flatMap { _ in cases.map(\.0) }
      let expected = (0..<5).flatMap { _ in cases.map(\.1) }
      let single = PlanarRows<Float>(
        channelCount: 1, width: numbers.count, rowCount: 1, samples: numbers.map { Float($0) })
      let double = PlanarRows<Double>(channelCount: 1, width: numbers.count, rowCount: 1, samples: numbers)
      let grey = PixelFormat(.grey)
      #expect(SamplePacking.pack(single, into: grey, instructionSet: level).bytes.map(Int.init) == expected, "\(level)")
      #expect(SamplePacking.pack(double, into: grey, instructionSet: level).bytes.map(Int.init) == expected, "\(level)")
    }
  }

  @Test func `sixteen bits are rounded and clamped at 65535`() {
    let numbers = [0.5, 1.5, 65534.5, 65535.5, 70000, -1, 1000.25, 32767.5]
    for level in InstructionSet.available {
      let rows = PlanarRows<Double>(channelCount: 1, width: 8, rowCount: 1, samples: numbers)
      let packed = SamplePacking.pack(rows, into: PixelFormat(.grey, depth: .sixteen), instructionSet: level)
      #expect((0..<8).map { packed[row: 0, x: $0, channel: 0] } == [0, 2, 65534, 65535, 65535, 0, 1000, 32768])
    }
  }
}
