import Pipeline

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What signals do to the process: an interrupted run removes its temporary files and ends as by the signal.
enum Interruption {
  /// Gives SIGINT, SIGTERM and SIGHUP to a thread of their own; a broken pipe and a file-size limit become errors of the write.
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
    unsafe pthread_create(
      &thread, nil,
      { _ in
        var signals = Interruption.watched()
        var received: Int32 = 0
        guard unsafe sigwait(&signals, &received) == 0 else { return nil }
        TemporaryFiles.removeAll()
        _exit(128 + received)
      }, nil)
  }

  /// The signals that end a run.
  private static func watched() -> sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { unsafe sigaddset(&signals, number) }
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
