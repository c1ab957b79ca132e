import FeatureMaps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The terminal that standard output goes to.
///
/// Unsafe here: system calls get structures and buffers of their own size, for the time of the call; variables are copied before another
/// call could change them.
enum Terminal {
  /// How long a terminal may take to say what it is, in milliseconds.
  private static let patience: Int32 = 300

  /// How it shows pictures; `nil` where it cannot, or may not be coloured.
  static var graphics: TerminalGraphics? {
    var environment: [String: String] = [:]
    for name in TerminalGraphics.variables {
      if let value = unsafe getenv(name) { unsafe environment[name] = String(cString: value) }
    }
    return TerminalGraphics.detected(environment: environment, answersSixel: answersSixel)
  }

  /// Its room; `nil` where standard output is no terminal.
  static var size: TerminalSize? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return TerminalSize(columns: 80, rows: 24)
    }
    return TerminalSize(
      columns: Int(size.ws_col), rows: Int(size.ws_row), pixelWidth: Int(size.ws_xpixel),
      pixelHeight: Int(size.ws_ypixel))
  }

  /// Asks the terminal what it is, and waits a little for the answer, which is not shown.
  ///
  /// It is not asked by a job in the background, which may not change how the terminal reads.
  private static func answersSixel() -> Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp() else {
      return false
    }
    var before = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return false }
    var quiet = before
    quiet.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard unsafe tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0 else { return false }
    defer { unsafe tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    guard (try? Reporter.output("\u{1B}[c")) != nil else { return false }
    return TerminalGraphics.saysSixel(answer: answer())
  }

  /// What comes from the terminal until a `c` ends it, or nothing more does.
  private static func answer() -> [UInt8] {
    var bytes: [UInt8] = []
    let end = ContinuousClock.now + .milliseconds(Int(patience))
    while bytes.last != UInt8(ascii: "c"), bytes.count < 256, ContinuousClock.now < end {
      var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&wait, 1, patience) > 0 else { break }
      var byte: UInt8 = 0
      guard unsafe read(STDIN_FILENO, &byte, 1) == 1 else { break }
      bytes.append(byte)
    }
    return bytes
  }
}
