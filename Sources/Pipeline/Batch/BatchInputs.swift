import Codecs

/// Where the inputs of a batch are.
public struct BatchInputs: Sendable {
  /// Files, folders and patterns; `-` for a list of them on standard input.
  public var arguments: [String]
  /// Whether the names of that list end in a zero byte instead of a line's end.
  public var isZeroTerminated: Bool
  /// The folder that the places of files are counted from; `nil` for the folder that was named, or the file's own.
  public var root: String?

  /// Names the inputs of a batch.
  public init(arguments: [String], isZeroTerminated: Bool = false, root: String? = nil) {
    self.arguments = arguments
    self.isZeroTerminated = isZeroTerminated
    self.root = root
  }
}

/// Something a batch was told to work on.
struct FoundInput {
  /// What is to be done with it.
  enum Verdict {
    /// It is a file to be read.
    case file(FileStatus)
    /// It is left out, with a stable word and the reason.
    case skipped(code: String, reason: String)
    /// It should be read and cannot be.
    case failed(JobError)
  }

  /// Its name, to open it with.
  let path: String
  /// Its place below the folder that was named, which its output keeps.
  let relativePath: String
  let verdict: Verdict
}

/// Looks up what a batch is to work on.
///
/// Nothing is opened but files whose names do not tell that they are images.
struct InputFinder {
  private let inputs: BatchInputs
  /// The folder of outputs, which is no input where it lies in one, if it exists.
  private let output: FileStatus.Identity?
  private var found: [FoundInput] = []

  /// Finds all inputs, in the order named, those of a folder in the order of their names.
  ///
  /// - Throws: `JobError` where the list on standard input cannot be read.
  static func find(_ inputs: BatchInputs, outputFolder: String) throws(JobError) -> [FoundInput] {
    var finder = InputFinder(inputs: inputs, output: try? FileStatus(path: outputFolder).identity)
    for argument in inputs.arguments {
      for name in argument == "-" ? try finder.listed() : [argument] { finder.add(name, isListed: argument == "-") }
    }
    return finder.found
  }

  private init(inputs: BatchInputs, output: FileStatus.Identity?) {
    (self.inputs, self.output) = (inputs, output)
  }

  private func listed() throws(JobError) -> [String] {
    let bytes = try InputFile(path: "-").readAll(byteLimit: 1 << 30, reason: "the most that a list of names may have")
    return bytes.split(separator: UInt8(ascii: inputs.isZeroTerminated ? "\0" : "\n")).map { PathBytes.string($0) }
  }

  /// Adds what one argument or one line of the list stands for; a list holds no patterns.
  private mutating func add(_ argument: String, isListed: Bool) {
    let path = argument.utf8.count > 1 && argument.hasSuffix("/") ? String(argument.dropLast()) : argument
    do throws(SystemError) {
      let status = try FileStatus(path: path)
      if status.kind == .folder {
        walk(path, place: placeBelowRoot(of: path) ?? "")
      } else {
        add(path, place: placeBelowRoot(of: path) ?? FilePath.name(of: path), status: status)
      }
    } catch {
      if error.isMissing, !isListed, let pattern = PathPattern(argument) {
        expand(pattern)
      } else {
        add(failure: error, path: path)
      }
    }
  }

  private mutating func add(failure error: SystemError, path: String) {
    let error = error.jobError(path: path, verb: "open", .noInput, code: "io.open")
    found.append(
      FoundInput(
        path: path, relativePath: placeBelowRoot(of: path) ?? FilePath.name(of: path), verdict: .failed(error)))
  }

  /// Where a path lies below the root that was chosen; `nil` where none was, or it lies elsewhere.
  private func placeBelowRoot(of path: String) -> String? {
    guard let root = inputs.root else { return nil }
    let (all, above) = (FilePath.parts(of: path), FilePath.parts(of: root))
    guard all.starts(with: above), !all.contains("..") else { return nil }
    return all.dropFirst(above.count).joined(separator: "/")
  }

  private mutating func expand(_ pattern: PathPattern) {
    let matches = pattern.matches()
    if matches.isEmpty {
      let error = JobError(.noInput, code: "io.open", path: pattern.text, "matches no file")
      found.append(FoundInput(path: pattern.text, relativePath: pattern.text, verdict: .failed(error)))
    }
    for path in matches {
      guard let status = try? FileStatus(path: path) else { continue }
      let place = placeBelowRoot(of: path) ?? pattern.place(of: path)
      if status.kind == .folder { walk(path, place: place) } else { add(path, place: place, status: status) }
    }
  }

  /// Adds what lies in a folder and in those it holds; names that begin with a dot are left out.
  private mutating func walk(_ path: String, place: String) {
    let names: [String]
    do {
      names = try FileCalls.names(inFolder: path)
    } catch {
      add(failure: error, path: path)
      return
    }
    for name in names where !FilePath.isHidden(name) {
      let child = FilePath.joined(path, name)
      let childPlace = place.isEmpty ? name : FilePath.joined(place, name)
      do throws(SystemError) {
        let status = try FileStatus(path: child)
        guard status.kind == .folder else {
          add(child, place: childPlace, status: status, isNamed: false)
          continue
        }
        if status.identity == output { continue }
        // Links between folders may lead in circles.
        if FileCalls.target(ofLink: child) == nil {
          walk(child, place: childPlace)
        } else {
          skip(child, place: childPlace, "input.link", "is a link to a folder; it is followed where it is named itself")
        }
      } catch {
        if FileCalls.target(ofLink: child) == nil {
          add(failure: error, path: child)
        } else {
          skip(child, place: childPlace, "input.link", "is a link that leads nowhere: \(error.message)")
        }
      }
    }
  }

  private mutating func skip(_ path: String, place: String, _ code: String, _ reason: String) {
    found.append(FoundInput(path: path, relativePath: place, verdict: .skipped(code: code, reason: reason)))
  }

  /// Adds what is no folder.
  private mutating func add(_ path: String, place: String, status: FileStatus, isNamed: Bool = true) {
    switch status.kind {
    case .regular where isNamed || Self.isImage(path):
      found.append(FoundInput(path: path, relativePath: place, verdict: .file(status)))
    case .regular:
      skip(path, place: place, "format.unsupported", "is no PNG or JPEG file, by its name or its first bytes")
    case .pipe: skip(path, place: place, "input.special", "is a pipe; expected a file")
    case .folder, .other: skip(path, place: place, "input.special", "is a device or a socket; expected a file")
    }
  }

  /// Whether a file in a folder is meant: by its name, or by its first bytes where the name says nothing.
  private static func isImage(_ path: String) -> Bool {
    switch ImageFormat(fileNameEnding: path) {
    case .png?, .jpeg?: return true
    case .npy?: return false
    case nil:
      guard let file = try? InputFile(path: path) else { return false }
      // The descriptor is the file's, and closed with it.
      return withExtendedLifetime(file) {
        ImageFormat.detect(firstBytes: (try? file.input(reread: false, byteLimit: 0))?.firstBytes ?? []) != nil
      }
    }
  }
}
