import CCodecs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The instructions that PNG's row filters run on; all levels give the same bytes.
public enum RowFilterLevel: String, Hashable, Sendable, CaseIterable {
  /// Those of every machine of the architecture: SSE2 or NEON.
  case scalar
  /// x86-64-v3: AVX2.
  case v3

  /// The levels that run here, `scalar` first.
  public static let available: [RowFilterLevel] = allCases.filter { imgconv_has_level($0.code) != 0 }

  /// The highest level there is, unless the environment has `IMGCONV_ISA=scalar`, which is looked up once.
  ///
  /// What is above v3 has nothing to give to these loops: v4 means v3 here. Names that are none are the engine's to refuse.
  public static let preferred: RowFilterLevel = {
    let wish = unsafe getenv("IMGCONV_ISA").map { unsafe String(cString: $0) }
    return wish == RowFilterLevel.scalar.rawValue || !available.contains(.v3) ? .scalar : .v3
  }()

  fileprivate var code: Int32 {
    switch self {
    case .scalar: Int32(IMGCONV_LEVEL_BASELINE)
    case .v3: Int32(IMGCONV_LEVEL_AVX2)
    }
  }
}

extension imgconv_engines {
  /// What the C library works with; traps where the level does not run here.
  init(_ library: DeflateLibrary, _ level: RowFilterLevel) {
    precondition(RowFilterLevel.available.contains(level), "\(level) does not run here")
    self.init(zlib_only: library == .zlib ? 1 : 0, level: level.code)
  }
}
