/// How a batch went, in numbers.
public struct BatchSummary: Sendable, Equatable, Encodable {
  /// Files whose output was made.
  public internal(set) var done = 0
  /// Files whose output was there already and stays.
  public internal(set) var unchanged = 0
  /// Files that failed.
  public internal(set) var failed = 0
  /// Files that were left out, each for a reason.
  public internal(set) var skipped = 0
  /// Files that were not begun or not finished when the run ended.
  public internal(set) var left = 0
  /// Done files of which values were lost by clipping, or that needed another note.
  public internal(set) var noted = 0
  /// The bytes of the inputs of done files.
  public internal(set) var inputBytes = 0
  /// The bytes of their outputs.
  public internal(set) var outputBytes = 0
  /// How long it took.
  public internal(set) var seconds = 0.0

  /// Counts a finished file in.
  mutating func count(_ record: BatchRecord) {
    switch record.status {
    case .done:
      done += 1
      inputBytes += record.inputBytes ?? 0
      outputBytes += record.outputBytes ?? 0
      if record.notes != nil { noted += 1 }
    case .failed: failed += 1
    case .skipped: skipped += 1
    }
  }

  /// How a run ends.
  public enum Outcome: Sendable, Equatable {
    /// Every file is done, or was left out for a reason.
    case complete
    /// Every file was tried, and some failed.
    case someFailed
    /// Some files are left; another run can do them.
    case stoppedEarly
  }

  /// How the run ends, which decides the exit code.
  public var outcome: Outcome {
    if left > 0 { return .stoppedEarly }
    return failed > 0 ? .someFailed : .complete
  }
}

extension BatchSummary: CustomStringConvertible {
  /// One line, as `134 done, 2 failed; 1.4 s, 96 files/s`.
  public var description: String {
    var counts = ["\(done) done"]
    for (count, word) in [
      (unchanged, "unchanged"), (failed, "failed"), (skipped, "skipped"), (left, "left"),
    ] where count > 0 {
      counts.append("\(count) \(word)")
    }
    var text = counts.joined(separator: ", ") + "; " + Self.tenths(seconds) + " s"
    if done > 0, seconds > 0 { text += ", \(Self.tenths(Double(done) / seconds)) files/s" }
    return text
  }

  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths >= 1000 || tenths % 10 == 0 ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

/// How far a running batch is.
public struct BatchProgress: Sendable {
  /// The files that are finished, whatever way.
  public let finished: Int
  /// The files that were to be worked on.
  public let total: Int
  /// The files a second, so far.
  public let filesPerSecond: Double
  /// The seconds that the rest will take, by its bytes; `nil` where nothing is known yet.
  public let secondsLeft: Double?
}

extension BatchProgress: CustomStringConvertible {
  /// One line, as `45 of 136, 98 files/s, 1 s left`.
  public var description: String {
    var text = "\(finished) of \(total)"
    if finished > 0 { text += ", \(BatchSummary.tenths(filesPerSecond)) files/s" }
    if let secondsLeft { text += ", \(Self.duration(secondsLeft)) left" }
    return text
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 120 { return "\(whole) s" }
    return whole < 7200 ? "\((whole + 30) / 60) min" : "\((whole + 1800) / 3600) h"
  }
}
