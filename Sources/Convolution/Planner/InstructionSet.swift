import CMicrokernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The instructions that the inner loops are compiled for; one is chosen when the first plan is made.
///
/// Sums of whole numbers are the same at every level. Other sums may differ in their last bits between `scalar`, which rounds
/// each product, and the levels above it, which fuse multiplication and addition.
public enum InstructionSet: String, Hashable, Sendable, CaseIterable {
  /// Plain C: what every machine runs.
  case scalar
  /// x86-64-v3: AVX2 and FMA.
  case v3
  /// x86-64-v4: AVX-512.
  case v4
  /// 64-bit ARM.
  case neon

  /// The environment variable that forces a level.
  public static let variable = "IMGCONV_ISA"

  /// The best level of this processor.
  public static let detected: InstructionSet = {
    switch imgconv_detected_level() {
    case imgconv_level_v4: .v4
    case imgconv_level_v3: .v3
    case imgconv_level_neon: .neon
    default: .scalar
    }
  }()

  /// Every level that runs here, `scalar` first.
  public static var available: [InstructionSet] { allCases.filter { $0.microkernels != nil } }

  /// The level that serves: the one `IMGCONV_ISA` names, or the detected one.
  ///
  /// - Throws: `InstructionSetError` when the variable holds no name of a level, or one that does not run here.
  public static func selected() throws(InstructionSetError) -> InstructionSet { try selection.get() }

  private static let selection: Result<InstructionSet, InstructionSetError> = {
    guard let value = unsafe getenv(variable) else { return .success(detected) }
    let name = unsafe String(cString: value)
    return Result { () throws(InstructionSetError) in try InstructionSet(forced: name) }
  }()

  /// The level of a name that somebody asked for; an empty name asks for the detected one.
  ///
  /// - Throws: `InstructionSetError` when it is no name of a level, or of one that does not run here.
  public init(forced name: String) throws(InstructionSetError) {
    guard !name.isEmpty else {
      self = Self.detected
      return
    }
    guard let level = InstructionSet(rawValue: name) else { throw .unknown(name) }
    guard level.microkernels != nil else { throw .unavailable(level) }
    self = level
  }

  /// What a report calls the level.
  public var name: String {
    switch self {
    case .scalar: "scalar"
    case .v3: "x86-64-v3 (AVX2, FMA)"
    case .v4: "x86-64-v4 (AVX-512)"
    case .neon: "NEON"
    }
  }

  /// The level's inner loops, or `nil` where this processor or this build has none.
  ///
  /// The pointer is to a constant of the program.
  var microkernels: imgconv_microkernels? { unsafe imgconv_microkernels_at(level)?.pointee }

  /// The level's inner loops on bytes; traps where it does not run.
  var byteOperations: imgconv_byte_operations {
    guard let operations = unsafe imgconv_byte_operations_at(level)?.pointee else {
      preconditionFailure("\(self) runs here")
    }
    return operations
  }

  /// The level's transforms of tiles; traps where it does not run.
  var fourierOperations: imgconv_fourier_operations {
    guard let operations = unsafe imgconv_fourier_operations_at(level)?.pointee else {
      preconditionFailure("\(self) runs here")
    }
    return operations
  }

  private var level: imgconv_level {
    switch self {
    case .scalar: imgconv_level_scalar
    case .v3: imgconv_level_v3
    case .v4: imgconv_level_v4
    case .neon: imgconv_level_neon
    }
  }
}

/// Why a forced instruction set does not serve.
public enum InstructionSetError: Error, Hashable {
  /// No level has the name.
  case unknown(String)
  /// The processor, or this build, does not have the level.
  case unavailable(InstructionSet)
}

extension InstructionSetError: CustomStringConvertible {
  /// One sentence with what was found and what was expected.
  public var description: String {
    let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    return switch self {
    case .unknown(let name): "\(InstructionSet.variable) is `\(name)`; expected one of \(known)"
    case .unavailable(let level):
      "\(InstructionSet.variable) asks for \(level.name), which does not run here; expected one of \(known)"
    }
  }
}
