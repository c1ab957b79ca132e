import ArgumentParser
import Pipeline

/// The numbers that the process ends with; those from 64 on are named in `sysexits.h`.
enum ExitStatus: Int32 {
  case done = 0
  case someFailed = 1
  case badData = 65
  case noInput = 66
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
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

  /// Says what went wrong, as far as there is something to say, and ends the process.
  static func end(with error: any Error) -> Never {
    guard let error = error as? JobError else { ImgConv.exit(withError: error) }
    if error.kind != .closedPipe { Reporter.error(error) }
    ImgConv.exit(withError: ExitCode(ExitStatus(error.kind).rawValue))
  }
}
