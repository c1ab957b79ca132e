import FeatureMaps
import TestSupport
import Testing

@Suite struct AreaAverageTests {
  /// The mean of a plane over a rectangle, by the integral of its values, which are constant on unit squares.
  private func mean(
    _ values: [Float], width: Int, height: Int, _ y: ClosedRange<Double>, _ x: ClosedRange<Double>
  ) -> Double {
    var (sum, area) = (0.0, 0.0)
    for row in 0..<height {
      for column in 0..<width {
        let share =
          max(0, min(y.upperBound, Double(row + 1)) - max(y.lowerBound, Double(row)))
          * max(0, min(x.upperBound, Double(column + 1)) - max(x.lowerBound, Double(column)))
        sum += share * Double(values[row * width + column])
        area += share
      }
    }
    return sum / area
  }

  @Test(arguments: [(7, 5, 3, 2), (10, 10, 10, 10), (9, 4, 1, 1), (16, 9, 5, 4)])
  func meansAreThoseOfTheAreas(width: Int, height: Int, columns: Int, rows: Int) {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<width * height).map { _ in Float.random(in: -1...1, using: &generator) }
    var average = AreaAverage(rows: .init(count: rows, of: height), columns: .init(count: columns, of: width))
    var found: [Float] = []
    for row in 0..<height {
      average.add(values[row * width..<(row + 1) * width])
      found += average.take()
    }
    let (dy, dx) = (Double(height) / Double(rows), Double(width) / Double(columns))
    var expected: [Float] = []
    for i in 0..<rows {
      for j in 0..<columns {
        let (y, x) = (Double(i) * dy, Double(j) * dx)
        expected.append(Float(mean(values, width: width, height: height, y...y + dy, x...x + dx)))
      }
    }
    #expect(mismatch(found, expected, absolute: 1e-5) == nil)
  }

  @Test func takesTheNearestValueWhereThereAreMoreAreasThanValues() {
    var average = AreaAverage(rows: .init(count: 2, of: 1), columns: .init(count: 4, of: 2))
    average.add([1, 2])
    #expect(average.take() == [1, 1, 2, 2, 1, 1, 2, 2])
  }

  @Test func areasMayBeginOutsideThePlane() {
    var average = AreaAverage(
      rows: .init(count: 1, of: 1), columns: .init(count: 4, of: 4, start: -2, step: 2))
    average.add([1, 3, 5, 7])
    #expect(average.take() == [1, 2, 6, 7])
  }

  @Test func mapsKeepTheirStrengthAndTheSignOfTheirMean() {
    let plane = ValuePlane(width: 4, height: 2, values: [3, -3, -1, 0, -3, 3, -7, 0])
    let small = plane.fitting(side: 2)
    #expect(small.width == 2 && small.height == 1)
    #expect(mismatch(small.values, [3, -(50 / 4 as Float).squareRoot()], absolute: 1e-6) == nil)
    #expect(plane.fitting(side: 4) == plane)
  }
}
