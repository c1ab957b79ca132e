import Dispatch
import Pipeline
import Synchronization
import Testing

@Suite("A budget of memory")
struct MemoryBudgetTests {
  @Test("is never exceeded by those who share it")
  func neverExceeded() {
    let budget = MemoryBudget(byteCount: 100)
    let inUse = Atomic(0)
    let most = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for round in 0..<200 {
        let share = budget.reserve(20 + (worker * 37 + round * 11) % 60)
        let now = inUse.add(share, ordering: .sequentiallyConsistent).newValue
        most.max(now, ordering: .sequentiallyConsistent)
        inUse.subtract(share, ordering: .sequentiallyConsistent)
        budget.release(share)
      }
    }
    #expect(most.load(ordering: .sequentiallyConsistent) <= 100)
    #expect(inUse.load(ordering: .sequentiallyConsistent) == 0)
  }

  @Test("is given whole to one who asks for more than there is")
  func cutToTheBudget() {
    let budget = MemoryBudget(byteCount: 100)
    #expect(budget.reserve(1000) == 100)
    budget.release(100)
    #expect(budget.reserve(60) == 60)
  }
}
