/// A number of bytes as people read it: bytes below 10 KiB, KiB below 10 MiB, then MiB, to the nearest.
struct ByteCountText: CustomStringConvertible {
  private let count: Int

  init(_ count: Int) {
    self.count = count
  }

  var description: String {
    if count < 10 << 10 { return "\(count) bytes" }
    return count < 10 << 20 ? "\(rounded(10)) KiB" : "\(rounded(20)) MiB"
  }

  private func rounded(_ bits: Int) -> Int {
    (count >> bits) + (count >> (bits - 1) & 1)
  }
}
