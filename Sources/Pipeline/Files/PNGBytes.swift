import Codecs
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// PNG files in memory.
enum PNGBytes {
  /// The file of some rows.
  ///
  /// - Throws: `JobError` where there is no room for a temporary file.
  static func encoded(_ rows: PixelRows, compression: PNGCompression = .fast) throws(JobError) -> [UInt8] {
    let path = "temporary file"
    let descriptor: Int32
    do { descriptor = try FileCalls.openedUnnamed() } catch {
      throw error.jobError(path: path, verb: "create", .cannotCreate, code: "io.create")
    }
    defer { close(descriptor) }
    do throws(CodecError) {
      let writer = try PNGWriter(
        descriptor: descriptor, width: rows.width, height: rows.rowCount, format: rows.format, compression: compression)
      try writer.write(rows)
      try writer.finish()
    } catch {
      throw JobError(error, path: path)
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    lseek(descriptor, 0, SEEK_SET)
    do {
      while case let count = try ByteStream.read(descriptor, into: &block), count > 0 { bytes += block[..<count] }
    } catch {
      throw error.jobError(path: path, verb: "read", .inputOutput, code: "io.read")
    }
    return bytes
  }
}
