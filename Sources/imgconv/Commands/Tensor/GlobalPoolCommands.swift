import ArgumentParser
import Pipeline

/// `imgconv tensor globalmaxpool`: the maximum of each plane.
struct GlobalMaxPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "globalmaxpool",
    abstract: "Take the largest sample of each whole plane.",
    discussion: """
      Example:
        imgconv tensor globalmaxpool --input x.npy --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .pooling(.maximum, nil), inputs: [.input: input], outputs: [.output: output])
  }
}

/// `imgconv tensor globalaveragepool`: the mean of each plane.
struct GlobalAveragePoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "globalaveragepool",
    abstract: "Take the mean of each whole plane.",
    discussion: """
      Example:
        imgconv tensor globalaveragepool --input x.npy --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .pooling(.average(countingPadding: false), nil), inputs: [.input: input], outputs: [.output: output])
  }
}

/// `imgconv tensor globallppool`: the norm of each plane.
struct GlobalLpPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "globallppool",
    abstract: "Take the p-norm of each whole plane, (Σ |x|^p)^(1/p).",
    discussion: """
      Example:
        imgconv tensor globallppool --input x.npy --output y.npy
      """)

  @Option(help: ArgumentHelp("The array to read: N×C×L or N×C×H×W.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The array to write.", valueName: "file"))
  var output: String

  @OptionGroup(title: "Attributes") var norm: NormOptions
  @OptionGroup var execution: TensorRunOptions

  func validate() throws {
    try execution.validate(inputs: [input], outputs: [output])
  }

  func run() throws {
    try execution.run(
      .pooling(.norm(p: norm.p), nil), inputs: [.input: input], outputs: [.output: output])
  }
}
