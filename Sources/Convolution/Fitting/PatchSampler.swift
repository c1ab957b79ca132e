/// Patches drawn from pairs of images, the same ones from the same seed.
struct PatchSampler {
  private let problem: FittingProblem
  private let pairs: [TrainingPair]
  private let side: Extent
  private var state: UInt64

  init(_ problem: FittingProblem, pairs: [TrainingPair], seed: UInt64) {
    self.problem = problem
    self.pairs = pairs
    let windows = pairs.map { $0.windows(problem) }
    let height = windows.map(\.rows.count).min() ?? 0
    let width = windows.map(\.columns.count).min() ?? 0
    precondition(height > 0 && width > 0, "every pair has a window that counts")
    side = Extent(height: min(height, GradientDescent.patchSide), width: min(width, GradientDescent.patchSide))
    state = seed
  }

  /// The input samples that a patch reaches over.
  var inputSide: Extent {
    Extent(
      height: (side.height - 1) * problem.stride.height + problem.dilation.height * (problem.kernel.height - 1) + 1,
      width: (side.width - 1) * problem.stride.width + problem.dilation.width * (problem.kernel.width - 1) + 1)
  }

  /// Some patches.
  mutating func next(_ count: Int) -> TrainingBatch {
    var batch = TrainingBatch()
    for _ in 0..<count {
      let pair = pairs[below(pairs.count)]
      let windows = pair.windows(problem)
      let row = windows.rows.lowerBound + below(windows.rows.count - side.height + 1)
      let column = windows.columns.lowerBound + below(windows.columns.count - side.width + 1)
      pair.appendPatch(
        problem, group: below(pair.groupCount(problem)), rows: row..<row + side.height,
        columns: column..<column + side.width, to: &batch)
    }
    return batch
  }

  /// A number from 0 up to below a bound, by SplitMix64 (Steele, Lea and Flood, 2014).
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Int(mixed.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
