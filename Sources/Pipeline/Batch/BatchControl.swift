import Synchronization

/// The hand on the switch of a running batch: another thread may ask it to end early.
public final class BatchControl: Sendable {
  /// How long files in hand may go on after the run was asked to end.
  static let grace = Duration.milliseconds(700)
  /// When a run that was asked to end gives up waiting for them.
  static let patience = Duration.milliseconds(1200)

  private let stopped = Mutex<(reason: Int32, time: ContinuousClock.Instant)?>(nil)

  /// Creates a control of a run that goes on.
  public init() {}

  /// Asks the run to end: files in hand are finished or dropped, no other is begun.
  ///
  /// The first reason given stays.
  ///
  /// - Parameter reason: a number of the caller's own, as a signal's.
  public func stop(reason: Int32) {
    stopped.withLock { $0 = $0 ?? (reason, .now) }
  }

  /// Why the run was asked to end; `nil` where it was not.
  public var reason: Int32? { stopped.withLock { $0?.reason } }

  /// Whether the run was asked to end so long ago.
  func isStopped(since span: Duration = .zero) -> Bool {
    stopped.withLock { $0.map { $0.time.duration(to: .now) >= span } ?? false }
  }
}

/// Looks, between strips of rows, whether the work on a file should go on.
final class RunWatch: Sendable {
  /// The code of a file that was dropped because the whole run ends.
  static let droppedCode = "run.dropped"

  private let control: BatchControl
  private let seconds: Double?
  /// When the work began: waiting for memory is none.
  private let start = Mutex<ContinuousClock.Instant?>(nil)

  init(control: BatchControl, seconds: Double?) {
    (self.control, self.seconds) = (control, seconds)
  }

  /// - Throws: `JobError` where the time is over or the batch ends.
  func check() throws(JobError) {
    start.withLock { $0 = $0 ?? .now }
    if control.isStopped(since: BatchControl.grace) {
      throw JobError(.inputOutput, code: Self.droppedCode, "the run was ended")
    }
    if let error = overdue() { throw error }
  }

  /// The error of a file that takes longer than it may, by more than `tolerance`; `nil` where it does not.
  func overdue(by tolerance: Duration = .zero) -> JobError? {
    guard let seconds, let start = start.withLock({ $0 }), start.duration(to: .now) > .seconds(seconds) + tolerance
    else {
      return nil
    }
    return JobError(
      .badData, code: "limit.time", "takes longer than the \(seconds) s that a file may take; --timeout allows more")
  }
}
