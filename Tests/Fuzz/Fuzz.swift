import Codecs
import Kernels
import Pipeline
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What libFuzzer calls with bytes of its making; `IMGCONV_FUZZ` names the reader that they go to.
///
/// Unsafe here: libFuzzer's pointer and count belong together, and are copied at once.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
  let name = unsafe getenv("IMGCONV_FUZZ").map { unsafe String(cString: $0) } ?? "image"
  switch name {
  case "image": return FuzzTargets.image
  case "array": return FuzzTargets.array
  case "archive": return FuzzTargets.archive
  case "kernel": return FuzzTargets.kernel
  case "log": return FuzzTargets.log
  case "roundtrip": return FuzzTargets.roundTrip
  default: fatalError("IMGCONV_FUZZ is \(name); expected image, array, archive, kernel, log or roundtrip")
  }
}()

/// The readers of foreign bytes.
///
/// Each may refuse them, and must not trap, overrun, or take more than a little memory.
enum FuzzTargets {
  private static let limits = {
    var limits = DecodeLimits()
    limits.maximumPixels = 1 << 20
    limits.maximumMemory = 64 << 20
    return limits
  }()

  /// Decodes a whole image, put up with as much damage as the last byte says.
  @Sendable static func image(_ bytes: [UInt8]) {
    let policies = DamagePolicy.allCases
    let policy = policies[Int(bytes.last ?? 0) % policies.count]
    let library: DeflateLibrary = (bytes.last ?? 0) & 128 == 0 ? .preferred : .zlib
    guard let source = try? ImageReader.open(.bytes(bytes), limits: limits, tolerance: policy, library: library) else {
      return
    }
    var rowCount = 0
    while let rows = try? source.read(upToRows: 17) {
      precondition(rows.width == source.description.width && rows.rowCount > 0, "rows do not fit their image")
      rowCount += rows.rowCount
    }
    precondition(rowCount <= source.description.height, "more rows than the image has")
  }

  @Sendable static func array(_ bytes: [UInt8]) {
    _ = try? NPYFile.read(.bytes(bytes), limits: limits)
  }

  @Sendable static func archive(_ bytes: [UInt8]) {
    _ = try? NPZFile.read(.bytes(bytes), limits: limits)
  }

  /// Reads a kernel and writes it in the native format, which must read as the same.
  @Sendable static func kernel(_ bytes: [UInt8]) {
    guard let kernel = try? KernelParser.parse(bytes, file: "fuzz"),
      let text = try? KernelWriter.text(of: kernel, as: .native)
    else { return }
    guard let again = try? KernelParser.parse(text, file: "again", format: .native) else {
      preconditionFailure("what was written cannot be read: \(String(decoding: text, as: UTF8.self))")
    }
    precondition(again.bank == kernel.bank, "a kernel changes when it is written and read")
  }

  @Sendable static func log(_ bytes: [UInt8]) {
    _ = try? BatchLog.parse(bytes, path: "fuzz")
  }

  /// Writes pixels as a PNG and reads them back, the same.
  @Sendable static func roundTrip(_ bytes: [UInt8]) {
    guard bytes.count > 4 else { return }
    let format = PixelFormat(
      bytes[0] & 1 == 0 ? .grey : .rgb, hasAlpha: bytes[0] & 2 != 0, depth: bytes[0] & 4 == 0 ? .eight : .sixteen)
    let width = 1 + Int(bytes[1])
    let rowBytes = width * format.bytesPerPixel
    let height = 1 + Int(bytes[2]) % 40
    let pixels = (0..<rowBytes * height).map {
      bytes[4 + $0 % (bytes.count - 4)] &+ UInt8(truncatingIfNeeded: $0 / 251)
    }
    let rows = PixelRows(format: format, width: width, rowCount: height, bytes: pixels)
    let compression = PNGCompression.allCases[Int(bytes[3]) % PNGCompression.allCases.count]
    let descriptor = scratch
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { fatalError("no scratch file") }
    do {
      let writer = try PNGWriter(
        descriptor: descriptor, width: width, height: height, format: format, compression: compression,
        threadCount: 1 + Int(bytes[3] >> 6))
      try writer.write(rows)
      try writer.finish()
      lseek(descriptor, 0, SEEK_SET)
      let source = try ImageReader.open(.descriptor(descriptor))
      let read = try source.read(upToRows: height)
      precondition(read == rows, "pixels change when they are written and read")
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// A file without a name.
  private static let scratch: CInt = {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var name = Array("\(folder)/imgconv-fuzz-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    _ = unsafe unlink(name)
    return descriptor
  }()
}
