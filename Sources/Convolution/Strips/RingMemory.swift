/// What a ring of rows takes: its slots, their layout, and the rows that are taken in at a time.
struct RingMemory: Sendable {
  /// When rows come and go.
  let schedule: RowSchedule
  /// How a run lies in its slot.
  let columns: ColumnLayout
  /// The runs of a slot.
  let runCount: Int
  /// The samples from one run of a slot to the next: the layout's and 64 more, in an odd number of 16, so that the same columns of several rows
  /// do not fall in the same sets of a cache.
  let channelStride: Int
  /// The rows held at most.
  let slotCount: Int
  /// The rows that are copied before outputs are computed: enough that threads have work, few enough to stay in a core's cache, and as many as
  /// sweeps of several rows share.
  let batchRowCount: Int
  /// The bytes of all slots, the constant's row and the tables.
  let byteCount: Int

  /// Sizes the ring for samples of `scalarByteCount` bytes, and counts `sumRowCount` rows of running sums in; `nil` where the bytes are more than can be counted.
  init?(schedule: RowSchedule, columns: ColumnLayout, runCount: Int, scalarByteCount: Int, sumRowCount: Int = 0) {
    self.schedule = schedule
    self.columns = columns
    self.runCount = runCount
    channelStride = Self.channelStride(columns)
    let (slotLength, lengthOverflow) = channelStride.multipliedReportingOverflow(by: runCount)
    let (slotByteCount, slotOverflow) = slotLength.multipliedReportingOverflow(by: scalarByteCount)
    guard !lengthOverflow && !slotOverflow else { return nil }
    batchRowCount = max(Self.rowCount(of: 1 << 20, slotByteCount: slotByteCount), min(schedule.groupSize, 64))
    slotCount = min(schedule.capacity + batchRowCount - 1, schedule.usedRowCount)
    let (slotBytes, overflow) = slotByteCount.multipliedReportingOverflow(by: slotCount + 1 + sumRowCount)
    let tables = 2 * schedule.byteCount + 4 * columns.length
    guard !overflow && slotBytes <= Int.max - tables else { return nil }
    byteCount = slotBytes + tables
  }

  private static func channelStride(_ columns: ColumnLayout) -> Int { ((columns.length + 64 + 15) / 16 | 1) * 16 }

  /// The rows that hold so many bytes: 16, 32, 48 or 64.
  private static func rowCount(of byteCount: Int, slotByteCount: Int) -> Int {
    min(max(byteCount / max(slotByteCount, 1) / 16 * 16, 16), 64)
  }

  /// The output rows that are worth waiting for where many are computed together, with those of 4 MiB at most.
  static func groupSize(_ columns: ColumnLayout, runCount: Int, scalarByteCount: Int) -> Int {
    let (slot, overflow) = channelStride(columns).multipliedReportingOverflow(by: runCount * scalarByteCount)
    return overflow ? 16 : rowCount(of: 4 << 20, slotByteCount: slot)
  }
}
