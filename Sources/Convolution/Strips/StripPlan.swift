/// What the loops over strips have to know of a plan.
struct StripPlan: Sendable {
  /// The channels, rows and columns that go in.
  let input: StageShape
  /// The channels, rows and columns that come out.
  let output: StageShape
  /// The ring of rows.
  let memory: RingMemory
  /// What padded samples hold where the border has a constant, in units of a sample.
  let borderConstant: Double
}
