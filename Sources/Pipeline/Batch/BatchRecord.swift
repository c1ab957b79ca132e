/// What became of one planned file: a line of a batch's log.
///
/// Names are written as text, a byte that belongs to no character as `\xFF`; where there is such a byte, the name stands beside it in
/// hexadecimal digits.
public struct BatchRecord: Codable, Sendable, Equatable {
  /// How a file ended.
  public enum Status: String, Codable, Sendable {
    /// Its output is there, whole.
    case done
    /// It has no new output.
    case failed
    /// It was left out: it is no file, or no image.
    case skipped
  }

  /// The input, as it was opened.
  public var path: String
  /// The bytes of its name, where `path` cannot show them.
  public var pathHex: String?
  /// The output; `nil` where none was planned.
  public var output: String?
  /// The bytes of its name, where `output` cannot show them.
  public var outputHex: String?
  /// How it ended.
  public var status: Status
  /// A stable word: `ok`, or what went wrong, as `png.truncated`.
  public var code: String
  /// What went wrong, in words.
  public var message: String?
  /// `C×H×W` of the input.
  public var inputShape: [Int]?
  /// `C×H×W` of the output.
  public var outputShape: [Int]?
  /// The time it took, in milliseconds.
  public var milliseconds: Double
  /// The size of the input.
  public var inputBytes: Int?
  /// The size of the output.
  public var outputBytes: Int?
  /// When the input last changed, in nanoseconds since 1970.
  public var modified: Int?
  /// The CRC-32 of the input, where it was asked for.
  public var crc32: String?
  /// What was put up with or lost: damage, clipped values, dropped alpha.
  public var notes: [String]?
  /// A checksum of all options that decide the output.
  public var parameters: String
  /// The part of the batch that the file belongs to, `I/N`.
  public var shard: String
  /// The files of the whole batch, all parts together.
  public var planned: Int
  /// A checksum of their names.
  public var plan: String

  /// The names of the input and the output in bytes, each with a zero behind it: what tells one planned file from another.
  var key: [UInt8] {
    inputName + [0] + (outputName ?? []) + [0]
  }

  /// The name of the input in bytes.
  var inputName: [UInt8] { Self.exact(path, pathHex) }

  /// The name of the output in bytes.
  var outputName: [UInt8]? { output.map { Self.exact($0, outputHex) } }

  static func key(input: String, output: String?) -> [UInt8] {
    PathBytes.bytes(input) + [0] + (output.map { PathBytes.bytes($0) } ?? []) + [0]
  }

  /// A record of an item, to be completed.
  init(_ item: BatchPlan.Item, status: Status, code: String, message: String? = nil, of plan: BatchPlan) {
    (path, pathHex) = Self.written(item.input)
    (output, outputHex) = item.output.map(Self.written) ?? (nil, nil)
    self.status = status
    self.code = code
    self.message = message.map(PathBytes.readable)
    milliseconds = 0
    inputBytes = item.status?.byteCount
    modified = item.status?.modified
    parameters = plan.parameters
    shard = "\(plan.shard)"
    planned = plan.totalCount
    self.plan = plan.identity
  }

  /// A name as text, and in hexadecimal digits where the text cannot show it.
  static func written(_ name: String) -> (text: String, hex: String?) {
    let readable = PathBytes.readable(name)
    return (readable, readable == name ? nil : hexadecimal(PathBytes.bytes(name)))
  }

  private static func exact(_ text: String, _ hex: String?) -> [UInt8] {
    guard let digits = hex.map({ Array($0.utf8) }), digits.count % 2 == 0 else { return Array(text.utf8) }
    return stride(from: 0, to: digits.count, by: 2).map { index in
      UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension UInt32 {
  /// Eight hexadecimal digits.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
