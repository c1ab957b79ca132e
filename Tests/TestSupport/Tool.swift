public import Foundation

/// The built `imgconv`, run as a user runs it.
public enum Tool {
  /// What a run printed and how it ended.
  public struct Run: Sendable {
    /// The exit code; 128 + the signal where one ended it.
    public let exitCode: Int32
    /// Standard output.
    public let output: Data
    /// Standard error.
    public let errors: String

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The binary: `IMGCONV_BINARY`, or the one that was built along with the tests.
  public static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["IMGCONV_BINARY"] { return URL(fileURLWithPath: path) }
    let arguments = CommandLine.arguments
    let bundle =
      arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("imgconv")
  }()

  /// Starts the binary and does not wait for it.
  ///
  /// - Parameters:
  ///   - arguments: the command line after the name.
  ///   - folder: the working folder.
  ///   - errors: the file that takes standard error; `nil` where nobody looks at it.
  /// - Returns: the running process.
  /// - Throws: when it cannot be started.
  public static func start(_ arguments: [String], in folder: URL, errors: URL? = nil) throws -> Process {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    if let errors {
      try Data().write(to: errors)
      process.standardError = try FileHandle(forWritingTo: errors)
    } else {
      process.standardError = FileHandle.nullDevice
    }
    try process.run()
    return process
  }

  /// Runs the binary, or another program, to its end.
  ///
  /// - Parameters:
  ///   - executable: the program; `nil` for the binary.
  ///   - arguments: the command line after the name.
  ///   - folder: the working folder.
  ///   - input: what standard input holds.
  ///   - environment: variables to add to the process's own.
  /// - Returns: what the run printed and how it ended.
  /// - Throws: when the program cannot be started.
  public static func run(
    executable: URL? = nil, _ arguments: [String], in folder: URL, input: Data = Data(),
    environment: [String: String] = [:]
  ) throws -> Run {
    let process = Process()
    process.executableURL = executable ?? binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: nothing has to be read while the process runs, and nothing can block it.
    let streams = try ["stdin", "stdout", "stderr"].map { name -> URL in
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
      try (name == "stdin" ? input : Data()).write(to: url)
      return url
    }
    defer { for stream in streams { try? FileManager.default.removeItem(at: stream) } }
    process.standardInput = try FileHandle(forReadingFrom: streams[0])
    process.standardOutput = try FileHandle(forWritingTo: streams[1])
    process.standardError = try FileHandle(forWritingTo: streams[2])
    try process.run()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Run(
      exitCode: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: try Data(contentsOf: streams[1]),
      errors: String(decoding: try Data(contentsOf: streams[2]), as: UTF8.self))
  }
}

/// A folder of a test's own, removed with the value that holds it.
public final class TemporaryFolder: Sendable {
  /// The folder.
  public let url: URL

  /// Creates an empty folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("imgconv-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// The file of a name in it.
  public func file(_ name: String) -> URL {
    url.appendingPathComponent(name)
  }

  /// The names of what it holds, hidden files too, in order.
  public var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }
}
