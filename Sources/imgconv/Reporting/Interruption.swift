import Pipeline
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What signals do to the process: an interrupted run removes its temporary files and ends as by the signal.
enum Interruption {
  /// Gives SIGINT, SIGTERM, SIGHUP and SIGUSR1 to a thread of their own; a broken pipe and a file-size limit become errors of the write.
  ///
  /// A signal that the process was started to ignore, as by `nohup`, stays ignored.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var signals = watched()
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = unsafe pthread_create(
      &thread, nil,
      { _ in
        var signals = Interruption.watched()
        var received: Int32 = 0
        while unsafe sigwait(&signals, &received) == 0 {
          if let handler = Interruption.handler.withLock({ $0.take() }) {
            handler(received)
          } else {
            TemporaryFiles.removeAll()
            _exit(128 + received)
          }
        }
        return nil
      }, nil)
    // Where the system has no thread left, a signal ends the process as it always does.
    if status != 0 { unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  private static let handler = Mutex<(@Sendable (Int32) -> Void)?>(nil)

  /// Gives the next signal to a handler, which ends the run in its own way; the one after it ends the process at once.
  static func handOver(to handler: @escaping @Sendable (Int32) -> Void) {
    Self.handler.withLock { $0 = handler }
  }

  /// The signals that end a run.
  private static func watched() -> sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] where !isIgnored(number) { unsafe sigaddset(&signals, number) }
    return signals
  }

  /// Whether the process was started to ignore a signal.
  ///
  /// Unsafe here: handlers are compared as the addresses they are, none is called.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
