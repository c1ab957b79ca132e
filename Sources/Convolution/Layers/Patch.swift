import CMicrokernels

/// Memory for what one thread works on.
enum Patch {
  /// The elements of a cache line.
  private static let line = 16

  /// `count` rounded up to an odd number of cache lines, so that planes do not meet in the same places of a cache.
  static func oddLines(_ count: Int) -> Int {
    let lines = (count + line - 1) / line
    return (lines + 1 - lines % 2) * line
  }

  /// The elements asked for: `count`, and what may be read behind them.
  static func capacity(count: Int) -> Int { count + Int(imgconv_patch_slack) }

  /// Calls `body` with `count` elements that begin at a cache line, and behind which the slack may be read; their values are arbitrary.
  static func with(count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let byteCount = capacity(count: count) * MemoryLayout<Float>.stride
    unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { bytes in
      guard let first = unsafe bytes.bindMemory(to: Float.self).baseAddress else { return }
      unsafe body(first)
    }
  }
}

/// How rows of blocks are shared out.
enum BlockHeight {
  /// The height of blocks that takes the least time: all have it but the last.
  ///
  /// - Parameters:
  ///   - rows: the rows to be shared.
  ///   - tallest: the most rows of a block.
  ///   - parts: the blocks side by side, in all groups and images.
  ///   - threadCount: the threads; the slowest counts.
  ///   - cost: the time of a block of a height, in any unit.
  /// - Returns: the height, at most `tallest`.
  static func quickest(
    rows: Int, tallest: Int, parts: Int, threadCount: Int, cost: (Int) -> Double
  ) -> Int {
    let fewest = (rows + tallest - 1) / tallest
    var best = (cost: Double.infinity, height: 1)
    for strips in fewest...fewest + min(8 * threadCount, rows) {
      let height = (rows + strips - 1) / strips
      let blocks = parts * ((rows + height - 1) / height)
      let total = Double((blocks + threadCount - 1) / threadCount) * cost(height)
      if total < best.cost { best = (total, height) }
    }
    return best.height
  }
}
