import CCodecs
public import Tensors

/// NumPy's archives of arrays: zip files whose members, stored or deflated, are `.npy` files.
///
/// Zip64, encryption and other compressions are refused.
public enum NPZFile {
  /// Reads every array, under its name without `.npy`.
  ///
  /// - Parameters:
  ///   - input: The file's bytes.
  ///   - limits: Its `maximumMemory` bounds the file, and what a member unpacks to.
  /// - Returns: The arrays by name.
  /// - Throws: `npy.…`, `format.unsupported`, `limit.memory`, `io.read`.
  public static func read(
    _ input: ByteInput, limits: DecodeLimits = DecodeLimits()
  ) throws(CodecError) -> [String: NumericArray] {
    let bytes = try wholeFile(input, limits: limits)
    var arrays: [String: NumericArray] = [:]
    for member in try ZipDirectory(bytes).members where member.name.hasSuffix(".npy") {
      let name = String(member.name.dropLast(4))
      let array: NumericArray
      do {
        array = try NPYFile.read(.bytes(member.content(in: bytes, limits: limits)), limits: limits)
      } catch {
        throw CodecError(error.code, "array '\(name)': \(error.message)")
      }
      guard arrays.updateValue(array, forKey: name) == nil else {
        throw CodecError(.npyCorrupt, "it has two arrays named '\(name)'")
      }
    }
    return arrays
  }

  private static func wholeFile(_ input: ByteInput, limits: DecodeLimits) throws(CodecError) -> [UInt8] {
    if case .bytes(let bytes) = input { return bytes }
    let stream = try InputStream(input)
    var bytes: [UInt8] = []
    while true {
      let part = try stream.read(1 << 20)
      bytes += part
      if part.count < 1 << 20 { return bytes }
      guard bytes.count <= limits.maximumMemory else {
        throw CodecError(
          .tooMuchMemory, "it is larger than the \(limits.maximumMemory) bytes that may be used (--max-memory)")
      }
    }
  }
}

/// The table of contents at the end of a zip file.
///
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
private struct ZipDirectory {
  struct Member {
    let name: String
    let method: Int
    let checksum: Int
    let packedCount: Int
    let count: Int
    let headerOffset: Int
  }

  let members: [Member]

  init(_ bytes: [UInt8]) throws(CodecError) {
    let file = LittleEndianBytes(bytes)
    // The end record is 22 bytes and a comment of at most 65535.
    let last = bytes.count - 22
    guard file.number(at: 0, bytes: 2) == 0x4B50, last >= 0,
      let end = stride(from: last, through: max(0, last - 65_535), by: -1).first(where: {
        file.number(at: $0, bytes: 4) == 0x0605_4B50
      }), let count = file.number(at: end + 10, bytes: 2), var offset = file.number(at: end + 16, bytes: 4)
    else { throw CodecError(.npyCorrupt, "it is no zip archive, or cut short: its table of contents is missing") }
    var members: [Member] = []
    for _ in 0..<count {
      let member: Member
      (member, offset) = try ZipDirectory.entry(file, at: offset)
      members.append(member)
    }
    self.members = members
  }

  private static func entry(_ file: LittleEndianBytes, at offset: Int) throws(CodecError) -> (Member, Int) {
    guard file.number(at: offset, bytes: 4) == 0x0201_4B50,
      let flags = file.number(at: offset + 8, bytes: 2), let method = file.number(at: offset + 10, bytes: 2),
      let checksum = file.number(at: offset + 16, bytes: 4), let packedCount = file.number(at: offset + 20, bytes: 4),
      let count = file.number(at: offset + 24, bytes: 4), let nameLength = file.number(at: offset + 28, bytes: 2),
      let extraLength = file.number(at: offset + 30, bytes: 2),
      let commentLength = file.number(at: offset + 32, bytes: 2),
      let headerOffset = file.number(at: offset + 42, bytes: 4),
      let name = file.slice(at: offset + 46, count: nameLength)
    else { throw CodecError(.npyCorrupt, "its table of contents is damaged at byte \(offset)") }
    let text = String(decoding: name, as: UTF8.self)
    guard flags & 1 == 0, method == 0 || method == 8 else {
      throw CodecError(.unsupported, "'\(text)' is encrypted or compressed by method \(method); expected 0 or 8")
    }
    guard max(packedCount, count, headerOffset) < 0xFFFF_FFFF else {
      throw CodecError(.unsupported, "'\(text)' takes 4 GiB or more; expected less")
    }
    let member = Member(
      name: text, method: method, checksum: checksum, packedCount: packedCount, count: count, headerOffset: headerOffset
    )
    return (member, offset + 46 + nameLength + extraLength + commentLength)
  }
}

extension ZipDirectory.Member {
  /// The member's bytes, unpacked and checked.
  func content(in bytes: [UInt8], limits: DecodeLimits) throws(CodecError) -> [UInt8] {
    let file = LittleEndianBytes(bytes)
    // Deflate stores at most 258 bytes in 2 bits, 1032 to 1.
    guard count <= limits.maximumMemory, count / 1032 <= packedCount else {
      throw CodecError(
        .tooMuchMemory, "it declares \(count) bytes; at most \(limits.maximumMemory) may be used (--max-memory)")
    }
    guard file.number(at: headerOffset, bytes: 4) == 0x0403_4B50,
      let nameLength = file.number(at: headerOffset + 26, bytes: 2),
      let extraLength = file.number(at: headerOffset + 28, bytes: 2),
      let packed = file.slice(at: headerOffset + 30 + nameLength + extraLength, count: packedCount)
    else { throw CodecError(.npyTruncated, "the archive does not hold its \(packedCount) bytes") }
    let content: [UInt8]
    if method == 0 {
      content = Array(packed)
    } else {
      var isComplete: Int32 = 0
      content = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        isComplete = unsafe packed.withUnsafeBufferPointer {
          unsafe imgconv_inflate($0.baseAddress, $0.count, buffer.baseAddress, count)
        }
        filled = isComplete == 0 ? 0 : count
      }
      guard isComplete != 0 else { throw CodecError(.npyCorrupt, "its data do not unpack to \(count) bytes") }
    }
    guard content.count == count, Checksum.crc32(content) == checksum else {
      throw CodecError(.npyCorrupt, "its bytes do not match their checksum")
    }
    return content
  }
}

/// Bytes that are looked at by place; what lies outside is `nil`.
private struct LittleEndianBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func slice(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
    return bytes[offset..<offset + count]
  }

  func number(at offset: Int, bytes count: Int) -> Int? {
    slice(at: offset, count: count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
