import ArgumentParser
import Codecs
import FeatureMaps
import Pipeline

/// `imgconv run`: a network on one image, with every map on the way.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a network, an ONNX model or a file of layers, on one image and write what every layer gives.",
    discussion: """
      The input is a PNG or JPEG file, prepared as asked for, or a .npy array that goes in as it is.

      Examples:
        imgconv run network.yaml in.png --out layers
        imgconv run model.onnx in.png --out maps --size 64x64 --layers Conv --npy \\
            --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225
        imgconv run model.onnx --list
      """)

  @Argument(help: "The network: an ONNX model, or a file of layers in JSON or YAML.")
  var network: String

  @Argument(help: "The image or the .npy array to read.")
  var input: String?

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var out: String?

  @Flag(help: "Print the layers and compute nothing.")
  var list = false

  @OptionGroup(title: "Input") var preparation: PreparationOptions
  @OptionGroup(title: "Layers") var layers: LayerOptions
  @OptionGroup(title: "Output") var encoding: RunEncodingOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Print what layers.json says, or the list, as JSON on standard output.")
  var json = false

  func validate() throws {
    if !list && (input == nil || out == nil) {
      throw ValidationError("expected an image and --out FOLDER, or --list")
    }
  }

  func run() throws {
    if list {
      let listing = try NetworkListing(network: network, options: resources.runOptions)
      return try json ? Reporter.outputJSON(listing) : Reporter.output(listing.text + "\n")
    }
    let manifest = try NetworkJob(
      network: network, input: input ?? "", folder: out ?? "", preparation: preparation.preparation,
      lastLayer: layers.until, layers: layers.names, drawing: layers.drawing, writesArrays: layers.npy
    ).run(options: resources.runOptions, outputOptions: encoding.outputOptions)
    manifest.notes.forEach(talk.reporter.note)
    talk.reporter.detail(manifest.text)
    if json { try Reporter.outputJSON(manifest) }
  }
}
