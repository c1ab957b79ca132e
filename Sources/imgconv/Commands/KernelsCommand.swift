import ArgumentParser
import Kernels
import Pipeline
import Tensors

/// `imgconv kernels`: the catalogue, and kernels shown, checked, converted and composed.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "List, show, check, convert and compose kernels.",
    discussion: """
      Example:
        imgconv kernels show sobel-x
      """,
    subcommands: [List.self, Show.self, Check.self, Convert.self, Compose.self])

  /// How a kernel argument is read.
  struct Reading: ParsableArguments {
    @Option(
      help:
        "What a kernel file holds where its content does not tell: native, imagemagick, vips, gmic, json, sharp, csv, npy or npz."
    )
    var kernelFormat: KernelFormat?

    @Option(help: "The axes of a four-dimensional kernel array: oihw or hwio.")
    var layout: WeightLayout = .oihw

    func kernel(_ argument: String) throws -> Kernel {
      try KernelResolver.kernel(argument, format: kernelFormat, layout: layout)
    }
  }
}

extension KernelsCommand {
  /// The catalogue.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the built-in kernels and the parametric ones.",
      discussion: """
        Example:
          imgconv kernels list
        """)

    @OptionGroup var report: ReportOptions

    func run() throws {
      let rows = Catalogue.entries.map { KernelRow(name: $0.name, size: $0.size ?? "", description: $0.description) }
      if report.json { return try Reporter.outputJSON(rows) }
      let nameWidth = rows.map(\.name.count).max() ?? 0
      let sizeWidth = rows.map(\.size.count).max() ?? 0
      for row in rows {
        try Reporter.output(
          "\(row.name.padded(to: nameWidth))  \(row.size.padded(to: sizeWidth))  \(row.description)\n")
      }
    }
  }

  /// One line of the list.
  struct KernelRow: Encodable {
    let name: String
    let size: String
    let description: String
  }

  /// One kernel in numbers and words.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a kernel: its grid, size, sum, kind, separability and rank.",
      discussion: """
        Examples:
          imgconv kernels show sobel-x
          imgconv kernels show gaussian:1.5
        """)

    @Argument(help: "A file, a built-in name or numbers.")
    var kernel: String

    @OptionGroup var reading: Reading
    @OptionGroup var report: ReportOptions

    func run() throws {
      let summary = KernelSummary(try reading.kernel(kernel))
      if report.json { try Reporter.outputJSON(summary) } else { try Reporter.output(summary.text + "\n") }
    }
  }

  /// Files read, and nothing else.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read kernel files and say what is wrong with them (exit code 65), or what they hold.",
      discussion: """
        A bad file does not stop the rest; the exit code is that of the first.

        Examples:
          imgconv kernels check edge.kernel
          imgconv kernels check sobel-x gaussian:2 --json
        """)

    @Argument(help: "Files, built-in names or numbers.")
    var kernels: [String]

    @OptionGroup var reading: Reading
    @OptionGroup var report: ReportOptions

    func run() throws {
      let checks = kernels.map { KernelCheck($0, format: reading.kernelFormat, layout: reading.layout) }
      if report.json { try Reporter.outputJSON(checks) }
      for check in checks {
        if let error = check.error { Reporter.error(error) }
        if !report.json { for line in check.lines { try Reporter.output(line + "\n") } }
      }
      if let error = checks.lazy.compactMap(\.error).first { throw ExitCode(ExitStatus(error.kind).rawValue) }
    }
  }

  /// A kernel in another format.
  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a kernel in another program's format.",
      discussion: """
        Examples:
          imgconv kernels convert sobel-x --to vips -o sobel-x.mat
          imgconv kernels convert gaussian5 --to im
        """)

    @Argument(help: "A file, a built-in name or numbers.")
    var kernel: String

    @Option(help: "The format: \(KernelFormat.writable).", transform: KernelFormat.init(written:))
    var to: KernelFormat

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
    var output = "-"

    @OptionGroup var reading: Reading
    @OptionGroup var report: ReportOptions

    func validate() throws { try report.validate(output: output) }

    func run() throws {
      let kernel = try reading.kernel(kernel)
      try KernelFile.write(kernel, to: output, format: to, mayReplace: report.overwriting.mayReplace)
      kernel.notes.forEach(report.talk.reporter.note)
      if report.json { try Reporter.outputJSON(KernelSummary(kernel)) }
    }
  }

  /// Two kernels as one.
  struct Compose: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find the one kernel that equals the first followed by the second.",
      discussion: """
        Average pooling is a box as the second kernel, with its size as --second-stride.

        Examples:
          imgconv kernels compose gaussian3 laplacian
          imgconv kernels compose sobel-x box:2 --second-stride 2 -o pooled.kernel
        """)

    @Argument(help: "The kernel applied first.")
    var first: String

    @Argument(help: "The kernel applied to its result.")
    var second: String

    @Option(help: ArgumentHelp("The stride of the first kernel.", valueName: "stride"))
    var stride = 1

    @Option(help: ArgumentHelp("The stride of the second kernel.", valueName: "stride"))
    var secondStride = 1

    @Option(
      help: "The format: \(KernelFormat.writable) (default: native).", transform: KernelFormat.init(written:))
    var to: KernelFormat = .native

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
    var output = "-"

    @OptionGroup var reading: Reading
    @OptionGroup var report: ReportOptions

    func validate() throws {
      try report.validate(output: output)
      guard stride >= 1, secondStride >= 1 else { throw ValidationError("a stride is at least 1") }
    }

    func run() throws {
      let composed = try KernelFile.compose(
        try reading.kernel(first), try reading.kernel(second), firstStride: stride, secondStride: secondStride)
      try KernelFile.write(composed.kernel, to: output, format: to, mayReplace: report.overwriting.mayReplace)
      if report.json { try Reporter.outputJSON(KernelSummary(composed.kernel)) }
      let placement = composed.placement
      guard placement.stride > 1 else { return }
      let equal =
        stride > 1
        ? "the two with --padding valid" : "the first with --padding same and the second, or a pooling, without padding"
      report.talk.reporter.note(
        "apply it with --stride \(placement.stride) --padding \(placement.paddingText); it then equals \(equal)")
    }
  }
}

extension ReportOptions {
  /// Refuses a report and a kernel on one stream.
  ///
  /// - Throws: `ValidationError`.
  func validate(output: String) throws {
    if json && output == "-" {
      throw ValidationError("--json and a kernel both go to standard output; -o names a file")
    }
  }
}

extension KernelFormat {
  /// The formats that kernels are written in.
  static let writable = allCases.filter(\.isWritable).map(\.rawValue).joined(separator: ", ")

  /// The format of a name, for writing.
  ///
  /// - Throws: `ValidationError` with those there are.
  init(written text: String) throws {
    guard let format = KernelFormat(rawValue: text), format.isWritable else {
      throw ValidationError("expected one of \(Self.writable)")
    }
    self = format
  }
}

extension String {
  /// The string with blanks after it, up to `count` characters.
  fileprivate func padded(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
