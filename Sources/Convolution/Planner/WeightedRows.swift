import Tensors

/// Weighted sums of runs that lie in a ring of rows: what the direct path computes, and the second pass of the separable one.
struct WeightedRows: Sendable {
  /// What one output channel adds up.
  struct ChannelSum: Sendable {
    /// The products, their channels counted from the first.
    let sum: PlannedSum
    /// The run of a ring's row that is the sum's first channel.
    let firstRun: Int
    /// The runs that the sum reaches over.
    let runCount: Int
  }

  /// One for each output channel.
  let sums: [ChannelSum]
  /// How a run of the ring is laid out.
  let columns: ColumnLayout
  /// The runs of each row in the ring.
  let runCount: Int
  /// How many taps of a `Float` sum are added before they are added to the total; `Int.max` for all.
  let tapsPerGroup: Int
  /// How many taps of a group are summed where the column is taken in halves, see `ColumnHalves`; `nil` where it is not.
  var tapsPerHalfGroup: Int?
  /// Whether several output rows can be computed at a time, from rows that each lie in several of their windows.
  let sweeps: Bool
  /// Whether groups are whole rows of windows, which a sweep can follow.
  let sweepsInGroups: Bool
  /// What is done to rows before they enter the ring; `nil` where they enter as they are.
  var filter: Filter?

  /// The first pass of the separable path: weighted sums along a row.
  struct Filter: Sendable {
    /// The sums of each channel, one for each run that it has in the ring; every tap is in its row 0 and channel 0.
    let sums: [PlannedSum]
    /// How a row is laid out for them.
    let columns: ColumnLayout
    /// As that of the second pass.
    let tapsPerGroup: Int
    /// The same sums over bytes, where bytes come in and integers are no less exact.
    var bytes: [ByteFilter]?
  }
}
