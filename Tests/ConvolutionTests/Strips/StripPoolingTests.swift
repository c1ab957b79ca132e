import Convolution
import Tensors
import TestSupport
import Testing

/// Pooling in strips against four nested loops.
@Suite struct StripPoolingTests {
  /// The largest sample or mean of every window, in `R×C×W`, by visiting each position of each window.
  private func pooled(
    _ planes: [Double], _ shape: StageShape, _ kind: PoolingKind, _ geometry: ConvolutionGeometry,
    countsPadding: Bool
  ) -> [Double] {
    let (rows, columns) = (geometry.vertical, geometry.horizontal)
    var result: [Double] = []
    for i in 0..<rows.output {
      for channel in 0..<shape.channelCount {
        for j in 0..<columns.output {
          var (largest, sum, count) = (-Double.infinity, 0.0, 0.0)
          for y in (0..<rows.kernel).map({ rows.start(ofWindow: i) + $0 }) {
            for x in (0..<columns.kernel).map({ columns.start(ofWindow: j) + $0 }) {
              if (0..<shape.height).contains(y) && (0..<shape.width).contains(x) {
                let sample = planes[(channel * shape.height + y) * shape.width + x]
                largest = max(largest, sample)
                sum += sample
                count += 1
              } else if countsPadding && y < shape.height + rows.after && x < shape.width + columns.after {
                count += 1
              }
            }
          }
          result.append(kind == .max ? largest : sum / count)
        }
      }
    }
    return result
  }

  @Test(arguments: PoolingKind.allCases) func `every small size equals the nested loops`(
    kind: PoolingKind
  ) throws {
    var random = SeededGenerator(seed: 11)
    var (checked, refused) = (0, 0)
    for height in 1...7 {
      for width in [1, 3, 6] {
        for (sizeHeight, sizeWidth) in [(1, 1), (2, 2), (3, 2), (2, 5)] {
          for stride in 1...3 {
            for padding in [
              Padding.valid, .same, .sameLower, .explicit(top: 1, right: 0, bottom: 1, left: 1),
              .explicit(top: 0, right: 3, bottom: 0, left: 0),
            ] {
              for (rounding, countsPadding) in [(OutputRounding.floor, false), (.ceil, true), (.ceil, false)] {
                let input = StageShape(channelCount: 2, height: height, width: width)
                let size = Extent(height: sizeHeight, width: sizeWidth)
                let image = wholeSamples(input, bound: 255, &random).map { $0 - 128 }
                do {
                  let stage = try StripPooling<Double>(
                    input: input, kind: kind, size: size, stride: Extent(stride), padding: padding, rounding: rounding,
                    countsPadding: countsPadding, threadCount: 1 + checked % 2)
                  let expected = pooled(image, input, kind, stage.geometry, countsPadding: countsPadding)
                  let found = pushed(stage, image, input, stripHeight: 1 + checked % 3)
                  try #require(mismatch(found, expected) == nil, "\(input) \(size) \(stride) \(padding) \(rounding)")
                  checked += 1
                } catch is ConvolutionError {
                  refused += 1
                }
              }
            }
          }
        }
      }
    }
    #expect(checked > 1500)
    #expect(refused > 0)
  }

  @Test func `the lecture's four by four is pooled to two by two`() throws {
    let input = StageShape(channelCount: 1, height: 4, width: 4)
    let image: [Double] = [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4]
    let largest = try StripPooling<Float>(input: input, kind: .max, size: Extent(2))
    #expect(pushed(largest, image, input, stripHeight: 4) == [6, 8, 3, 4])
    let mean = try StripPooling<Float>(input: input, kind: .average, size: Extent(2))
    #expect(pushed(mean, image, input, stripHeight: 1) == [3.25, 5.25, 2, 2])
  }

  @Test func `padding never wins, and a window of nothing else is refused`() throws {
    let input = StageShape(channelCount: 1, height: 2, width: 2)
    let stage = try StripPooling<Float>(
      input: input, kind: .max, size: Extent(2), stride: Extent(1),
      padding: .explicit(top: 1, right: 1, bottom: 1, left: 1))
    #expect(pushed(stage, [-4, -3, -2, -1], input, stripHeight: 1) == [-4, -3, -3, -2, -1, -1, -2, -1, -1])
    let padding = Padding.explicit(top: 0, right: 2, bottom: 0, left: 0)
    #expect(throws: ConvolutionError.windowInPadding(input: Extent(2), size: Extent(2), padding: padding)) {
      try StripPooling<Float>(input: input, kind: .max, size: Extent(2), stride: Extent(1), padding: padding)
    }
  }

  @Test func `levels, strips and threads change nothing, and NaN wins`() throws {
    var random = SeededGenerator(seed: 12)
    let input = StageShape(channelCount: 3, height: 80, width: 131)
    let image = wholeSamples(input, bound: 255, &random)
    for (name, size, stride) in [(PoolingKind.max, 3, 2), (.average, 5, 1)] {
      let geometry = try ConvolutionGeometry(
        input: input.extent, kernel: Extent(size), stride: Extent(stride), padding: .same)
      let expected = pooled(image, input, name, geometry, countsPadding: false)
      for level in InstructionSet.available {
        for (stripHeight, threadCount) in [(1, 2), (80, 3), (17, 1)] {
          let kind = try #require(PoolingKind(rawValue: name.rawValue))
          let stage = try StripPooling<Float>(
            input: input, kind: kind, size: Extent(size), stride: Extent(stride), padding: .same,
            threadCount: threadCount, instructionSet: level)
          let found = pushed(stage, image, input, stripHeight: stripHeight)
          #expect(mismatch(found, expected.map { Float($0) }) == nil, "\(level)")
        }
      }
    }
    for level in InstructionSet.available {
      let row = StageShape(channelCount: 1, height: 1, width: 4)
      let stage = try StripPooling<Float>(
        input: row, kind: .max, size: Extent(height: 1, width: 2), instructionSet: level)
      let found = pushed(stage, [1, .nan, .nan, 2], row, stripHeight: 1)
      #expect(found.count == 2 && found[0].isNaN && found[1].isNaN, "\(level)")
    }
  }
}
