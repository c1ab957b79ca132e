/// Which damage makes a read fail; each case includes those before it.
///
/// What is tolerated is listed in `RowSource.damage`.
public enum DamagePolicy: String, Hashable, Sendable, CaseIterable {
  /// None: as much as possible is decoded. PNG rows that are lost are 0; in JPEG they are what the library fills in, a flat grey or colour.
  case none
  /// A file that ends too early.
  case truncated
  /// Also data that breaks the format's rules or does not match its checksum. The default.
  case error
  /// Also whatever is odd and costs no pixel.
  case warning
}
