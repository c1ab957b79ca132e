import TestSupport
import Testing

@testable import Convolution

@Suite("Semidefinite systems")
struct SemidefiniteSystemTests {
  @Test("A system written out is solved, inverted and judged")
  func writtenOut() {
    let system = SemidefiniteSystem([[4, 2], [2, 3]])
    #expect(system.rank == 2)
    #expect(mismatch(system.solution([8, 8]), [1, 2], absolute: 1e-15) == nil)
    #expect(mismatch(system.inverseDiagonal ?? [], [3.0 / 8, 0.5], absolute: 1e-15) == nil)
    #expect(abs(SemidefiniteSystem([[9, 0, 0], [0, 0.01, 0], [0, 0, 1]]).conditionNumber - 900) < 1e-9)
  }

  @Test("Below full rank the solution is the smallest of those that come nearest")
  func smallestSolution() {
    let system = SemidefiniteSystem([[1, 1, 0], [1, 1, 0], [0, 0, 2]])
    #expect(system.rank == 2 && system.inverseDiagonal == nil)
    #expect(mismatch(system.solution([3, 3, 4]), [1.5, 1.5, 2], absolute: 1e-14) == nil)
    // A right side that is out of reach: its nearest point in reach is solved for.
    #expect(mismatch(system.solution([2, 4, 4]), [1.5, 1.5, 2], absolute: 1e-14) == nil)
    let nothing = SemidefiniteSystem([[0, 0], [0, 0]])
    #expect(nothing.rank == 0 && nothing.solution([1, 1]) == [0, 0])
  }

  @Test("Random systems of every rank give back what they were made of")
  func random() {
    var generator = SeededGenerator(seed: 3)
    for size in 1...12 {
      let factor = (0..<size).map { _ in generator.array(count: size, in: -1.0...1) }
      let matrix = factor.map { row in factor.map { dot(row, $0) } }
      let wanted = generator.array(count: size, in: -1.0...1)
      let found = SemidefiniteSystem(matrix).solution(matrix.map { dot($0, wanted) })
      #expect(mismatch(found, wanted, absolute: 1e-6) == nil)
      for rank in 1..<max(size, 2) where rank < size {
        let thin = factor.map { Array($0[..<rank]) }
        let system = SemidefiniteSystem(thin.map { row in thin.map { dot(row, $0) } })
        #expect(system.rank == rank)
      }
    }
  }
}
