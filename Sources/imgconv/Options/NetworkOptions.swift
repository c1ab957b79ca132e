import ArgumentParser
import Codecs
import FeatureMaps
import Pipeline

/// How an image becomes the input of a network.
struct PreparationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Resize the image (default: what the network asks for, else as it is).", valueName: "WxH"))
  var size: ExtentsArgument?

  @Option(help: ArgumentHelp("Multiply samples in 0...1 first; 255 for networks that take bytes.", valueName: "factor"))
  var scale: Float = 1

  @Option(help: ArgumentHelp("Subtract from each channel: one number, or one a channel.", valueName: "m,..."))
  var mean = NumbersArgument([0])

  @Option(help: ArgumentHelp("Divide each channel by: one number, or one a channel.", valueName: "s,..."))
  var std = NumbersArgument([1])

  @Option(help: "The order of the network's axes: nchw or nhwc.")
  var layout: InputPreparation.Layout = .nchw

  @Flag(help: "Give the network blue first.")
  var bgr = false

  func validate() throws {
    try check(("--size", size), ("--mean", mean), ("--std", std))
    if std.values.contains(0) { throw ValidationError("--std has a 0; expected numbers to divide by") }
    if let size, size.isSignal || size.channels != 1 { throw ValidationError("--size takes WxH, as 640x480") }
  }

  var preparation: InputPreparation {
    InputPreparation(
      size: size.map { ($0.width, $0.height) }, mean: mean.values, deviation: std.values, scale: scale,
      layout: layout, isBGR: bgr)
  }
}

/// Which layers are computed and how they are drawn.
struct LayerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Compute nothing after this layer.", valueName: "layer"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Write these layers alone, and the last: names of layers or operators, or none.", valueName: "name,..."))
  var layers: String?

  @Option(help: ArgumentHelp("The most maps of a layer that are written; 0 for all.", valueName: "n"))
  var limit = 0

  @Option(help: "The colours: grey, diverging, viridis, magma or turbo (default: diverging where values are below 0).")
  var colors: ColorMap?

  @Option(help: "Whether the maps of a layer have one scale: shared or each.")
  var mapScale: MapsJob.Scale = .shared

  @Flag(help: "Write each layer's array as .npy too.")
  var npy = false

  @Flag(help: "Draw no maps.")
  var noMaps = false

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is \(limit); expected at least 0") }
  }

  var names: [String]? { layers?.split(separator: ",").map(String.init) }

  var drawing: LayerDrawing? {
    noMaps ? nil : LayerDrawing(colors: colors, isShared: mapScale == .shared, limit: limit)
  }
}

/// How the files of a run are written.
struct RunEncodingOptions: ParsableArguments {
  @Option(help: "How hard PNGs are compressed: fast, default or small.")
  var compression: PNGCompression = .default

  @Flag(help: "Replace the files of an earlier run.")
  var force = false

  @Flag(help: "Refuse to replace a file (exit code 73); the default.")
  var noClobber = false

  func validate() throws {
    if noClobber && force { throw ValidationError("--no-clobber and --force exclude each other") }
  }

  var outputOptions: OutputOptions { OutputOptions(compression: compression, mayReplace: force) }
}

/// Numbers with commas between.
struct NumbersArgument: ExplainedArgument {
  let values: [Float]
  let fault: String?

  var defaultValueDescription: String { values.map { Double($0).description }.joined(separator: ",") }

  init(_ values: [Float]) { (self.values, fault) = (values, nil) }

  init(argument: String) {
    let parts = argument.drop { $0 == " " }.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Float($0) }.filter(\.isFinite)
    values = numbers
    fault = numbers.count == parts.count ? nil : "is \(argument); expected numbers with commas between"
  }
}
