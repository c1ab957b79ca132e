import CMicrokernels

/// The two number types that the engine computes in, `Float` and `Double`.
///
/// No other type can conform: only this module makes the operations asked for.
public protocol EngineScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The inner loops of the type at one instruction set; traps where the set does not run.
  static func operations(_ instructionSet: InstructionSet) -> EngineOperations<Self>
}

/// The inner loops of one number type at one instruction set, as `CMicrokernels.h` describes them.
///
/// The members take raw pointers, and whoever calls them answers for their extents; none is reachable from outside the module.
@safe
public struct EngineOperations<Scalar: EngineScalar>: Sendable {
  typealias Run = UnsafePointer<Scalar>
  typealias MutableRun = UnsafeMutablePointer<Scalar>

  let correlate:
    @Sendable (
      MutableRun, Int, UnsafePointer<Run>, UnsafePointer<Int32>, UnsafePointer<Int>, Run, Int, Int, Scalar, Scalar
    ) -> Void
  let sweep:
    @Sendable (MutableRun, Int, Int, UnsafePointer<Run>, UnsafePointer<imgconv_grid>, Run, Scalar, Scalar) -> Void
  let windowSums: @Sendable (MutableRun, Int, MutableRun, Int, Int) -> Void
  let slide:
    @Sendable (
      MutableRun, MutableRun, Int, UnsafePointer<Run>, Int, UnsafePointer<Run>, Int, Scalar, Scalar, Scalar
    ) -> Void
  let maximum: @Sendable (MutableRun, UnsafePointer<imgconv_windows>, UnsafePointer<Run>, Int, MutableRun) -> Void
  let average:
    @Sendable (
      MutableRun, UnsafePointer<imgconv_windows>, UnsafePointer<Run>, Int, Double, UnsafePointer<Double>,
      UnsafeMutablePointer<Double>
    ) -> Void
  let unpack8: @Sendable (MutableRun, UnsafePointer<UInt8>, Int, Int) -> Void
  let unpack16: @Sendable (MutableRun, UnsafePointer<UInt16>, Int, Int) -> Void
  let pack8: @Sendable (UnsafeMutablePointer<UInt8>, Run, Int, Int) -> Void
  let pack16: @Sendable (UnsafeMutablePointer<UInt16>, Run, Int, Int) -> Void
  let surveyRun: @Sendable (Run, Int, Scalar, Scalar, UnsafeMutablePointer<imgconv_survey>) -> Void

  /// Adds what is known of `count` sums to statistics; `fullRange` is the largest stored sample.
  func survey(_ sums: Run, _ count: Int, fullRange: Double, _ statistics: inout SumStatistics) {
    guard count > 0 else { return }
    var found = imgconv_survey()
    unsafe surveyRun(sums, count, -0.5, Scalar(fullRange) + 0.5, &found)
    statistics.add(
      count: count, minimum: found.minimum, maximum: found.maximum, below: Int(found.below), above: Int(found.above),
      quanta: Int128((found.total * SumStatistics.quantaPerUnit).rounded()))
  }
}

extension Float: EngineScalar {
  /// The inner loops on 32-bit numbers.
  public static func operations(_ instructionSet: InstructionSet) -> EngineOperations<Float> {
    guard let table = instructionSet.microkernels?.f32 else { preconditionFailure("\(instructionSet) runs here") }
    return unsafe EngineOperations(
      correlate: { unsafe table.correlate($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      sweep: { unsafe table.sweep($0, $1, $2, $3, $4, $5, $6, $7) },
      windowSums: { unsafe table.window_sums($0, $1, $2, $3, $4) },
      slide: { unsafe table.slide($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      maximum: { unsafe table.maximum($0, $1, $2, $3, $4) },
      average: { unsafe table.average($0, $1, $2, $3, $4, $5, $6) },
      unpack8: { unsafe table.unpack_u8($0, $1, $2, $3) },
      unpack16: { unsafe table.unpack_u16($0, $1, $2, $3) },
      pack8: { unsafe table.pack_u8($0, $1, $2, $3) },
      pack16: { unsafe table.pack_u16($0, $1, $2, $3) },
      surveyRun: { unsafe table.survey($0, $1, $2, $3, $4) })
  }
}

extension Double: EngineScalar {
  /// The inner loops on 64-bit numbers.
  public static func operations(_ instructionSet: InstructionSet) -> EngineOperations<Double> {
    guard let table = instructionSet.microkernels?.f64 else { preconditionFailure("\(instructionSet) runs here") }
    return unsafe EngineOperations(
      correlate: { unsafe table.correlate($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      sweep: { unsafe table.sweep($0, $1, $2, $3, $4, $5, $6, $7) },
      windowSums: { unsafe table.window_sums($0, $1, $2, $3, $4) },
      slide: { unsafe table.slide($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      maximum: { unsafe table.maximum($0, $1, $2, $3, $4) },
      average: { unsafe table.average($0, $1, $2, $3, $4, $5, $6) },
      unpack8: { unsafe table.unpack_u8($0, $1, $2, $3) },
      unpack16: { unsafe table.unpack_u16($0, $1, $2, $3) },
      pack8: { unsafe table.pack_u8($0, $1, $2, $3) },
      pack16: { unsafe table.pack_u16($0, $1, $2, $3) },
      surveyRun: { unsafe table.survey($0, $1, $2, $3, $4) })
  }
}
