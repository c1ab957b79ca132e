import Codecs
import Convolution

/// What figures were measured on.
public struct BenchmarkEnvironment: Encodable, Sendable {
  /// The processor's name, as the system gives it.
  public let processor: String
  /// The processors this process may use.
  public let processors: Int
  /// The instruction set of the inner loops.
  public let isa: String
  /// The libraries that are linked, with their versions.
  public let libraries: String

  /// Looks at this machine.
  ///
  /// - Throws: `JobError` where `IMGCONV_ISA` asks for an instruction set that does not run here.
  public init() throws(JobError) {
    do { isa = try InstructionSet.selected().rawValue } catch {
      throw JobError(.badData, code: "isa.unavailable", "\(error)")
    }
    processor = Machine.processorName
    processors = Machine.processorCount
    let isal = CodecVersions.isal.map { ", ISA-L \($0)" } ?? ""
    libraries =
      "libpng \(CodecVersions.libpng), libjpeg-turbo \(CodecVersions.libjpegTurbo), zlib \(CodecVersions.zlib)\(isal)"
  }

  /// The environment in one line.
  public var text: String { "\(processor), \(processors) processors, \(isa); \(libraries)" }
}
