#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One line on a terminal that shows how far a long run is: nothing elsewhere, and nothing within the first second.
struct ProgressLine {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var shown = -1

  init(isQuiet: Bool) {
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  /// Shows a share of the work, from 0 to 1, where it differs from what is shown.
  mutating func show(_ share: Double) {
    let percent = Int(share * 100)
    guard isShown, percent != shown, start.duration(to: .now) > .seconds(1) else { return }
    shown = percent
    Reporter.progress("\r\(percent) %")
  }

  /// Takes the line away.
  mutating func clear() {
    if shown >= 0 { Reporter.progress("\r\u{1B}[K") }
    shown = -1
  }
}
