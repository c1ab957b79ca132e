public import Kernels
import Tensors

/// What reading a kernel comes to, in a form to be printed or encoded.
public struct KernelCheck: Encodable, Sendable {
  /// What the user wrote for the kernel.
  public let kernel: String
  /// Why it cannot be read; `nil` where it can.
  public let error: JobError?
  /// Its size in words; `nil` where it cannot be read.
  public let size: String?
  /// What was noted when it was read.
  public let notes: [String]

  /// Reads a kernel as `KernelResolver` finds it.
  public init(_ argument: String, format: KernelFormat? = nil, layout: WeightLayout = .oihw) {
    kernel = argument
    do {
      let found = try KernelResolver.kernel(argument, format: format, layout: layout)
      (error, size, notes) = (nil, found.sizeDescription, found.notes)
    } catch let fault {
      (error, size, notes) = (fault, nil, [])
    }
  }

  /// What the kernel holds, and what was noted, as lines of text; none where it cannot be read.
  public var lines: [String] {
    guard let size else { return [] }
    return ([size] + notes).map { "\(kernel): \($0)" }
  }

  private enum CodingKeys: String, CodingKey {
    case kernel, size, notes, code, error
  }

  /// Encodes the stable word and the message of an error.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kernel, forKey: .kernel)
    try container.encodeIfPresent(size, forKey: .size)
    try container.encode(notes, forKey: .notes)
    try container.encodeIfPresent(error?.code, forKey: .code)
    try container.encodeIfPresent(error?.description, forKey: .error)
  }
}
