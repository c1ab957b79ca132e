import Codecs
import Foundation
import Tensors

/// A temporary file that is open for reading and writing and has no name: it is gone when it is closed.
final class ScratchFile {
  let descriptor: Int32

  init() {
    var template = Array("/tmp/imgconv-test-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&template)
    precondition(descriptor >= 0, "no temporary file")
    unsafe unlink(template)
  }

  deinit { close(descriptor) }

  /// All bytes of the file, from its start.
  var bytes: [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    return Array((try? handle.readToEnd()) ?? Data())
  }
}

/// Every row of an image in one block.
func readAll(_ source: any RowSource, rowsAtATime: Int = 64) throws -> PixelRows {
  var bytes: [UInt8] = []
  var rowCount = 0
  while let rows = try source.read(upToRows: rowsAtATime) {
    bytes += rows.bytes
    rowCount += rows.rowCount
  }
  let description = source.description
  return PixelRows(format: description.pixelFormat, width: description.width, rowCount: rowCount, bytes: bytes)
}

/// Opens and reads a whole image from memory.
func decode(
  _ bytes: [UInt8], limits: DecodeLimits = DecodeLimits(), tolerance: DamagePolicy = .error,
  library: DeflateLibrary = .preferred, level: RowFilterLevel = .preferred, rowsAtATime: Int = 64
) throws -> PixelRows {
  let source = try ImageReader.open(
    .bytes(bytes), limits: limits, tolerance: tolerance, library: library, level: level)
  return try readAll(source, rowsAtATime: rowsAtATime)
}

/// The samples, 0…255 or 0…65535, in `H×W×C` order.
func samples(_ rows: PixelRows) -> [Double] {
  switch rows.format.depth {
  case .eight: rows.bytes.map(Double.init)
  case .sixteen:
    unsafe rows.withBytes { bytes in unsafe bytes.bindMemory(to: UInt16.self).map(Double.init) }
  }
}

/// The bytes of a file, which is there.
func contents(_ file: URL) throws -> [UInt8] { try Array(Data(contentsOf: file)) }
