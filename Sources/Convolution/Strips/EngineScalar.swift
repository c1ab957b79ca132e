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
  let columns:
    @Sendable (
      MutableRun, Int, Int, UnsafePointer<Run>, UnsafePointer<imgconv_columns>, Run, Scalar, Scalar, MutableRun
    ) -> Void
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
  /// Sums along a row of bytes, `count` of them; `nil` where integers gain nothing.
  let filterBytes: (@Sendable (ByteFilter, UnsafePointer<UInt8>, MutableRun, Int) -> Void)?
  let surveyRun: @Sendable (Run, Int, Int32, Scalar, Scalar, UnsafeMutablePointer<imgconv_survey>) -> Void

  /// Adds what is known of `count` sums to statistics; `fullRange` is the largest stored sample.
  func survey(_ sums: Run, _ count: Int, fullRange: Double, _ statistics: inout SumStatistics) {
    guard count > 0 else { return }
    var found = imgconv_survey()
    let (low, high) = (-0.5 as Scalar, Scalar(fullRange) + 0.5)
    unsafe surveyRun(sums, count, 0, low, high, &found)
    // Few runs have sums beyond the range; they are looked at again.
    if found.minimum < Double(low) || found.maximum > Double(high) {
      unsafe surveyRun(sums, count, 1, low, high, &found)
    }
    statistics.add(
      count: count, minimum: found.minimum, maximum: found.maximum, below: Int(found.below), above: Int(found.above),
      quanta: SumStatistics.quanta(of: found.total))
  }
}

extension Float: EngineScalar {
  /// The inner loops on 32-bit numbers.
  public static func operations(_ instructionSet: InstructionSet) -> EngineOperations<Float> {
    guard let table = instructionSet.microkernels?.f32 else { preconditionFailure("\(instructionSet) runs here") }
    return unsafe EngineOperations(
      correlate: { unsafe table.correlate($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      sweep: { unsafe table.sweep($0, $1, $2, $3, $4, $5, $6, $7) },
      columns: { unsafe table.columns($0, $1, $2, $3, $4, $5, $6, $7, $8) },
      windowSums: { unsafe table.window_sums($0, $1, $2, $3, $4) },
      slide: { unsafe table.slide($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      maximum: { unsafe table.maximum($0, $1, $2, $3, $4) },
      average: { unsafe table.average($0, $1, $2, $3, $4, $5, $6) },
      unpack8: { unsafe table.unpack_u8($0, $1, $2, $3) },
      unpack16: { unsafe table.unpack_u16($0, $1, $2, $3) },
      pack8: { unsafe table.pack_u8($0, $1, $2, $3) },
      pack16: { unsafe table.pack_u16($0, $1, $2, $3) },
      filterBytes: instructionSet.byteFilter,
      surveyRun: { unsafe table.survey($0, $1, $2, $3, $4, $5) })
  }
}

extension Double: EngineScalar {
  /// The inner loops on 64-bit numbers.
  public static func operations(_ instructionSet: InstructionSet) -> EngineOperations<Double> {
    guard let table = instructionSet.microkernels?.f64 else { preconditionFailure("\(instructionSet) runs here") }
    return unsafe EngineOperations(
      correlate: { unsafe table.correlate($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      sweep: { unsafe table.sweep($0, $1, $2, $3, $4, $5, $6, $7) },
      columns: { unsafe table.columns($0, $1, $2, $3, $4, $5, $6, $7, $8) },
      windowSums: { unsafe table.window_sums($0, $1, $2, $3, $4) },
      slide: { unsafe table.slide($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
      maximum: { unsafe table.maximum($0, $1, $2, $3, $4) },
      average: { unsafe table.average($0, $1, $2, $3, $4, $5, $6) },
      unpack8: { unsafe table.unpack_u8($0, $1, $2, $3) },
      unpack16: { unsafe table.unpack_u16($0, $1, $2, $3) },
      pack8: { unsafe table.pack_u8($0, $1, $2, $3) },
      pack16: { unsafe table.pack_u16($0, $1, $2, $3) },
      filterBytes: nil,
      surveyRun: { unsafe table.survey($0, $1, $2, $3, $4, $5) })
  }
}

extension InstructionSet {
  /// The level's sums along rows of bytes; `nil` where it has none.
  fileprivate var byteFilter: (@Sendable (ByteFilter, UnsafePointer<UInt8>, UnsafeMutablePointer<Float>, Int) -> Void)?
  {
    guard let filter = unsafe byteOperations.filter else { return nil }
    return { sums, bytes, run, count in
      unsafe sums.weights.withUnsafeBufferPointer { weights in
        guard let start = weights.baseAddress else { return }
        var described = unsafe imgconv_byte_filter(
          quad_count: sums.quadCount, step: sums.step, weights: start, scale: sums.scale)
        unsafe filter(run, bytes, count, &described)
      }
    }
  }
}
