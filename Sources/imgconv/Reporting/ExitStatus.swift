import ArgumentParser
import Pipeline

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The numbers that the process ends with; those from 64 on are named in `sysexits.h`.
enum ExitStatus: Int32 {
  case done = 0
  case someFailed = 1
  case badData = 65
  case noInput = 66
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case stoppedEarly = 75
  case permission = 77

  init(_ kind: JobError.Kind) {
    self =
      switch kind {
      case .badData: .badData
      case .noInput: .noInput
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      case .permission: .permission
      case .closedPipe: .done
      case .internalError: .internalError
      }
  }

  /// The number that a batch ends with: that of the signal that ended it, if one did.
  ///
  /// A signal that asks for an early end and is none of failure, SIGUSR1, is answered with "run again".
  static func code(of summary: BatchSummary, stoppedBy signal: Int32?) -> Int32 {
    if let signal, signal > 0, signal != SIGUSR1 { return 128 + signal }
    return code(of: summary.outcome)
  }

  /// The number for the way a batch ends.
  static func code(of outcome: BatchSummary.Outcome) -> Int32 {
    switch outcome {
    case .complete: done.rawValue
    case .someFailed: someFailed.rawValue
    case .stoppedEarly: stoppedEarly.rawValue
    }
  }

  /// Says what went wrong, as far as there is something to say, and ends the process.
  ///
  /// With `asJSON` a failed job is also described on standard output.
  static func end(with error: any Error, asJSON: Bool = false) -> Never {
    if error is ExitCode || ImgConv.exitCode(for: error) == .success { ImgConv.exit(withError: error) }
    if ImgConv.exitCode(for: error) == .validationFailure {
      let message = ImgConv.fullMessage(for: error)
      Reporter.usageError(message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message)
      ImgConv.exit(withError: ExitCode.validationFailure)
    }
    let error = error as? JobError ?? JobError(.internalError, code: "internal", "\(error)")
    if error.kind != .closedPipe {
      Reporter.error(error)
      if asJSON { try? Reporter.outputJSON(ErrorSummary(error)) }
    }
    ImgConv.exit(withError: ExitCode(ExitStatus(error.kind).rawValue))
  }
}
