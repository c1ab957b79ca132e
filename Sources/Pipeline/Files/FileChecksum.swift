import Codecs

/// Checksums of whole files.
enum FileChecksum {
  /// The CRC-32 of a file's bytes, in eight hexadecimal digits.
  ///
  /// - Throws: `JobError` when the file cannot be read.
  static func crc32(of path: String) throws(JobError) -> String {
    var sum: UInt32 = 0
    try InputFile(path: path).readBlocks { block in
      sum = Checksum.crc32(Array(block), behind: sum)
      return true
    }
    return sum.hexadecimal
  }
}
