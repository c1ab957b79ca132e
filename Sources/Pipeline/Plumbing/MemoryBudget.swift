/// Memory that several runs share: who needs more than is left waits for others to finish.
///
/// Runs are let in in the order they asked, so that a large one is not passed over for ever. Each asks once for all it needs, so that
/// nobody waits with a share in hand.
///
/// What is guarded is touched only inside the monitor; that makes the class safe to share.
public final class MemoryBudget: @unchecked Sendable {
  private let byteCount: Int
  private var available: Int
  private var nextTicket = 0
  private var served = 0
  private let monitor = Monitor()

  /// Creates a budget.
  public init(byteCount: Int) {
    precondition(byteCount > 0, "a budget has at least one byte")
    (self.byteCount, available) = (byteCount, byteCount)
  }

  /// Takes a share, waiting until there is so much; one larger than the budget is cut to it.
  ///
  /// - Parameter wanted: the bytes that are needed.
  /// - Returns: the share, to be given back by `release`.
  public func reserve(_ wanted: Int) -> Int {
    let share = min(max(wanted, 0), byteCount)
    monitor.locked {
      let ticket = nextTicket
      nextTicket += 1
      while ticket != served || share > available { monitor.wait() }
      served += 1
      available -= share
    }
    return share
  }

  /// Gives a share back.
  public func release(_ share: Int) {
    monitor.locked { available += share }
  }
}
